from collections.abc import Callable

import pytest
from sqlalchemy import select

from dispatch.means import Means
from dispatch.receipts import record_receipt
from models.database import SessionMaker
from models.messages import Message, MessageStatus
from models.orders import OfferStatus
from tests.dispatch.facts import NOW, Clock, Community, offers_of, story

SENT, DELIVERED, FAILED = MessageStatus.SENT, MessageStatus.DELIVERED, MessageStatus.FAILED


@pytest.fixture
def receive(
    sessions: SessionMaker, means: Means, community: Community, place: Callable[..., int], work_off: Callable[[], list[str]]
) -> Callable[..., bool]:
    """An offer has been sent, as fake-1; then a receipt comes."""
    community.provider("近水维修", "13800000001")
    community.provider("远水维修", "13800000002", latitude=30.28)
    place()
    work_off()

    def come(status: MessageStatus | None, ref: str = "fake-1") -> bool:
        with sessions() as session:
            known = record_receipt(session, means.queue, "demo", ref, status, now=NOW)
        work_off()
        return known

    return come


def status_of(sessions: SessionMaker, ref: str = "fake-1") -> MessageStatus:
    with sessions() as session:
        return session.scalars(select(Message.status).where(Message.gateway_ref == ref)).one()


@pytest.mark.parametrize(
    ("came", "stays"),
    [
        ([SENT], SENT),
        ([SENT, DELIVERED], DELIVERED),
        ([DELIVERED, SENT], DELIVERED),
        ([DELIVERED, DELIVERED], DELIVERED),
        ([DELIVERED, FAILED], DELIVERED),
        ([FAILED, SENT], FAILED),
        ([FAILED, DELIVERED], DELIVERED),
        ([None], SENT),
    ],
)
def test_receipts_may_come_in_any_order_and_more_than_once(
    sessions: SessionMaker, receive: Callable[..., bool], came: list[MessageStatus | None], stays: MessageStatus
) -> None:
    assert all(receive(status) for status in came)
    assert status_of(sessions) is stays


def test_an_offer_that_was_not_delivered_goes_to_the_next_once(sessions: SessionMaker, receive: Callable[..., bool]) -> None:
    receive(FAILED)
    receive(FAILED)
    assert [offer.status for offer in offers_of(sessions, 1)] == [OfferStatus.WITHDRAWN, OfferStatus.OPEN]
    assert story(sessions, 1) == ["placed", "offered", "unreachable", "offered"]


def test_a_receipt_for_nothing_we_know_changes_nothing(
    sessions: SessionMaker, receive: Callable[..., bool], clock: Clock
) -> None:
    assert not receive(FAILED, "'; DROP TABLE messages; --")
    assert not receive(FAILED, "")
    assert status_of(sessions) is SENT
