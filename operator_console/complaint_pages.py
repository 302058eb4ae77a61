"""Complaints in the console: looked at by a person, who says what is right and what becomes of the order."""

import logging
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from dispatch.complaints import NobodyToBlame, look_at_complaint, raise_complaint
from dispatch.offers import lock_order
from dispatch.outbox import nudge_messages
from models.calls import Recording
from models.follow_ups import Complaint
from models.orders import Order, OrderStatus
from models.residents import Resident
from operator_console.context import facts, parts, signed_in
from operator_console.recordings import playable

log = logging.getLogger(__name__)
complaints = Blueprint("complaints", __name__, url_prefix="/complaints")

LOOKED_AT_SHOWN = 50
FINDINGS = {"upheld": True, "not_upheld": False}
OUTCOMES = {"pay": OrderStatus.CONFIRMED, "free": OrderStatus.CANCELLED}
# The whole call, and what was said to the question what was wrong.
HEARD = ("call", "complaint")


@complaints.get("/")
def index() -> str:
    """Those to be looked at, the oldest first; then those that were, the newest first."""
    order = joinedload(Complaint.order)
    asked = select(Complaint).options(
        joinedload(Complaint.provider),
        order.joinedload(Order.service),
        order.joinedload(Order.resident).selectinload(Resident.phones),
    )
    open_ones = facts().scalars(asked.where(Complaint.looked_at.is_(None)).order_by(Complaint.raised_at, Complaint.id)).all()
    looked = asked.where(Complaint.looked_at.is_not(None)).order_by(Complaint.looked_at.desc()).limit(LOOKED_AT_SHOWN)
    shown = [*open_ones, *facts().scalars(looked)]
    return render_template("complaints.html", complaints=shown, sounds=_sounds(shown))


@complaints.get("/orders/<int:order_id>")
def show_new(order_id: int) -> str:
    """The form for a complaint that a resident tells a person."""
    return render_template("complaint_new.html", order=_order(order_id))


@complaints.post("/orders/<int:order_id>")
def add(order_id: int) -> ResponseReturnValue:
    """Write a complaint down; the provider is frozen."""
    _order(order_id)
    words = request.form.get("words", "").strip()
    if not words:
        flash("请写下居民的原话。\nWrite down what the resident said.", "trouble")
        return redirect(url_for("complaints.show_new", order_id=order_id), 303)
    facts().rollback()
    try:
        told = raise_complaint(facts(), lock_order(facts(), order_id), words, parts().clock(), by=signed_in().login)
    except NobodyToBlame:
        facts().rollback()
        flash("这一单还没有服务商。\nNo provider has this order.", "trouble")
        return redirect(url_for("orders.show", order_id=order_id), 303)
    facts().commit()
    nudge_messages(parts().queue, told)
    log.info("complaint about order %d written down by operator %d", order_id, signed_in().id)
    return redirect(url_for("complaints.index"), 303)


@complaints.post("/<int:complaint_id>")
def look(complaint_id: int) -> ResponseReturnValue:
    """Note what was found; the provider is thawed."""
    if facts().get(Complaint, complaint_id) is None:
        abort(404)
    facts().rollback()
    finding = request.form.get("finding", "").strip()
    upheld, outcome = FINDINGS.get(request.form.get("upheld", "")), OUTCOMES.get(request.form.get("outcome", "pay"))
    if upheld is None or outcome is None or not finding:
        flash("请选结论，并写下查到什么。\nChoose a finding, and write down what was found.", "trouble")
        return redirect(url_for("complaints.index"), 303)
    by, now = signed_in().login, parts().clock()
    told = look_at_complaint(facts(), complaint_id, upheld=upheld, finding=finding, outcome=outcome, by=by, now=now)
    facts().commit()
    nudge_messages(parts().queue, told)
    log.info("complaint %d looked at by operator %d", complaint_id, signed_in().id)
    return redirect(url_for("complaints.index"), 303)


def complaints_to_do() -> Select[int]:
    """How many wait for a person."""
    return select(func.count()).select_from(Complaint).where(Complaint.looked_at.is_(None))


def _sounds(shown: list[Complaint]) -> dict[int, list[Any]]:
    calls = {one.call_id for one in shown if one.call_id}
    wanted = select(Recording).where(Recording.call_id.in_(calls), Recording.kind.in_(HEARD)).order_by(Recording.id.desc())
    here = playable(parts().settings.recordings_dir, list(facts().scalars(wanted)))
    return {one.id: [recording for recording in here if recording.call_id == one.call_id] for one in shown}


def _order(order_id: int) -> Order:
    order = facts().get(Order, order_id)
    if order is None:
        abort(404)
    return order
