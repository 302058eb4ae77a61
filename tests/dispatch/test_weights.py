from collections import Counter
from datetime import timedelta

import pytest

from dispatch.gateways.weights import Speed, Weight, adjust, after_failure, put_in_order
from tests.dispatch.facts import NOW

QUICK = Speed(20, 0)


def test_traffic_is_shared_by_weight() -> None:
    first = Counter(put_in_order({"city": 3, "twilio": 1}, str(seed))[0] for seed in range(2000))
    assert 0.70 < first["city"] / 2000 < 0.80


def test_a_gateway_without_weight_is_the_last_resort() -> None:
    assert {tuple(put_in_order({"city": 0, "twilio": 1}, str(seed))) for seed in range(20)} == {("twilio", "city")}
    assert put_in_order({"city": 0}, "1") == ["city"]


def test_the_same_message_is_tried_in_the_same_order() -> None:
    weights = {"a": 1, "b": 1, "c": 1}
    assert put_in_order(weights, "7-1") == put_in_order(weights, "7-1")


def test_each_failure_takes_half_until_nothing_is_left() -> None:
    known, left = Weight(80), []
    for minute in range(8):
        known = after_failure(known, "HTTP 503", NOW + timedelta(minutes=minute))
        left.append(known.weight)
    assert left == [40, 20, 10, 5, 2, 1, 0, 0]


def test_workers_that_fail_together_count_once() -> None:
    once = after_failure(Weight(80), "HTTP 503", NOW)
    assert after_failure(once, "HTTP 503", NOW + timedelta(seconds=3)) is once


@pytest.mark.parametrize(
    ("judged", "slow", "is_slow"), [(4, 4, False), (5, 5, True), (20, 5, False), (20, 6, True), (10, 3, True), (0, 0, False)]
)
def test_slow_is_thirty_percent_of_enough(judged: int, slow: int, is_slow: bool) -> None:
    assert Speed(judged, slow).is_slow is is_slow


def test_a_slow_gateway_loses_half_once_in_ten_minutes_and_drifts_back_when_it_is_quick() -> None:
    slow = Speed(10, 4)
    halved = adjust(80, Weight(80), slow, NOW)
    assert (halved.weight, halved.reason) == (40, "slow: 4/10")
    assert adjust(80, halved, slow, NOW + timedelta(minutes=9)) is halved
    assert adjust(80, halved, slow, NOW + timedelta(minutes=10)).weight == 20
    assert adjust(80, halved, QUICK, NOW + timedelta(minutes=4)) is halved
    known, weights = halved, []
    for step in range(1, 4):
        known = adjust(80, known, QUICK, NOW + timedelta(minutes=5 * step))
        weights.append((known.weight, known.reason))
    assert weights == [(56, "slow: 4/10"), (72, "slow: 4/10"), (80, "")]


def test_a_gateway_that_failed_comes_back_from_nothing_with_a_small_share_first() -> None:
    known = Weight(0, NOW, "ConnectionError")
    assert adjust(80, known, Speed(0, 0), NOW + timedelta(minutes=5)).weight == 16


def test_a_whole_weight_stays_as_it_is() -> None:
    whole = Weight(80)
    assert adjust(80, whole, QUICK, NOW) is whole
