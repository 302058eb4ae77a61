"""What a day came to: counted, kept, counted again, and read."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dispatch.figures import keep_figures, read_report
from dispatch.figures.day import median_of, step_of
from models.alarms import Alarm, AlarmSource
from models.calls import Call, CallStatus, Direction
from models.daily_figures import DailyFigure, FigureDay, FigurePart
from models.database import SessionMaker
from models.desks import DeskSpan, DeskState
from models.follow_ups import FollowUpStatus, OrderFollowUp
from models.operators import Operator
from models.orders import Offer, OfferStatus, Order, OrderStatus
from models.settings import Settings
from tests.dispatch.facts import Community

TODAY = date(2026, 11, 22)
NOW = datetime.fromisoformat("2026-11-22T10:00+08:00")
YESTERDAY = datetime.fromisoformat("2026-11-21T10:00+08:00")


def after(seconds: float, since: datetime = YESTERDAY) -> datetime:
    return since + timedelta(seconds=seconds)


@pytest.fixture
def operator_id(sessions: SessionMaker) -> int:
    with sessions() as session:
        operator = Operator(login="chen", name="陈静", seat=1, password_hash="")
        session.add(operator)
        session.commit()
        return operator.id


def add_calls(session: Session, resident_id: int, operator_id: int, at: datetime) -> None:
    """One of each kind; the operator's answered after 10, 15 and 40 s, and were handled for 60, 100 and 700 s."""
    facts: list[dict[str, Any]] = [
        {"status": CallStatus.ENDED, "outcome": "goodbye", "ended_at": after(90, at)},
        {"status": CallStatus.ENDED, "outcome": "hung_up", "ended_at": after(5, at)},
        {"status": CallStatus.ABANDONED, "handed_over_at": after(20, at), "ended_at": after(50, at)},
        {"status": CallStatus.WAITING, "handed_over_at": after(20, at)},
        {"direction": Direction.OUT, "operator_id": operator_id, "operator_at": after(5, at), "ended_at": after(25, at)},
    ]
    for waited_s, handled_s in ((10, 60), (15, 100), (40, 700)):
        operator_at = after(20 + waited_s, at)
        ended = {"operator_at": operator_at, "ended_at": after(handled_s - 10, operator_at), "operator_id": operator_id}
        facts.append(ended | {"handed_over_at": after(20, at), "wrapped_up_at": after(handled_s, operator_at)})
    for number, one in enumerate(facts):
        known = resident_id if number != 1 else None
        usual = {"channel_id": f"{at.timestamp()}.{number}", "number": "", "resident_id": known, "started_at": at}
        session.add(Call(**(usual | one)))


def test_calls_are_told_apart_by_how_they_went(
    sessions: SessionMaker, settings: Settings, community: Community, operator_id: int
) -> None:
    with sessions() as session:
        add_calls(session, community.resident_id, operator_id, YESTERDAY)
        session.commit()
    keep_figures(settings, sessions, NOW)
    with sessions() as session:
        by_day = read_report(session, settings, (TODAY - timedelta(days=1), TODAY), NOW, None)
        by_area = read_report(session, settings, (TODAY - timedelta(days=1), TODAY), NOW, FigurePart.AREA)
        by_operator = read_report(session, settings, (TODAY - timedelta(days=1), TODAY), NOW, FigurePart.OPERATOR)
    row = by_day.rows[TODAY - timedelta(days=1)]
    names = ("calls", "by_machine", "waited", "answered", "in_15_s", "abandoned")
    assert [row[name] for name in names] == [7, 1, 4, 3, 2, 1]
    assert by_day.handling_s(TODAY - timedelta(days=1)) == 105
    assert by_area.rows[community.area_id]["calls"] == 6
    assert by_area.rows[0]["calls"] == 1
    mine = by_operator.rows[operator_id]
    assert (mine["answered"], mine["talking_s"]) == (3, 50 + 90 + 690 + 20)
    assert by_operator.handling_s(operator_id) == 105


def test_today_is_counted_as_it_is_now(
    sessions: SessionMaker, settings: Settings, community: Community, operator_id: int
) -> None:
    with sessions() as session:
        add_calls(session, community.resident_id, operator_id, after(-3600, NOW))
        session.commit()
        report = read_report(session, settings, (TODAY, TODAY), NOW, None)
        assert report.rows[TODAY]["calls"] == 7
        assert report.whole().handling_s(None) == 105
    keep_figures(settings, sessions, NOW)
    with sessions() as session:
        assert session.scalar(select(func.count()).select_from(DailyFigure)) == 0
        later = NOW + timedelta(days=1)
        assert read_report(session, settings, (TODAY, TODAY), later, None).rows[TODAY]["calls"] == 0


def test_alarms_are_held_against_their_limits(sessions: SessionMaker, settings: Settings, community: Community) -> None:
    with sessions() as session:
        for number, seconds in enumerate((7, 30, 100, 400, None)):
            answered_at = after(seconds) if seconds else None
            usual = {"channel_id": f"a{number}", "source": AlarmSource.KEY, "resident_id": community.resident_id}
            session.add(Alarm(**usual, raised_at=YESTERDAY, answered_at=answered_at))
        session.commit()
    keep_figures(settings, sessions, NOW)
    with sessions() as session:
        row = read_report(session, settings, (YESTERDAY.date(), TODAY), NOW, FigurePart.AREA).rows[community.area_id]
    assert [row[f"alarms{limit}"] for limit in ("", "_in_15_s", "_in_60_s", "_in_180_s")] == [5, 1, 2, 3]
    assert row["slowest_s"] == 400


