from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from redis import Redis

from dispatch.expiring import expire_offer
from dispatch.means import Means
from dispatch.offering import offer_order
from dispatch.planning import making
from dispatch.planning.making import make_plans
from dispatch.planning.program import PlanRound
from dispatch.sweep import sweep
from models.database import SessionMaker
from models.orders import Order, OrderStatus
from models.plans import DayPlan, PlannedVisit
from models.providers import Provider, Worker
from models.services import Service
from models.settings import Settings
from tests.conftest import settings_on_free_ports
from tests.dispatch.facts import NOW, TOMORROW_AT_NINE, Clock, Community, FakeGateway, offers_of, order_now, story

Place = Callable[..., int]
PLAN_AT = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)  # 16:00 in Shanghai
HOURS = timedelta(hours=1)
TOMORROW = (TOMORROW_AT_NINE + 8 * HOURS).date()


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings_on_free_ports(settings.data_dir, plan_solve_s=1)


@pytest.fixture
def planned(sessions: SessionMaker, community: Community) -> int:
    """A service that waits for the plan."""
    with sessions.begin() as session:
        session.get_one(Service, community.repair_id).planned = True
    return community.repair_id


@pytest.fixture
def make(means: Means, clock: Clock) -> Callable[[], int]:
    """Make the plans that are due now."""
    return lambda: make_plans(means.settings, means.sessions, means.queue, clock)


def visit_of(sessions: SessionMaker, order_id: int) -> PlannedVisit | None:
    with sessions() as session:
        return session.get(PlannedVisit, order_id)


@pytest.mark.usefixtures("planned")
def test_tomorrows_orders_are_planned_together_and_offered_to_whom_the_plan_chose(
    sessions: SessionMaker,
    community: Community,
    place: Place,
    make: Callable[[], int],
    means: Means,
    clock: Clock,
    work_off: Callable[[], list[str]],
    gateway: FakeGateway,
) -> None:
    one, other = (
        community.provider(
            f"{name}家政", f"1380000000{number}", workers=[Worker(name="李", number=f"1360000000{number}", gender="female")]
        )
        for number, name in enumerate("甲乙", start=1)
    )
    ids = [place(), place()]  # both at nine: one of them cannot make both
    for order_id in ids:
        offer_order(means, order_id)
        assert offers_of(sessions, order_id) == []
    assert make() == 0
    clock.now = PLAN_AT
    assert make() == 2
    visits = [visit_of(sessions, order_id) for order_id in ids]
    assert {visit.provider_id for visit in visits if visit} == {one, other}
    with sessions() as session:
        for order_id, visit in zip(ids, visits, strict=True):
            order = order_now(session, order_id)
            assert visit
            assert TOMORROW_AT_NINE <= (order.visit_at or NOW) == visit.visit_at <= TOMORROW_AT_NINE + HOURS / 2
        made = session.get_one(DayPlan, TOMORROW)
        assert (made.visits, made.unplanned, made.made_at) == (2, 0, PLAN_AT)
    work_off()
    for order_id, visit in zip(ids, visits, strict=True):
        assert visit
        assert [offer.provider_id for offer in offers_of(sessions, order_id)] == [visit.provider_id]
    assert story(sessions, ids[0]) == ["placed", "planned", "offered"]
    assert all("11月23日（周一）上午9点" in body for _, body in gateway.sent)
    clock.advance(means.settings.offer_timeout_s)
    expire_offer(means, offers_of(sessions, ids[0])[0].id)
    work_off()
    with sessions() as session:  # the other provider was promised no time
        assert order_now(session, ids[0]).visit_at is None


@pytest.mark.usefixtures("planned")
def test_a_plan_that_is_made_twice_changes_nothing(
    sessions: SessionMaker, community: Community, place: Place, make: Callable[[], int], clock: Clock
) -> None:
    community.provider("甲家政", "13800000001")
    order_id = place()
    clock.now = PLAN_AT
    assert make() == 1
    before = story(sessions, order_id)
    clock.advance(60)
    assert make() == 0
    assert story(sessions, order_id) == before


@pytest.mark.usefixtures("planned")
def test_an_order_that_nobody_can_take_is_offered_in_the_ordinary_way(
    sessions: SessionMaker, community: Community, place: Place, make: Callable[[], int], means: Means, clock: Clock
) -> None:
    community.provider("理发店", "13800000001", skills=["haircut"])
    order_id = place()
    clock.now = PLAN_AT
    assert make() == 0
    visit = visit_of(sessions, order_id)
    assert visit
    assert (visit.provider_id, visit.visit_at) == (None, None)
    offer_order(means, order_id)
    assert story(sessions, order_id) == ["placed", "unplanned", "unfilled"]


