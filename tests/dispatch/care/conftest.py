from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from dispatch.care.attempts import end_attempt
from dispatch.care.calling import call_resident
from dispatch.means import Means
from models.care_calls import (
    CareAttempt,
    CareCall,
    CareReason,
    CareResult,
)
from models.database import SessionMaker
from models.residents import ResidentPhone
from models.settings import Settings
from tests.conftest import settings_on_free_ports
from tests.dispatch.care.facts import NUMBER, Ended
from tests.dispatch.facts import Clock, Community
from tests.exchange.fake_manager import FakeManager


@pytest.fixture
def settings(tmp_path: Any) -> Settings:
    return settings_on_free_ports(tmp_path, care_calls_per_hour=6)


@pytest.fixture
def exchange_here(settings: Settings) -> Iterator[FakeManager]:
    """Asterisk's manager interface, where the settings look for it."""
    fake = FakeManager(settings.ami_port)
    yield fake
    fake.close()


@pytest.fixture
def resident(sessions: SessionMaker, community: Community) -> int:
    with sessions.begin() as session:
        session.add(ResidentPhone(resident_id=community.resident_id, number=NUMBER))
    return community.resident_id


@pytest.fixture
def due(sessions: SessionMaker, resident: int, clock: Clock) -> int:
    """A care call that is due now."""
    with sessions.begin() as session:
        care_call = CareCall(resident_id=resident, reason=CareReason.ROUTINE, due_at=clock(), planned_at=clock())
        session.add(care_call)
        session.flush()
        return care_call.id


@pytest.fixture
def end(means: Means, sessions: SessionMaker, due: int, exchange_here: FakeManager, clock: Clock) -> Ended:
    """Place the call when it is due, and end the attempt so."""

    def end_so(result: CareResult) -> CareCall:
        with sessions() as session:
            clock.now = max(clock.now, session.get_one(CareCall, due).due_at)
        call_resident(means, due)
        with sessions() as session:
            last = select(CareAttempt.id).where(CareAttempt.care_call_id == due).order_by(CareAttempt.id.desc()).limit(1)
            end_attempt(session, means.queue, means.settings, session.scalars(last).one(), result=result, now=clock())
            return session.get_one(CareCall, due)

    return end_so
