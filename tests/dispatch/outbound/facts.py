"""What the tests of calls about orders look at."""

from sqlalchemy import select

from models.database import SessionMaker
from models.outbound_calls import OutboundAttempt, OutboundCall


def found(sessions: SessionMaker, call_id: int) -> OutboundCall:
    with sessions() as session:
        return session.get_one(OutboundCall, call_id)


def attempts(sessions: SessionMaker) -> list[OutboundAttempt]:
    with sessions() as session:
        return list(session.scalars(select(OutboundAttempt).order_by(OutboundAttempt.id)))
