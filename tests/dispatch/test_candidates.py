from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from dispatch.candidates import order_facts, provider_facts
from dispatch.matching.facts import OrderFacts, ProviderFacts
from dispatch.ranking import rank_providers
from models.database import SessionMaker
from models.orders import Offer, OfferStatus, Order, OrderStatus
from models.plans import PlannedVisit
from models.providers import Provider, Wish, WishKind, Worker
from models.services import Service
from tests.dispatch.facts import NOW, TOMORROW_AT_NINE, Community, order_now

Place = Callable[..., int]
SHANGHAI = ZoneInfo("Asia/Shanghai")


def facts_of(sessions: SessionMaker, order_id: int) -> tuple[OrderFacts, list[ProviderFacts]]:
    with sessions() as session:
        order = order_now(session, order_id)
        return order_facts(order, SHANGHAI), provider_facts(session, order, SHANGHAI)


@pytest.fixture
def wish(sessions: SessionMaker, community: Community) -> Callable[..., None]:
    """Write down what the resident wishes."""

    def wish_for(kind: WishKind, **facts: Any) -> None:
        with sessions.begin() as session:
            session.add(Wish(resident_id=community.resident_id, kind=kind, **({"at": NOW, "by": "operator"} | facts)))

    return wish_for


def test_wishes_are_read_for_the_service_they_are_about(
    sessions: SessionMaker, community: Community, place: Place, wish: Callable[..., None]
) -> None:
    workers = [
        Worker(name="李师傅", number="13600000001", gender="female"),
        Worker(name="王师傅", number="13600000002", gender="male"),
    ]
    near, far = community.provider("近水维修", "13800000001", workers=workers), community.provider("远水维修", "13800000002")
    order_id = place()
    with sessions() as session:
        li, wang = sorted(worker.id for worker in session.get_one(Provider, near).workers)
    wish(WishKind.AGAIN, provider_id=near, worker_id=li)
    wish(WishKind.NEVER, worker_id=wang, service_id=community.urgent_id)
    wish(WishKind.NEVER, provider_id=far, service_id=community.repair_id)
    order, _ = facts_of(sessions, order_id)
    assert (order.again_providers, order.again_workers) == (frozenset(), frozenset({li}))
    assert (order.never_providers, order.never_workers) == (frozenset({far}), frozenset())


@pytest.mark.parametrize(
    ("asked_by_service", "wishes", "gender"),
    [
        ("", [], ""),
        ("same", [], "female"),
        ("male", [], "male"),
        ("same", [(WishKind.MAN, False, 0)], "male"),
        ("", [(WishKind.WOMAN, True, 0), (WishKind.MAN, False, 1)], "female"),
        ("", [(WishKind.WOMAN, False, 0), (WishKind.MAN, False, 1)], "male"),
    ],
    ids=["nobody minds", "as the resident", "the service", "the wish is stronger", "the nearer wish", "the later wish"],
)
def test_who_must_come_is_what_the_resident_wishes_or_what_the_service_asks_for(
    sessions: SessionMaker,
    community: Community,
    place: Place,
    wish: Callable[..., None],
    asked_by_service: str,
    wishes: list[tuple[WishKind, bool, int]],
    gender: str,
) -> None:
    with sessions.begin() as session:
        session.get_one(Service, community.repair_id).worker_gender = asked_by_service
    for kind, about_this, day in wishes:
        wish(kind, service_id=community.repair_id if about_this else None, at=NOW + timedelta(days=day))
    assert facts_of(sessions, place())[0].gender == gender


def test_what_a_provider_has_in_hand_is_known(sessions: SessionMaker, community: Community, place: Place) -> None:
    worker = Worker(name="李师傅", number="13600000001", gender="female")
    gone = Worker(name="赵师傅", number="13600000003", gender="male", active=False)
    provider_id = community.provider("近水维修", "13800000001", workers=[worker, gone], days_off=["2026-11-24"], price_percent=90)
    at_ten, asked_only, the_day_after, order_id = place(), place(), place(), place()
    with sessions.begin() as session:
        [li, _] = sorted(one.id for one in session.get_one(Provider, provider_id).workers)
        hour = timedelta(hours=1)
        for taken, begins, worker_id in ((at_ten, hour, li), (the_day_after, timedelta(days=1), None)):
            order = order_now(session, taken)
            order.status, order.provider_id, order.worker_id = OrderStatus.ACCEPTED, provider_id, worker_id
            order.visit_at = TOMORROW_AT_NINE + begins
        made = {"made_at": NOW, "expires_at": NOW, "reasons": {}, "status": OfferStatus.REFUSED}
        session.add(Offer(order_id=asked_only, provider_id=provider_id, **made))
    [provider] = facts_of(sessions, order_id)[1]
    assert (provider.orders_that_day, provider.offers_lately, provider.price_percent) == (1, 1, 90)
    assert provider.days_off == {"2026-11-24"}
    assert provider.workers is not None
    assert [(one.id, len(one.busy)) for one in provider.workers] == [(li, 1)]
    assert [one.offered_before for one in facts_of(sessions, asked_only)[1]] == [True]


def test_a_frozen_provider_and_one_whose_people_are_all_away_are_not_ranked(
    sessions: SessionMaker, community: Community, place: Place
) -> None:
    community.provider("有投诉", "13800000001", frozen_at=NOW)
    away = Worker(name="赵师傅", number="13600000003", gender="male", active=False)
    community.provider("没有人", "13800000002", workers=[away])
    ranked_last = community.provider("近水维修", "13800000003")
    order, providers = facts_of(sessions, place())
    [one] = rank_providers(order, providers)
    assert one.provider_id == ranked_last
    assert one.reasons["not_asked"] == {"frozen": 1, "no_worker": 1}


def test_the_planned_provider_and_worker_come_first(sessions: SessionMaker, community: Community, place: Place) -> None:
    community.provider("近水维修", "13800000001")
    workers = [
        Worker(name="李师傅", number="13600000001", gender="female"),
        Worker(name="王师傅", number="13600000002", gender="male"),
    ]
    planned = community.provider("远水维修", "13800000002", latitude=30.3, workers=workers)
    order_id = place()
    with sessions.begin() as session:
        order = session.get_one(Order, order_id)
        wang = max(one.id for one in session.get_one(Provider, planned).workers)
        day = TOMORROW_AT_NINE.date()
        session.add(PlannedVisit(order_id=order.id, day=day, provider_id=planned, worker_id=wang, reasons={}, made_at=NOW))
    first = rank_providers(*facts_of(sessions, order_id))[0]
    assert (first.provider_id, first.worker_id, first.planned) == (planned, wang, True)


@pytest.mark.parametrize("skill", ["plumbing", "水电", '50% "off"_\\'])
def test_only_providers_of_the_orders_skill_are_read_however_it_is_written(
    sessions: SessionMaker, community: Community, place: Place, skill: str
) -> None:
    wanted = community.provider("会做的", "13800000001", skills=["cooking", skill])
    community.provider("不会的", "13800000002", skills=[f"{skill}s", "plumbing2", "50x"])
    order_id = place()
    with sessions() as session:
        order = order_now(session, order_id)
        order.service.skill = skill
        assert [facts.id for facts in provider_facts(session, order, SHANGHAI)] == [wanted]
