import pytest

from dispatch.answers import receive_message
from dispatch.means import Means
from models.database import SessionMaker
from tests.dispatch.answers.facts import FIRST, SECOND, Place, Say, WorkOff
from tests.dispatch.facts import Clock, Community, messages_to, order_now


@pytest.fixture
def say(means: Means, sessions: SessionMaker, clock: Clock, work_off: WorkOff) -> Say:
    """A provider sends an SMS; return what it is answered, "" for nothing."""

    def answer(body: str, number: str = FIRST, ref: str | None = None) -> str:
        before = len(messages_to(sessions, number))
        with sessions() as session:
            kept = receive_message(session, means.queue, means.settings, number=number, body=body, gateway_ref=ref, now=clock())
            assert kept.acted_at, "a fault"
        fresh = messages_to(sessions, number)[before:]
        work_off()
        return fresh[0] if fresh else ""

    return answer


@pytest.fixture
def code(sessions: SessionMaker, community: Community, place: Place, work_off: WorkOff) -> str:
    """An order that is offered to the first provider, with a second one in reserve; its code."""
    community.provider("近水维修", FIRST)
    community.provider("远水维修", SECOND, latitude=30.28)
    order_id = place()
    work_off()
    with sessions() as session:
        return order_now(session, order_id).code
