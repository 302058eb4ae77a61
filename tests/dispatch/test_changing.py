"""An order that is placed is changed: whoever goes by the old words is told, and nobody accepts what holds no more."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from dispatch.assigning import offer_again
from dispatch.changing import Change, change_order
from dispatch.means import Means
from dispatch.offering import offer_order
from dispatch.progress import Outcome, act
from dispatch.reading import Verb
from models.database import SessionMaker
from models.orders import IllegalTransition, OfferStatus, OrderStatus
from tests.dispatch.facts import messages_to, offers_of, order_now, story

WorkOff = Callable[[], list[str]]
FIRST, RESIDENT = "13800000001", "13711110000"
DAY_LATER = timedelta(days=1)


@pytest.fixture
def change(sessions: SessionMaker, means: Means, order_id: int) -> Callable[..., bool]:
    """Change the order by hand."""

    def by_hand(**facts: Any) -> bool:
        with sessions() as session:
            changed = replace(Change.of(order_now(session, order_id)), **facts)
            session.rollback()
            now = means.clock()
            return change_order(session, means.queue, means.settings, order_id, change=changed, now=now, operator="chen")

    return by_hand


@pytest.fixture
def a_day_later(sessions: SessionMaker, order_id: int) -> dict[str, Any]:
    with sessions() as session:
        order = order_now(session, order_id)
        times = {"starts_at": order.starts_at + DAY_LATER, "ends_at": order.ends_at + DAY_LATER}
        return times | {"when_words": "后天上午九点"}


@pytest.fixture
def say(sessions: SessionMaker, means: Means, order_id: int) -> Callable[[Verb], str]:
    def answer(verb: Verb) -> str:
        with sessions() as session:
            reply = act(session, means.settings, offers_of(sessions, order_id)[0].id, verb, means.clock())
            session.commit()
        return reply.meant

    return answer


def test_another_time_is_offered_anew_to_who_was_asked_for_the_old_one(
    sessions: SessionMaker,
    order_id: int,
    change: Callable[..., bool],
    a_day_later: dict[str, Any],
    say: Callable[[Verb], str],
    work_off: WorkOff,
) -> None:
    assert change(**a_day_later)
    assert say(Verb.ACCEPT) == Outcome.TAKEN  # by the old words
    assert offers_of(sessions, order_id)[0].status is OfferStatus.WITHDRAWN
    work_off()
    texts = messages_to(sessions, FIRST)
    assert "11月23日" in texts[0]
    assert "要求改了" in texts[1]
    assert "11月24日" in texts[2]
    assert say(Verb.ACCEPT) == Outcome.ACCEPTED
    with sessions() as session:
        lines = [line for line in order_now(session, order_id).history if line.happened == "changed"]
        assert [line.details for line in lines] == [{"was": "明天上午九点", "operator": "chen"}]


def test_who_refused_for_the_old_time_is_asked_for_the_new_one(
    sessions: SessionMaker,
    order_id: int,
    change: Callable[..., bool],
    a_day_later: dict[str, Any],
    say: Callable[[Verb], str],
    work_off: WorkOff,
) -> None:
    say(Verb.REFUSE)
    change(**a_day_later)
    work_off()
    assert offers_of(sessions, order_id)[0].status is OfferStatus.OPEN


def test_who_has_accepted_keeps_the_order_and_both_are_told(
    sessions: SessionMaker, order_id: int, change: Callable[..., bool], a_day_later: dict[str, Any], say: Callable[[Verb], str]
) -> None:
    say(Verb.ACCEPT)
    assert change(**a_day_later, note="门铃坏了")
    assert "11月24日" in messages_to(sessions, FIRST)[-1]
    assert "门铃坏了" in messages_to(sessions, FIRST)[-1]
    assert "改好了" in messages_to(sessions, RESIDENT)[-1]
    with sessions() as session:
        order = order_now(session, order_id)
        assert (order.status, order.price_fen) == (OrderStatus.ACCEPTED, 5000)
    assert say(Verb.REFUSE) == Outcome.GIVEN_BACK


def test_a_note_is_told_to_who_goes_and_to_nobody_else(
    sessions: SessionMaker, order_id: int, change: Callable[..., bool], say: Callable[[Verb], str]
) -> None:
    change(note="有狗")
    assert offers_of(sessions, order_id)[0].status is OfferStatus.OPEN
    say(Verb.ACCEPT)
    told = len(messages_to(sessions, RESIDENT))
    change(note="有大狗")
    assert "有大狗" in messages_to(sessions, FIRST)[-1]
    assert len(messages_to(sessions, RESIDENT)) == told
    assert not change(note="有大狗")


def test_what_cannot_be_changed_stays_as_it_is(
    sessions: SessionMaker, order_id: int, change: Callable[..., bool], a_day_later: dict[str, Any], say: Callable[[Verb], str]
) -> None:
    with pytest.raises(ValueError, match="over"):
        change(starts_at=a_day_later["starts_at"] - 7 * DAY_LATER, ends_at=a_day_later["ends_at"] - 7 * DAY_LATER)
    say(Verb.ACCEPT)
    say(Verb.ON_THE_WAY)
    with pytest.raises(IllegalTransition):
        change(**a_day_later)
    assert change(note="走后门")  # which whoever is on the way can still read
    say(Verb.ARRIVED)
    with pytest.raises(IllegalTransition):
        change(note="太晚了")


def test_who_is_offered_again_in_vain_is_not_told_so_twice(
    sessions: SessionMaker, means: Means, order_id: int, say: Callable[[Verb], str], work_off: WorkOff
) -> None:
    say(Verb.REFUSE)
    offer_order(means, order_id)
    with sessions() as session:
        offer_again(session, means.queue, order_id, "operator", means.clock())
    work_off()
    assert story(sessions, order_id)[-2:] == ["placed", "unfilled"]
    assert ["工作人员会给您打电话" in words for words in messages_to(sessions, RESIDENT)] == [True]
