"""What the tests of care calls look at."""

from collections.abc import Callable

from sqlalchemy import select

from models.care_calls import (
    CareAttempt,
    CareCall,
    CareResult,
    CareTask,
)
from models.database import SessionMaker

NUMBER = "13800000001"
Ended = Callable[[CareResult], CareCall]


def attempts(sessions: SessionMaker) -> list[CareAttempt]:
    with sessions() as session:
        return list(session.scalars(select(CareAttempt).order_by(CareAttempt.id)))


def tasks(sessions: SessionMaker) -> list[CareTask]:
    with sessions() as session:
        return list(session.scalars(select(CareTask).order_by(CareTask.id)))


def calls(sessions: SessionMaker) -> list[CareCall]:
    with sessions() as session:
        return list(session.scalars(select(CareCall).order_by(CareCall.id)))
