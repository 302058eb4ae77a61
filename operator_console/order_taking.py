"""Taking an order by hand: the form, what it will come to while it is written, and the placing."""

import logging
import secrets
from dataclasses import replace
from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.exc import NoResultFound

from dispatch.placing import InvalidOrder, OrderRequest, ResidentLeft
from dispatch.taking import order_of_form, take_order
from ivr.when import Span, say_when
from models.calls import Call
from models.orders import Offer, Order
from models.residents import Resident
from operator_console.context import facts, parts, signed_in
from operator_console.live import shared_part
from operator_console.order_form import Filled, filled_ahead, filled_from, lately_ordered
from operator_console.order_outlook import Outlook, look_ahead
from operator_console.row_ids import read_row_id
from operator_console.service_choice import service_choices
from operator_console.times import local

log = logging.getLogger(__name__)
order_taking = Blueprint("order_taking", __name__, url_prefix="/orders/new")

NOT_PLACED = "没有下单，请再看一遍。\nNot placed; please look again."
LEFT = "没有下单：这位居民已经离开（搬走或去世）。\nNot placed: the resident has left (moved away, or died)."
LATELY_SHOWN = 4
_FIELDS = "order_form_fields.html"
USUAL, CHOSEN, ASSIGN = "usual", "chosen", "assign"


@order_taking.app_context_processor
def _for_the_desk() -> dict[str, Any]:
    return {"order_form": order_form}


@order_taking.get("")
def show() -> str:
    """The form for one resident, on a page of its own; in the desk it replaces itself there."""
    resident = _resident(request.args.get("resident", 0, type=read_row_id))
    return _page(resident, request.args.get("channel", ""), like=request.args.get("like", type=read_row_id))


@order_taking.get("/outlook")
def outlook() -> Response:
    """What the order will come to, for what stands in the form so far."""
    resident = _resident(request.args.get("resident", 0, type=read_row_id))
    filled = filled_from(request.args)
    seen = look_ahead(resident, filled)
    if not (filled.when or filled.day):
        seen = replace(seen, faults={})  # nobody has come to the time yet
    return Response(render_template("order_outlook.html", outlook=seen, chosen=()))


@order_taking.post("")
def place() -> ResponseReturnValue:
    """Place the order; the same form sent twice places one."""
    resident = _resident(request.form.get("resident", 0, type=read_row_id))
    channel, key = request.form.get("channel", ""), request.form.get("key", "")[:64]
    if not key:
        abort(400)
    if known := order_of_form(facts(), key):
        return _placed(known, channel)
    filled, way = filled_from(request.form), request.form.get("way", USUAL)
    chosen = [read_row_id(one) for one in request.form.getlist("provider") if one.isdecimal()]
    seen = look_ahead(resident, filled)
    faults = seen.faults | _faults_of_choice(way, chosen)
    if faults or not seen.is_complete:
        return _page(resident, channel, filled=filled, seen=seen, faults=faults, key=key, chosen=chosen), 422
    try:
        order = _take(resident, _call(channel), filled, seen, key=key, way=way, chosen=chosen)
    except (InvalidOrder, NoResultFound) as refused:
        log.warning("an order by hand was refused: %s", refused)
        facts().rollback()
        faults = {"way": LEFT if isinstance(refused, ResidentLeft) else NOT_PLACED}
        return _page(_resident(resident.id), channel, filled=filled, faults=faults, key=key), 422
    log.info("order %d taken by operator %d", order.id, signed_in().id)
    return _placed(order, channel)


def order_form(
    call: Call | None,
    resident: Resident | None,
    channel: str = "",
    *,
    like: int | None = None,
    filled: Filled | None = None,
    seen: Outlook | None = None,
    faults: dict[str, str] | None = None,
    key: str = "",
    chosen: list[int] | None = None,
) -> dict[str, Any] | None:
    """What `order_form.html` shows; None for a caller of whom nobody knows who they are.

    While nobody has written anything it is the same at every desk where the call rings, and worked out once.
    """
    if resident is None:
        return None
    own = {"resident": resident, "channel": call.channel_id if call else channel}

    def read() -> dict[str, Any]:
        return {"form": own | _fields(call, resident, like=like, filled=filled, seen=seen, faults=faults, chosen=chosen)}

    if call and not (like or filled or seen or faults or chosen):
        fields = shared_part(_FIELDS, (call.id, resident.id), read)
    else:
        fields = Markup(render_template(_FIELDS, **read()))  # noqa: S704 - a template's own
    return own | {"fields": fields, "key": key or secrets.token_urlsafe(16)}


