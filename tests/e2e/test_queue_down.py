"""The database is the truth, the queue is a nudge."""

import pytest

from tests.e2e.town import Town, eventually

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]


def test_an_order_placed_while_redis_is_down_is_offered_once_redis_is_back(town: Town) -> None:
    caller = "13800000015"
    town.stack.stop_part("redis")
    try:
        said = town.script("我家水管漏水了，找人来修一下", "明天早上十点", "是的")
        town.call_until(lambda: town.orders_of(caller), "--from", caller, *said)
        [order] = town.orders_of(caller)
        assert order["status"] == "placed"
    finally:
        town.stack.start_part("redis")
    order = eventually(lambda: next((one for one in town.orders_of(caller) if one["status"] == "offered"), None), within_s=60)
    offers = [message for message in town.linli("messages", "--limit", "500") if f"1 {order['code']}" in message["body"]]
    assert len(order["offers"]) == 1
    assert len(offers) == 1
