from dataclasses import replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.ranking import WEIGHTS, OrderFacts, ProviderFacts, distance_km, fits, rank_providers

SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY_AT_NINE = datetime(2026, 11, 23, 9, 0, tzinfo=SHANGHAI)
ORDER = OrderFacts("plumbing", 1, 30.25, 120.16, MONDAY_AT_NINE, MONDAY_AT_NINE + timedelta(hours=1))
PROVIDER = ProviderFacts(
    id=1,
    skills=frozenset({"plumbing"}),
    area_ids=frozenset({1}),
    latitude=30.25,
    longitude=120.16,
    opens=time(8),
    closes=time(18),
    open_weekdays=frozenset(range(5)),
    rating=4.0,
)


def at(hour: int, minute: int = 0, day: int = 23, minutes: int = 60) -> OrderFacts:
    starts = datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI)
    return replace(ORDER, starts_at=starts, ends_at=starts + timedelta(minutes=minutes))


@pytest.mark.parametrize(
    "lacking",
    [
        {"skills": frozenset({"haircut"})},
        {"area_ids": frozenset({2})},
        {"active": False},
        {"offered_before": True},
        {"opens": time(10)},
        {"open_weekdays": frozenset({5, 6})},
    ],
    ids=lambda lacking: next(iter(lacking)),
)
def test_a_provider_that_lacks_one_condition_is_never_offered_the_order(lacking: dict[str, object]) -> None:
    assert fits(ORDER, PROVIDER)
    assert rank_providers(ORDER, [replace(PROVIDER, **lacking)]) == []


def test_the_nearer_of_two_equals_comes_first() -> None:
    far = replace(PROVIDER, id=2, latitude=30.30)
    assert [one.provider_id for one in rank_providers(ORDER, [far, PROVIDER])] == [1, 2]


def test_a_better_rating_outweighs_a_short_way_but_not_a_long_one() -> None:
    better = replace(PROVIDER, id=2, rating=5.0, latitude=30.255)
    assert rank_providers(ORDER, [PROVIDER, better])[0].provider_id == 2
    assert rank_providers(ORDER, [PROVIDER, replace(better, latitude=30.30)])[0].provider_id == 1


def test_who_has_less_to_do_that_day_comes_first() -> None:
    busy = replace(PROVIDER, orders_that_day=3)
    assert [one.provider_id for one in rank_providers(ORDER, [busy, replace(PROVIDER, id=2)])] == [2, 1]


def test_equals_come_in_the_order_of_their_ids() -> None:
    providers = [replace(PROVIDER, id=number) for number in (3, 1, 2)]
    assert [one.provider_id for one in rank_providers(ORDER, providers)] == [1, 2, 3]


def test_the_reasons_explain_the_score() -> None:
    best = rank_providers(ORDER, [replace(PROVIDER, orders_that_day=1)])[0]
    assert best.score == pytest.approx(WEIGHTS["near"] + 0.8 * WEIGHTS["rated"] + 0.5 * WEIGHTS["free"])
    assert best.reasons == {"score": round(best.score, 4), "distance_km": 0.0, "rating": 4.0, "orders_that_day": 1.0}


def test_opening_within_the_span_is_enough_when_half_an_hour_is_left() -> None:
    assert fits(ORDER, replace(PROVIDER, opens=time(9, 30)))
    assert not fits(ORDER, replace(PROVIDER, opens=time(9, 31)))
    assert not fits(at(17, 45), PROVIDER)


def test_a_short_span_must_lie_within_the_hours() -> None:
    assert fits(at(17, 40, minutes=20), PROVIDER)
    assert not fits(at(17, 50, minutes=20), PROVIDER)


def test_a_night_shift_belongs_to_the_day_it_begins_on() -> None:
    night = replace(PROVIDER, opens=time(20), closes=time(6), open_weekdays=frozenset({0}))
    assert fits(at(23), night)
    assert fits(at(2, day=24), night)
    assert not fits(at(2, day=23), night)


def test_who_never_closes_is_open_across_midnight() -> None:
    always = replace(PROVIDER, opens=time(0), closes=time(0), open_weekdays=frozenset(range(7)))
    assert fits(at(23, 50, minutes=20), always)


def test_hours_are_those_of_the_community_not_of_greenwich() -> None:
    in_utc = replace(ORDER, starts_at=MONDAY_AT_NINE.astimezone(ZoneInfo("UTC")), ends_at=ORDER.ends_at)
    assert not fits(in_utc, PROVIDER)  # one in the morning in Greenwich: whoever asks converts first
    assert fits(ORDER, PROVIDER)


def test_distances_agree_with_published_ones() -> None:
    # Hangzhou to Shanghai, city centres: about 164 km as the crow flies.
    assert distance_km(30.2741, 120.1551, 31.2304, 121.4737) == pytest.approx(164, abs=2)


degrees = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


@given(degrees, degrees)
def test_a_distance_is_the_same_both_ways_and_never_more_than_half_the_earth(
    here: tuple[float, float], there: tuple[float, float]
) -> None:
    assert 0 <= distance_km(*here, *there) <= 20_016
    assert distance_km(*here, *there) == pytest.approx(distance_km(*there, *here))


@given(st.lists(st.builds(replace, st.just(PROVIDER), id=st.integers(1, 99), rating=st.floats(0, 5)), max_size=8))
def test_a_score_lies_between_nothing_and_one(providers: list[ProviderFacts]) -> None:
    assert all(0 <= one.score <= 1 for one in rank_providers(ORDER, providers))