def add_order(session: Session, community: Community, code: str, service_id: int, **facts: Any) -> Order:
    usual: dict[str, Any] = {
        "resident_id": community.resident_id,
        "service_id": service_id,
        "starts_at": NOW,
        "ends_at": NOW,
        "when_words": "",
        "placed_at": YESTERDAY,
    }
    order = Order(code=code, **(usual | facts))
    session.add(order)
    return order


def test_orders_count_for_the_day_on_which_it_happened(sessions: SessionMaker, settings: Settings, community: Community) -> None:
    provider_id = community.provider("水电", "13800000009")
    with sessions() as session:
        quick = add_order(session, community, "1000", community.repair_id, provider_id=provider_id, status=OrderStatus.OFFERED)
        quick.move(OrderStatus.ACCEPTED, after(300), "provider")
        quick.move(OrderStatus.COMPLETED, after(-600, NOW), "provider")
        slow = add_order(session, community, "1001", community.urgent_id, status=OrderStatus.OFFERED)
        slow.move(OrderStatus.ACCEPTED, after(1000), "provider")
        slow.move(OrderStatus.CANCELLED, after(1100), "resident")
        session.flush()
        for order, status in ((quick, OfferStatus.ACCEPTED), (slow, OfferStatus.REFUSED)):
            made = {"made_at": YESTERDAY, "expires_at": NOW, "reasons": {}}
            session.add(Offer(order_id=order.id, provider_id=provider_id, status=status, **made))
        followed = {"status": FollowUpStatus.HELD, "due_at": NOW, "ended_at": after(-60, NOW), "score": 4}
        session.add(OrderFollowUp(order_id=quick.id, **followed))
        session.commit()
    keep_figures(settings, sessions, NOW)
    with sessions() as session:
        reports = [read_report(session, settings, (YESTERDAY.date(), TODAY), NOW, part) for part in (None, *FigurePart)]
    by_day, by_area, by_service, by_provider, _ = reports
    yesterday, today = by_day.rows[YESTERDAY.date()], by_day.rows[TODAY]
    names = ("placed", "at_once", "in_15_min", "accepted", "cancelled", "done", "scores", "score_sum")
    assert [yesterday[name] for name in names] == [2, 2, 1, 2, 1, 0, 0, 0]
    assert [today[name] for name in names] == [0, 0, 0, 0, 0, 1, 1, 4]
    assert by_area.rows[community.area_id]["placed"] == 2
    assert by_service.rows[community.urgent_id]["cancelled"] == 1
    theirs = by_provider.rows[provider_id]
    assert (theirs["offers"], theirs["offers_accepted"], theirs["offers_refused"], theirs["done"]) == (2, 1, 1, 1)


def test_an_operators_times_are_cut_at_midnight_and_now(
    sessions: SessionMaker, settings: Settings, community: Community, operator_id: int
) -> None:
    midnight = datetime.fromisoformat("2026-11-22T00:00+08:00")
    spans = [
        (DeskState.READY, after(-600, midnight), after(900, midnight)),
        (DeskState.PAUSE, after(900, midnight), after(1000, midnight)),
        (DeskState.WRAP_UP, after(-120, NOW), None),
        (DeskState.AWAY, YESTERDAY, after(60)),
    ]
    with sessions() as session:
        session.add_all(DeskSpan(operator_id=operator_id, state=s, began_at=b, ended_at=e) for s, b, e in spans)
        add_calls(session, community.resident_id, operator_id, after(-3600 * 48, NOW))
        session.commit()
    keep_figures(settings, sessions, NOW)
    with sessions() as session:
        kept = read_report(session, settings, (YESTERDAY.date(), YESTERDAY.date()), NOW, FigurePart.OPERATOR).rows[operator_id]
        today = read_report(session, settings, (TODAY, TODAY), NOW, FigurePart.OPERATOR).rows[operator_id]
    assert (kept["ready_s"], kept["pause_s"]) == (600, 0)
    assert (today["ready_s"], today["pause_s"], today["wrap_up_s"]) == (900, 100, 120)


def test_counting_twice_changes_nothing_and_late_facts_find_their_day(
    sessions: SessionMaker, settings: Settings, community: Community, operator_id: int
) -> None:
    with sessions() as session:
        for days in (1, 2, 3, 4):
            add_calls(session, community.resident_id, operator_id, NOW - timedelta(days=days))
        session.commit()
    for minutes in (0, 1, 120):
        keep_figures(settings, sessions, NOW + timedelta(minutes=minutes))
    with sessions() as session:
        days = dict(session.execute(select(FigureDay.day, FigureDay.final)).all())
        assert [days[TODAY - timedelta(days=ago)] for ago in (4, 3, 2, 1)] == [True, True, False, False]
        add_calls(session, community.resident_id, operator_id, YESTERDAY + timedelta(hours=1))
        add_calls(session, community.resident_id, operator_id, YESTERDAY - timedelta(days=3, hours=1))
        session.commit()
        keep_figures(settings, sessions, NOW + timedelta(hours=4))
        report = read_report(session, settings, (TODAY - timedelta(days=9), TODAY), NOW, None)
        assert [report.rows[TODAY - timedelta(days=ago)]["calls"] for ago in (1, 4)] == [14, 7]


def test_the_median_is_the_step_that_holds_it() -> None:
    assert median_of({}) is None
    assert median_of({step_of(seconds): 1 for seconds in (10, 100, 5000)}) == 105
    assert [step_of(seconds) for seconds in (15, 15.5, 300, 301, 4000)] == [15, 30, 300, 360, 3600]
