"""What an order costs."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.money import agreed_charge, charge, enter_price, quantity, set_price
from models.orders import Order
from models.providers import Provider
from models.residents import Resident
from models.services import Service

PORTIONS = {"kind": "count", "about": "份"}
PERCENT = st.integers(0, 100)


def ordered(details: dict[str, str | int] | None = None, own_subsidy: int = 0, **facts: object) -> Order:
    usual = {"price_yuan": 15, "unit": "份", "duration_min": 10, "question": PORTIONS, "subsidy_percent": 0}
    service = Service(**(usual | facts))
    return Order(service=service, resident=Resident(subsidy_percent=own_subsidy), details=details or {})


def firm(price_percent: int = 100, volunteer: bool = False) -> Provider:
    return Provider(price_percent=price_percent, volunteer=volunteer)


def money(order: Order) -> tuple[int | None, int | None, int | None]:
    return order.price_fen, order.subsidy_fen, order.owed_fen


def test_portions_are_counted() -> None:
    order = ordered({"份": 3})
    set_price(order, firm())
    assert money(order) == (4500, 0, 4500)


def test_hours_are_those_of_the_visit() -> None:
    order = ordered(price_yuan=45, unit="小时", duration_min=150, question={})
    set_price(order, firm())
    assert order.price_fen == 11250


def test_a_provider_may_be_dearer_or_cheaper_than_the_catalogue() -> None:
    dear, cheap = ordered(), ordered()
    set_price(dear, firm(115))
    set_price(cheap, firm(90))
    assert (dear.price_fen, cheap.price_fen) == (1725, 1350)


def test_half_a_fen_is_rounded_up_in_the_price_and_in_the_subsidy() -> None:
    assert charge(1, Fraction(1, 8), 100, 0).price_fen == 13  # 12.5
    assert agreed_charge(5, 50).subsidy_fen == 3  # 2.5
    assert agreed_charge(5, 50).owed_fen == 2


def test_the_larger_of_the_two_subsidies_counts() -> None:
    of_service, of_resident = ordered(subsidy_percent=40, own_subsidy=20), ordered(subsidy_percent=40, own_subsidy=100)
    set_price(of_service, firm())
    set_price(of_resident, firm())
    assert money(of_service) == (1500, 600, 900)
    assert money(of_resident) == (1500, 1500, 0)


def test_volunteers_cost_nothing_even_where_a_price_is_agreed_at_the_door() -> None:
    priced, agreed = ordered({"份": 2}), ordered(price_yuan=None)
    set_price(priced, firm(volunteer=True))
    set_price(agreed, firm(volunteer=True))
    assert money(priced) == money(agreed) == (0, 0, 0)


def test_a_price_agreed_at_the_door_is_unknown_until_it_is_entered() -> None:
    order = ordered(price_yuan=None, unit="次", question={}, subsidy_percent=50)
    set_price(order, firm())
    assert money(order) == (None, None, None)
    enter_price(order, 8001)
    assert money(order) == (8001, 4001, 4000)
    with pytest.raises(ValueError, match="-1 fen"):
        enter_price(order, -1)


def test_an_order_that_is_given_back_costs_nothing_known() -> None:
    order = ordered()
    set_price(order, firm())
    set_price(order, None)
    assert money(order) == (None, None, None)


@pytest.mark.parametrize("told", [{}, {"份": 0}, {"份": -2}, {"份": "几份"}])
def test_a_count_that_makes_no_sense_is_one(told: dict[str, str | int]) -> None:
    assert quantity("份", 10, PORTIONS, told) == 1


def test_words_that_a_service_asks_for_are_no_count() -> None:
    assert quantity("次", 40, {"kind": "words", "about": "要买的"}, {"要买的": "两袋米"}) == 1


@given(st.integers(0, 5000), st.integers(1, 24 * 60), st.integers(0, 300), PERCENT)
def test_who_pays_adds_up_and_nobody_is_paid_for_it(price_yuan: int, minutes: int, percent: int, subsidy: int) -> None:
    costs = charge(price_yuan, Fraction(minutes, 60), percent, subsidy)
    assert costs.subsidy_fen + costs.owed_fen == costs.price_fen
    assert 0 <= costs.subsidy_fen <= costs.price_fen
    assert abs(costs.price_fen - Fraction(price_yuan * minutes * percent, 60)) <= Fraction(1, 2)