def _fields(
    call: Call | None,
    resident: Resident,
    *,
    like: int | None,
    filled: Filled | None,
    seen: Outlook | None,
    faults: dict[str, str] | None,
    chosen: list[int] | None,
) -> dict[str, Any]:
    written = filled or filled_ahead(call, resident, like)
    lately = lately_ordered(resident, LATELY_SHOWN)
    placed = select(Order).where(Order.call_id == call.id).order_by(Order.id) if call else None
    return {
        "filled": written,
        "choices": service_choices(),
        "lately": lately,
        "lately_ids": [one.service_id for one in lately],
        # What is wrong stands at its field.
        "outlook": replace(seen or (look_ahead(resident, written) if written != Filled() else Outlook()), faults={}),
        "faults": faults or {},
        "chosen": chosen or [],
        "placed": list(facts().scalars(placed)) if placed is not None else [],
        "today": local(parts().clock()).date(),
    }


def _take(
    resident: Resident, call: Call | None, filled: Filled, seen: Outlook, *, key: str, way: str, chosen: list[int]
) -> Order:
    assert seen.service and seen.span  # noqa: S101, PT018 - the outlook is complete
    wanted = OrderRequest(
        resident_id=resident.id,
        service_id=seen.service.id,
        starts_at=seen.span.start,
        ends_at=seen.span.end,
        when_words=seen.said,
        words=filled.words,
        note=filled.note,
        details=seen.details,
        call_id=call.id if call else None,
        operator=signed_in().login,
        form_key=key,
    )
    return take_order(
        facts(),
        parts().queue,
        parts().settings,
        wanted,
        parts().clock(),
        ask=chosen if way == CHOSEN else (),
        give_to=chosen[0] if way == ASSIGN else None,
        ranked=seen.ranked,
    )


def _faults_of_choice(way: str, chosen: list[int]) -> dict[str, str]:
    if way == CHOSEN and not chosen:
        return {"way": "请先选要问的服务商。\nTick the providers to be asked first."}
    if way == ASSIGN and len(chosen) != 1:
        return {"way": "直接派单请只选一家。\nTick exactly one provider to assign it."}
    return {} if way in (USUAL, CHOSEN, ASSIGN) else {"way": "请再按一次。\nPlease press again."}


def _placed(order: Order, channel: str) -> ResponseReturnValue:
    return redirect(url_for("order_taking.done", order_id=order.id, channel=channel or None), 303)


@order_taking.get("/<int:order_id>")
def done(order_id: int) -> str:
    """What was placed, what to say to the resident, and the way to another order at once."""
    order = facts().get(Order, order_id)
    if order is None:
        abort(404)
    now = local(parts().clock())
    asked = select(Offer).where(Offer.order_id == order.id).order_by(Offer.id)
    said = say_when(Span(local(order.starts_at), local(order.ends_at)), now) if order.ends_at > now else order.when_words
    another = url_for("order_taking.show", resident=order.resident_id, channel=request.args.get("channel") or None)
    soon = order.ends_at - now < timedelta(days=1)
    return render_template(
        "order_taken.html", order=order, offers=list(facts().scalars(asked)), said=said, another=another, soon=soon
    )


def _page(resident: Resident, channel: str, **shown: Any) -> str:
    return render_template("order_new.html", resident=resident, call=_call(channel), channel=channel, shown=shown)


def _call(channel: str) -> Call | None:
    return facts().scalar(select(Call).where(Call.channel_id == channel)) if channel else None


def _resident(resident_id: int) -> Resident:
    resident = facts().get(Resident, resident_id)
    if resident is None:
        abort(404)
    return resident
