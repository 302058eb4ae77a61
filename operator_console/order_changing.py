"""Changing an order: another time, other details, another note."""

import logging
from dataclasses import replace
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from dispatch.changing import CAN_BE_CHANGED, Change, change_order
from dispatch.details import DetailRefused, read_details
from ivr.when import Span, say_when
from models.orders import IllegalTransition, Order
from operator_console.context import facts, give_up_facts, parts, signed_in
from operator_console.order_form import Filled, Unclear, filled_from, read_span, with_span
from operator_console.order_outlook import Outlook
from operator_console.times import local

log = logging.getLogger(__name__)
order_changing = Blueprint("order_changing", __name__, url_prefix="/orders/<int:order_id>/change")


@order_changing.get("")
def show(order_id: int) -> ResponseReturnValue:
    """The form, with the order as it is."""
    order = _order(order_id)
    if order.status not in CAN_BE_CHANGED:
        return _too_late(order_id)
    return _page(order, _as_it_is(order))


@order_changing.post("")
def change(order_id: int) -> ResponseReturnValue:
    """Change it; whoever goes by the old words is told."""
    order, filled = _order(order_id), filled_from(request.form)
    try:
        wanted = _wanted(order, filled)
    except Unclear as unclear:
        return _page(order, filled, {"when": str(unclear)}), 422
    except DetailRefused as refused:
        return _page(order, filled, {"answer": str(refused)}), 422
    here, now, operator = parts(), parts().clock(), signed_in().login
    facts().rollback()
    try:
        changed = change_order(facts(), here.queue, here.settings, order_id, change=wanted, now=now, operator=operator)
    except NoResultFound:
        abort(404)
    except ValueError:
        give_up_facts()
        return _page(_order(order_id), filled, {"when": "这个时间已经过了。\nThat is in the past."}), 422
    except IllegalTransition:
        give_up_facts()
        return _too_late(order_id)
    if changed:
        log.info("order %d changed by operator %d", order_id, signed_in().id)
        flash("改好了，该知道的人会收到短信。\nChanged; whoever has to know is told by SMS.", "done")
    else:
        flash("没有要改的。\nNothing was changed.", "done")
    return redirect(url_for("orders.show", order_id=order_id), 303)


def _wanted(order: Order, filled: Filled) -> Change:
    """The order as the form wants it; what was left as it stood stays. Raises `Unclear` and `DetailRefused`."""
    details = read_details(order.service, filled.answer) if order.service.question else order.details
    wanted = replace(Change.of(order), details=details, note=filled.note)
    stood = _as_it_is(order)
    if not filled.when and (filled.day, filled.starts, filled.ends) == (stood.day, stood.starts, stood.ends):
        return wanted
    span = read_span(filled)
    return replace(wanted, starts_at=span.start, ends_at=span.end, when_words=say_when(span, local(parts().clock())))


def _as_it_is(order: Order) -> Filled:
    filled = Filled(service=str(order.service_id), answer=str(next(iter(order.details.values()), "")), note=order.note)
    return with_span(filled, Span(local(order.starts_at), local(order.ends_at)))


def _page(order: Order, filled: Filled, faults: dict[str, str] | None = None) -> str:
    form: dict[str, Any] = {"filled": filled, "faults": faults or {}, "today": local(parts().clock()).date()}
    return render_template("order_change.html", order=order, form=form, outlook=Outlook(), chosen=())


def _too_late(order_id: int) -> ResponseReturnValue:
    flash("这一单现在不能这样改了，请打电话商量。\nThis can no longer be changed so; please telephone.", "trouble")
    return redirect(url_for("orders.show", order_id=order_id), 303)


def _order(order_id: int) -> Order:
    order = facts().get(Order, order_id)
    if order is None:
        abort(404)
    return order
