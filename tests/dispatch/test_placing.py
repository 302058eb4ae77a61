import logging
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import NoResultFound

from dispatch import codes, placing
from dispatch.assigning import assign_order, offer_again
from dispatch.means import Means
from dispatch.placing import InvalidOrder, add_note, cancel_order, place_order
from dispatch.queue import JobQueue
from models.database import SessionMaker
from models.orders import IllegalTransition, OfferStatus, Order, OrderStatus
from models.services import Service
from tests.conftest import free_ports
from tests.dispatch.facts import NOW, Clock, Community, FakeGateway, messages_to, offers_of, order_now, story

WorkOff = Callable[[], list[str]]


def test_an_order_has_a_code_a_history_and_is_offered(
    sessions: SessionMaker, queue: JobQueue, community: Community, place: Callable[..., int], work_off: WorkOff
) -> None:
    community.provider("近水维修", "13800000001")
    order_id = place()
    with sessions() as session:
        order = session.get_one(Order, order_id)
        assert len(order.code) == 4
        assert order.status is OrderStatus.PLACED
        assert [(line.happened, line.by) for line in order.history] == [("placed", "operator")]
    assert work_off() == ["offer_order", "send_message"]


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"resident_id": 999}, "no such resident"),
        ({"service_id": 999}, "no such service"),
        ({"call_id": 999}, "no such call"),
        ({"ends_at": NOW - timedelta(days=2), "starts_at": NOW - timedelta(days=3)}, "the span is over"),
        ({"ends_at": NOW + timedelta(minutes=1), "starts_at": NOW + timedelta(hours=1)}, "before it starts"),
    ],
)
def test_what_cannot_be_ordered_is_refused_and_nothing_is_written(
    sessions: SessionMaker, queue: JobQueue, community: Community, facts: dict[str, object], why: str
) -> None:
    with sessions() as session, pytest.raises(InvalidOrder, match=why):
        place_order(session, queue, community.request(**facts), NOW)
    with sessions() as session:
        assert session.scalar(select(func.count()).select_from(Order)) == 0


def test_a_service_that_is_no_longer_offered_cannot_be_ordered(
    sessions: SessionMaker, queue: JobQueue, community: Community
) -> None:
    with sessions() as session:
        session.get_one(Service, community.repair_id).active = False
        session.commit()
    with sessions() as session, pytest.raises(InvalidOrder, match="no such service"):
        place_order(session, queue, community.request(), NOW)


