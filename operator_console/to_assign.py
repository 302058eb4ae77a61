"""The dispatcher's list: the orders for which nobody was found, the most pressing first."""

from flask import Blueprint, render_template
from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from models.orders import Offer, OfferStatus, Order, OrderEvent, OrderStatus
from operator_console.context import facts

to_assign = Blueprint("to_assign", __name__, url_prefix="/to-assign")

SHOWN = 200
_ASKED = (OfferStatus.REFUSED, OfferStatus.EXPIRED, OfferStatus.WITHDRAWN)


@to_assign.get("/")
def index() -> str:
    """What waits for a person, with who was asked and who said yes too late."""
    waiting = select(Order).where(Order.status == OrderStatus.UNFILLED).order_by(Order.starts_at, Order.id).limit(SHOWN)
    orders = facts().scalars(waiting.options(joinedload(Order.resident), joinedload(Order.service))).all()
    ids = [order.id for order in orders]
    reasons, answers = _reasons(ids), _answers(ids)
    return render_template("to_assign.html", rows=[(order, reasons.get(order.id, ""), answers[order.id]) for order in orders])


def orders_to_assign() -> Select[int]:
    """How many wait for a person."""
    return select(func.count()).where(Order.status == OrderStatus.UNFILLED)


def _reasons(order_ids: list[int]) -> dict[int, str]:
    """Why nobody was found, as dispatch wrote it down last."""
    unfilled = select(OrderEvent).where(OrderEvent.order_id.in_(order_ids), OrderEvent.happened == OrderStatus.UNFILLED)
    return {line.order_id: str(line.details.get("reason", "")) for line in facts().scalars(unfilled.order_by(OrderEvent.id))}


def _answers(order_ids: list[int]) -> dict[int, dict[OfferStatus, int]]:
    """How many of those who were asked refused, and how many never answered."""
    asked = (Offer.order_id.in_(order_ids), Offer.status.in_(_ASKED))
    counted = select(Offer.order_id, Offer.status, func.count()).where(*asked).group_by(Offer.order_id, Offer.status)
    found: dict[int, dict[OfferStatus, int]] = {order_id: {} for order_id in order_ids}
    for order_id, status, count in facts().execute(counted):
        found[order_id][status] = count
    return found
