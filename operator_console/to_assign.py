"""The dispatcher's list: the orders for which nobody was found, the most pressing first."""

from flask import Blueprint, render_template
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from models.orders import Offer, OfferStatus, Order, OrderEvent, OrderStatus
from operator_console.context import facts

to_assign = Blueprint("to_assign", __name__, url_prefix="/to-assign")

_ASKED = (OfferStatus.REFUSED, OfferStatus.EXPIRED, OfferStatus.WITHDRAWN)


@to_assign.get("/")
def index() -> str:
    """What waits for a person, with who was asked and who said yes too late."""
    waiting = select(Order).where(Order.status == OrderStatus.UNFILLED).order_by(Order.starts_at, Order.id)
    orders = facts().scalars(waiting.options(joinedload(Order.resident), joinedload(Order.service))).all()
    return render_template("to_assign.html", rows=[(order, _why(order.id), _answers(order.id)) for order in orders])


def orders_to_assign() -> int:
    """How many wait for a person."""
    return facts().scalar(select(func.count()).where(Order.status == OrderStatus.UNFILLED)) or 0


def _why(order_id: int) -> str:
    """Why nobody was found, as dispatch wrote it down last."""
    unfilled = select(OrderEvent).where(OrderEvent.order_id == order_id, OrderEvent.happened == OrderStatus.UNFILLED)
    line = facts().scalar(unfilled.order_by(OrderEvent.id.desc()).limit(1))
    return str(line.details.get("reason", "")) if line else ""


def _answers(order_id: int) -> dict[OfferStatus, int]:
    """How many of those who were asked refused, and how many never answered."""
    counted = select(Offer.status, func.count()).where(Offer.order_id == order_id, Offer.status.in_(_ASKED))
    return dict(facts().execute(counted.group_by(Offer.status)).all())