def test_a_code_that_is_taken_is_not_given_again(
    sessions: SessionMaker, place: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(codes, "CODES", frozenset({"1000", "1001", "1002"}))
    ids = [place() for _ in range(3)]
    with sessions() as session:
        assert {order.code for order in session.scalars(select(Order))} == {"1000", "1001", "1002"}
    with pytest.raises(InvalidOrder, match="no free order code"):
        place()
    with sessions() as session:
        done = order_now(session, ids[0])
        done.move(OrderStatus.CANCELLED, NOW, "operator")
        session.commit()
        freed = done.code
    with sessions() as session:
        assert order_now(session, place()).code == freed


def test_a_queue_that_is_down_costs_the_caller_a_moment_and_no_order(
    sessions: SessionMaker, community: Community, caplog: pytest.LogCaptureFixture
) -> None:
    nowhere = JobQueue(f"redis://127.0.0.1:{free_ports(1)[0]}/0")
    started = time.monotonic()
    with sessions() as session, caplog.at_level(logging.WARNING):
        order = place_order(session, nowhere, community.request(), NOW)
    assert time.monotonic() - started < 5
    assert story(sessions, order.id) == ["placed"]
    assert "the queue cannot be reached" in caplog.text


def test_hostile_words_are_kept_short_and_harmless(sessions: SessionMaker, queue: JobQueue, community: Community) -> None:
    hostile = "漏水\x00\x1b[31m\ud800\u202e'; DROP TABLE orders; --<script>" + "水" * 10_000
    with sessions() as session:
        order = place_order(session, queue, replace(community.request(), words=hostile), NOW)
        add_note(session, order.id, hostile, NOW)
    with sessions() as session:
        kept = order_now(session, order.id)
        assert kept.words.startswith("漏水[31m'; DROP TABLE orders; --<script>水")
        assert len(kept.words) == placing.WORDS_AT_MOST
        assert len(kept.note) == placing.NOTE_AT_MOST


def test_notes_are_added_one_after_another(sessions: SessionMaker, place: Callable[..., int]) -> None:
    order_id = place()
    with sessions() as session:
        add_note(session, order_id, "门铃坏了", NOW)
        add_note(session, order_id, "请敲门", NOW)
    with sessions() as session:
        assert order_now(session, order_id).note == "门铃坏了；请敲门"
    assert story(sessions, order_id) == ["placed", "note", "note"]


def test_cancelling_withdraws_the_offer_and_tells_who_has_read_it(
    sessions: SessionMaker,
    queue: JobQueue,
    community: Community,
    place: Callable[..., int],
    work_off: WorkOff,
    gateway: FakeGateway,
) -> None:
    community.provider("近水维修", "13800000001")
    order_id = place()
    work_off()
    with sessions() as session:
        cancel_order(session, queue, order_id, "resident", NOW, reason="修好了")
        cancel_order(session, queue, order_id, "resident", NOW)
    work_off()
    assert [offer.status for offer in offers_of(sessions, order_id)] == [OfferStatus.WITHDRAWN]
    assert story(sessions, order_id) == ["placed", "offered", "withdrawn", "cancelled"]
    assert len(gateway.sent) == 2
    assert "已取消" in gateway.sent[1][1]


def test_what_is_cancelled_costs_nobody_anything(
    sessions: SessionMaker, means: Means, community: Community, place: Callable[..., int]
) -> None:
    provider_id = community.provider("近水维修", "13800000001")
    order_id, who = place(), {"provider_id": provider_id, "by": "operator", "now": NOW}
    with sessions() as session:
        assign_order(session, means.queue, means.settings, order_id, **who)
        assert order_now(session, order_id).owed_fen == 50_00
        cancel_order(session, means.queue, order_id, "resident", NOW)
        assert order_now(session, order_id).owed_fen is None


def test_an_offer_that_was_not_sent_yet_is_never_sent_after_a_cancellation(
    sessions: SessionMaker, queue: JobQueue, means: Means, community: Community, place: Callable[..., int], work_off: WorkOff
) -> None:
    from dispatch.offering import offer_order

    community.provider("近水维修", "13800000001")
    order_id = place()
    offer_order(means, order_id)
    with sessions() as session:
        cancel_order(session, queue, order_id, "operator", NOW)
    work_off()
    assert means.gateways["demo"].sent == []  # type: ignore[attr-defined]
    assert len(messages_to(sessions, "13800000001")) == 1


def test_what_is_done_cannot_be_cancelled(sessions: SessionMaker, queue: JobQueue, place: Callable[..., int]) -> None:
    order_id = place()
    with sessions() as session:
        order = order_now(session, order_id)
        for status in (OrderStatus.OFFERED, OrderStatus.ACCEPTED, OrderStatus.COMPLETED):
            order.move(status, NOW, "provider")
        session.commit()
    with sessions() as session, pytest.raises(IllegalTransition):
        cancel_order(session, queue, order_id, "operator", NOW)
    with sessions() as session, pytest.raises(NoResultFound):
        cancel_order(session, queue, 999, "operator", NOW)


def test_an_unfilled_order_is_offered_again_to_those_not_asked(
    sessions: SessionMaker, queue: JobQueue, community: Community, place: Callable[..., int], work_off: WorkOff, clock: Clock
) -> None:
    order_id = place()
    work_off()
    assert story(sessions, order_id) == ["placed", "unfilled"]
    community.provider("近水维修", "13800000001")
    with sessions() as session:
        offer_again(session, queue, order_id, "operator", clock())
    work_off()
    assert story(sessions, order_id) == ["placed", "unfilled", "placed", "offered"]
    with sessions() as session, pytest.raises(IllegalTransition):
        offer_again(session, queue, order_id, "operator", clock())