def test_a_visit_that_is_promised_already_stays_and_is_planned_around(
    sessions: SessionMaker, community: Community, place: Place, planned: int, make: Callable[[], int], clock: Clock
) -> None:
    worker = Worker(name="李", number="13600000001", gender="female")
    provider_id = community.provider("甲家政", "13800000001", workers=[worker])
    taken = place(service_id=community.urgent_id)
    with sessions.begin() as session:
        order = order_now(session, taken)
        order.status, order.provider_id, order.visit_at = OrderStatus.ACCEPTED, provider_id, TOMORROW_AT_NINE + HOURS / 2
    at_nine = place(service_id=planned)
    morning = place(service_id=planned, ends_at=TOMORROW_AT_NINE + 3 * HOURS)
    clock.now = PLAN_AT
    assert make() == 1
    nine, later = visit_of(sessions, at_nine), visit_of(sessions, morning)
    assert nine
    assert later
    assert nine.provider_id is None
    assert (later.visit_at or NOW) >= TOMORROW_AT_NINE + 1.5 * HOURS
    with sessions() as session:
        assert order_now(session, taken).visit_at == TOMORROW_AT_NINE + HOURS / 2


@pytest.mark.usefixtures("planned")
def test_an_order_that_is_cancelled_while_the_plan_is_made_stays_cancelled(
    sessions: SessionMaker,
    community: Community,
    place: Place,
    make: Callable[[], int],
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    community.provider("甲家政", "13800000001")
    gone, order_id = place(), place(ends_at=TOMORROW_AT_NINE + 5 * HOURS)
    clock.now = PLAN_AT
    solve = making.plan_visits

    def cancel_meanwhile(*facts: Any) -> Any:
        with sessions.begin() as session:  # no session is held while solving, or SQLite would refuse
            order_now(session, gone).move(OrderStatus.CANCELLED, clock(), "resident")
        return solve(*facts)

    monkeypatch.setattr(making, "plan_visits", cancel_meanwhile)
    assert make() == 1
    assert visit_of(sessions, gone) is None
    assert visit_of(sessions, order_id)
    assert story(sessions, gone) == ["placed", "cancelled"]


@pytest.mark.usefixtures("planned")
def test_a_plan_that_was_cut_short_is_made_anew_around_what_it_had_written(
    sessions: SessionMaker, community: Community, place: Place, make: Callable[[], int], clock: Clock, settings: Settings
) -> None:
    worker = Worker(name="李", number="13600000001", gender="female")
    provider_id = community.provider("甲家政", "13800000001", workers=[worker])
    written, order_id = place(), place(ends_at=TOMORROW_AT_NINE + 4 * HOURS)
    with sessions.begin() as session:
        session.add(DayPlan(day=TOMORROW, began_at=PLAN_AT))
        worker_id = session.get_one(Provider, provider_id).workers[0].id
        facts = {"day": TOMORROW, "provider_id": provider_id, "worker_id": worker_id, "reasons": {}, "made_at": PLAN_AT}
        session.add(PlannedVisit(order_id=written, visit_at=TOMORROW_AT_NINE, **facts))
        session.get_one(Order, written).visit_at = TOMORROW_AT_NINE
    clock.now = PLAN_AT + timedelta(seconds=5)
    assert make() == 0  # another may still be at it
    clock.advance(settings.plan_solve_s + 90)
    assert make() == 1
    visit = visit_of(sessions, order_id)
    assert visit
    assert (visit.visit_at or NOW) >= TOMORROW_AT_NINE + HOURS


@pytest.mark.usefixtures("planned")
def test_an_order_whose_plan_never_came_is_asked_for_again_until_it_is_offered(
    sessions: SessionMaker,
    community: Community,
    place: Place,
    means: Means,
    clock: Clock,
    redis: Redis,
    work_off: Callable[[], list[str]],
) -> None:
    community.provider("甲家政", "13800000001")
    order_id = place()
    redis.flushall()
    plan = PlanRound(means.settings, sessions, means.queue)

    def round_at(moment: datetime) -> list[str]:
        clock.now = moment
        plan.plan_round(moment)
        sweep(sessions, means.queue, moment)
        return work_off()

    assert round_at(PLAN_AT - HOURS) == []
    assert round_at(PLAN_AT + timedelta(minutes=means.settings.plan_patience_min)) == ["offer_order", "send_message"]
    assert len(offers_of(sessions, order_id)) == 1


@pytest.mark.usefixtures("planned")
def test_orders_are_offered_by_jobs_once_they_are_planned(
    community: Community, place: Place, make: Callable[[], int], clock: Clock, work_off: Callable[[], list[str]]
) -> None:
    community.provider("甲家政", "13800000001")
    place()
    assert work_off() == ["offer_order"]
    clock.now = PLAN_AT
    make()
    assert work_off()[:1] == ["offer_order"]
