"""Today's board: who is in need, who is on the line, and how the orders stand."""

from typing import Any, NamedTuple

from flask import Blueprint, Response, abort, render_template, request
from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from models.calls import Call, CallStatus
from models.orders import TO_BE_DONE, Order, OrderStatus
from operator_console.alarm_pages import open_alarms
from operator_console.context import facts
from operator_console.live import shared_fragment, shared_part
from operator_console.row_ids import read_row_id
from operator_console.times import start_of_today
from operator_console.words import Said

board = Blueprint("board", __name__)

ON_THE_LINE = (CallStatus.TALKING, CallStatus.WAITING, CallStatus.OPERATOR)
ORDERS_SHOWN = 50
_PART = "board_live.html"


class OrderFilter(NamedTuple):
    """One choice above the list of orders."""

    name: Said
    statuses: tuple[OrderStatus, ...]


FILTERS = {
    "open": OrderFilter(Said("进行中", "open"), (*TO_BE_DONE, OrderStatus.UNFILLED, OrderStatus.DISPUTED)),
    "unfilled": OrderFilter(Said("没人接单", "unfilled"), (OrderStatus.UNFILLED,)),
    "done": OrderFilter(Said("已完成", "done"), (OrderStatus.COMPLETED, OrderStatus.CONFIRMED, OrderStatus.SETTLED)),
    "cancelled": OrderFilter(Said("已取消", "cancelled"), (OrderStatus.CANCELLED,)),
    "all": OrderFilter(Said("全部", "all"), tuple(OrderStatus)),
}


@board.get("/")
def show() -> str:
    """The board, which then keeps itself up to date."""
    chosen, before = _asked()
    return render_template("board.html", part=shared_part(_PART, (chosen, before), _board), chosen=chosen, before=before)


@board.get("/live")
def live() -> Response:
    """What changes on the board."""
    return shared_fragment(_PART, _asked(), _board)


def _asked() -> tuple[str, int | None]:
    """Which orders, and older than which."""
    chosen, before = request.args.get("orders", "open"), request.args.get("before", type=read_row_id)
    if chosen not in FILTERS:
        abort(404)
    return chosen, before


def _board() -> dict[str, Any]:
    chosen, before = _asked()
    orders = _orders(FILTERS[chosen], before)
    return {
        "alarms": open_alarms(),
        "calls": _calls(),
        "orders": orders[:ORDERS_SHOWN],
        "older": orders[ORDERS_SHOWN - 1].id if len(orders) > ORDERS_SHOWN else None,
        "filters": FILTERS,
        "counts": _counts(),
        "chosen": chosen,
        "before": before,
    }


def _calls() -> list[Call]:
    """Who is on the line, whoever waits for a person first; then who gave up waiting today."""
    gave_up_today = (Call.status == CallStatus.ABANDONED) & (Call.started_at >= start_of_today())
    asked = (
        select(Call)
        .where(or_(Call.status.in_(ON_THE_LINE), gave_up_today))
        .order_by(Call.status == CallStatus.ABANDONED, Call.status != CallStatus.WAITING, Call.started_at)
        .options(joinedload(Call.resident))
    )
    return list(facts().scalars(asked))


def _orders(chosen: OrderFilter, before: int | None) -> list[Order]:
    """The newest first, one more than is shown."""
    asked = (
        select(Order)
        .where(Order.status.in_(chosen.statuses))
        .order_by(Order.id.desc())
        .limit(ORDERS_SHOWN + 1)
        .options(joinedload(Order.resident), joinedload(Order.service), joinedload(Order.provider))
    )
    return list(facts().scalars(asked.where(Order.id < before) if before else asked))


def _counts() -> dict[str, int]:
    """How many there are under the filters that somebody has to do with; of what is over there is no end."""
    counted = FILTERS["open"].statuses
    asked = select(Order.status, func.count()).where(Order.status.in_(counted)).group_by(Order.status)
    by_status = dict(facts().execute(asked).all())
    shown = {key: one for key, one in FILTERS.items() if set(one.statuses) <= set(counted)}
    return {key: sum(by_status.get(status, 0) for status in one.statuses) for key, one in shown.items()}
