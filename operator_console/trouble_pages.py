"""Faults: jobs that keep failing, for somebody to look after."""

import logging

from flask import Blueprint, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Select, func, select
from sqlalchemy.exc import NoResultFound

from dispatch import troubles as keeping
from models.messages import Message
from models.orders import Offer
from models.outbound_calls import OutboundCall
from models.troubles import Trouble
from operator_console.context import facts, parts, signed_in

log = logging.getLogger(__name__)
troubles = Blueprint("troubles", __name__, url_prefix="/troubles")

SHOWN = 50
# What a job was to do, in words.
JOBS = {
    "offer_order": ("派单", "offering an order"),
    "expire_offer": ("派单到时", "ending an offer"),
    "send_message": ("发短信", "sending an SMS"),
    "act_on_message": ("处理收到的短信", "acting on an SMS that came in"),
    "act_on_kept_messages": ("查看未处理的短信", "finding SMS not acted upon"),
    "place_call": ("打电话", "placing a call"),
    "call_resident": ("关怀电话", "a care call"),
    "sweep": ("巡查", "the sweep"),
    "ask_for_confirmation": ("请服务商核对资料", "asking providers about their data"),
    "place_repeats": ("长期订单下单", "placing a repeating order"),
    "adjust_gateways": ("调整短信网关", "adjusting SMS gateways"),
    "care_round": ("安排关怀电话", "planning care calls"),
    "outbound_round": ("安排订单电话", "having calls about orders placed"),
    "plan_round": ("安排排班", "having a day planned"),
    "plan": ("排班", "planning a day"),
    "supervise": ("督办", "finding what is late"),
    "watch_orders": ("看护订单", "watching over orders"),
    "next_step": ("订单没有下一步", "an order waits for nothing"),
}


@troubles.get("/")
def index() -> str:
    """What goes wrong now, then what went wrong lately."""
    now_wrong = facts().scalars(select(Trouble).where(Trouble.ended_at.is_(None)).order_by(Trouble.first_at)).all()
    ended = select(Trouble).where(Trouble.ended_at.is_not(None)).order_by(Trouble.ended_at.desc()).limit(SHOWN)
    shown = [*now_wrong, *facts().scalars(ended)]
    orders = {trouble.id: _order_of(trouble) for trouble in shown}
    return render_template("troubles.html", troubles=shown, orders=orders, jobs=JOBS, keeps_failing=keeping.KEEPS_FAILING)


@troubles.post("/<int:trouble_id>/seen")
def see_to(trouble_id: int) -> ResponseReturnValue:
    """Note that somebody has looked after it."""
    try:
        keeping.see_to(facts(), trouble_id, signed_in().login, parts().clock())
    except NoResultFound:
        abort(404)
    log.info("trouble %d seen by operator %d", trouble_id, signed_in().id)
    return redirect(url_for("troubles.index"), 303)


def troubles_to_see() -> Select[int]:
    """How many jobs keep failing now."""
    failing = Trouble.ended_at.is_(None), Trouble.times >= keeping.KEEPS_FAILING
    return select(func.count()).select_from(Trouble).where(*failing)


def _order_of(trouble: Trouble) -> int | None:
    """The order that a job was about; None where it was about none."""
    if trouble.job in ("offer_order", "next_step"):
        return trouble.subject_id
    if trouble.job == "expire_offer":
        return facts().scalar(select(Offer.order_id).where(Offer.id == trouble.subject_id))
    if trouble.job == "send_message":
        return facts().scalar(select(Message.order_id).where(Message.id == trouble.subject_id))
    if trouble.job == "place_call":
        return facts().scalar(select(OutboundCall.order_id).where(OutboundCall.id == trouble.subject_id))
    return None
