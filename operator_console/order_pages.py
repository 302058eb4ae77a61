"""One order: its facts, its history, and what an operator can do about it."""

import logging
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import joinedload, selectinload

from dispatch.assigning import CAN_BE_ASSIGNED, assign_order, offer_again, providers_for, take_back
from dispatch.changing import CAN_BE_CHANGED
from dispatch.finishing import may_be_priced, price_by_hand
from dispatch.next_step import next_step
from dispatch.placing import cancel_order
from dispatch.progress import NOT_YET_THERE
from models.calls import Call
from models.messages import Message
from models.orders import TRANSITIONS, IllegalTransition, Offer, Order, OrderStatus
from models.providers import Provider
from operator_console.context import facts, parts, signed_in
from operator_console.live import fragment
from operator_console.order_proofs import proofs_and_links
from operator_console.prices import read_fen
from operator_console.recordings import playable, plays_of
from operator_console.row_ids import read_row_id
from operator_console.words import Said

log = logging.getLogger(__name__)
orders = Blueprint("orders", __name__, url_prefix="/orders")

LONGEST_REASON = 200


@orders.get("/<int:order_id>")
def show(order_id: int) -> str:
    """One order, which keeps itself up to date."""
    return render_template("order.html", **_order(order_id))


@orders.get("/<int:order_id>/live")
def live(order_id: int) -> Response:
    """What changes on an order's page."""
    return fragment("order_live.html", **_order(order_id))


@orders.post("/<int:order_id>/cancel")
def cancel(order_id: int) -> ResponseReturnValue:
    """Cancel the order; whoever was asked or is on the way is told."""
    reason = request.form.get("reason", "").strip()
    if not reason or len(reason) > LONGEST_REASON:
        abort(400)
    return _act(
        order_id,
        lambda: cancel_order(facts(), parts().queue, order_id, "operator", parts().clock(), reason=reason, tell=parts().settings),
        refused=Said("这一单已经做完，不能取消了。", "The work is done; the order can no longer be cancelled."),
        done=Said("订单已取消，居民和问过的服务商会收到短信。", "Cancelled; the resident and whoever was asked are told."),
    )


@orders.post("/<int:order_id>/offer-again")
def ask_again(order_id: int) -> ResponseReturnValue:
    """Offer an unfilled order once more."""
    return _act(
        order_id,
        lambda: offer_again(facts(), parts().queue, order_id, "operator", parts().clock()),
        refused=Said("这一单现在不需要重新派。", "This order does not wait to be offered again."),
        done=Said("正在重新派单。", "The order is being offered again."),
    )


@orders.post("/<int:order_id>/assign")
def assign(order_id: int) -> ResponseReturnValue:
    """Give the order to a provider who has agreed by telephone."""
    provider_id = request.form.get("provider", type=read_row_id)
    if provider_id is None:
        abort(400)
    here, now = parts(), parts().clock()
    return _act(
        order_id,
        lambda: assign_order(facts(), here.queue, here.settings, order_id, provider_id=provider_id, by="operator", now=now),
        refused=Said("这一单现在不能改派了。", "This order can no longer be given to somebody."),
        done=Said("已派给这家服务商，服务商和居民会收到短信。", "Assigned; the provider and the resident are told."),
    )


@orders.post("/<int:order_id>/take-back")
def withdraw(order_id: int) -> ResponseReturnValue:
    """Take the order from who accepted it, and ask others."""
    return _act(
        order_id,
        lambda: take_back(facts(), parts().queue, order_id, "operator", parts().clock(), tell=parts().settings),
        refused=Said("这一单现在不能收回。", "This order cannot be taken back now."),
        done=Said(
            "已收回，正在另找服务商；原来的服务商和居民都会收到短信。",
            "Taken back; others are asked; who had it and the resident are told.",
        ),
    )


@orders.post("/<int:order_id>/price")
def price(order_id: int) -> ResponseReturnValue:
    """Enter the price that was agreed at the door."""
    price_fen = read_fen(request.form.get("price", ""))
    try:
        done = price_fen is not None and price_by_hand(facts(), order_id, price_fen, "operator", parts().clock())
    except NoResultFound:
        abort(404)
    except ValueError:
        price_fen = None
    if price_fen is None:
        _tell(
            "trouble",
            "没有填上：价格请填数字，最多两位小数，不超过 99999 元。",
            "Not entered: at most 99999 yuan, please.",
        )
    elif not done:
        _tell("trouble", "这一单现在不能填价格。", "This order takes no price now.")
    else:
        log.info("order %d priced by operator %d", order_id, signed_in().id)
        _tell("done", "价格填好了。", "The price is entered.")
    return redirect(url_for("orders.show", order_id=order_id), 303)


def _act(order_id: int, act: Callable[[], object], *, refused: Said, done: Said) -> ResponseReturnValue:
    """Do it, and say on the order's page whether it could still be done."""
    try:
        act()
    except NoResultFound:
        abort(404)
    except IllegalTransition:
        _tell("trouble", *refused[:2])
    else:
        log.info("order %d: %s by operator %d", order_id, request.endpoint, signed_in().id)
        _tell("done", *done[:2])
    return redirect(url_for("orders.show", order_id=order_id), 303)


def _tell(tone: str, zh: str, en: str) -> None:
    flash(f"{zh}\n{en}", tone)


def _order(order_id: int) -> dict[str, Any]:
    order = facts().scalar(select(Order).where(Order.id == order_id).options(selectinload(Order.history)))
    if order is None:
        abort(404)
    offers = select(Offer).where(Offer.order_id == order.id).order_by(Offer.id).options(joinedload(Offer.provider))
    messages = select(Message).where(Message.order_id == order.id).order_by(Message.id)
    exchanged = list(facts().scalars(messages))
    call = select(Call).where(Call.id == order.call_id).options(selectinload(Call.turns), selectinload(Call.recordings))
    taken_in = facts().scalar(call)
    names = facts().execute(select(Provider.number, Provider.name).where(Provider.number.in_(one.number for one in exchanged)))
    return {
        "order": order,
        "offers": list(facts().scalars(offers)),
        "messages": exchanged,
        "names": dict(names.all()),
        "call": taken_in,
        "recordings": playable(parts().settings.recordings_dir, taken_in.recordings) if taken_in else [],
        "plays": plays_of([one.path for one in taken_in.recordings]) if taken_in else [],
        "may_cancel": OrderStatus.CANCELLED in TRANSITIONS[order.status],
        "may_change": order.status in CAN_BE_CHANGED,
        "may_offer_again": order.status is OrderStatus.UNFILLED,
        "may_take_back": order.status in NOT_YET_THERE,
        "may_be_priced": may_be_priced(order),
        "step": next_step(facts(), parts().settings, order, parts().clock()),
        "choice": providers_for(facts(), order) if order.status in CAN_BE_ASSIGNED else [],
        **proofs_and_links(order.id),
    }
