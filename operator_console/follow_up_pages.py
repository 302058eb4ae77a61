"""Follow-ups in the console: those that a person must make, those to come, and what residents said."""

import logging
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from dispatch.follow_ups.recording import record_follow_up
from models.follow_ups import Complaint, FollowUpStatus, OrderFollowUp, Supervision
from models.orders import Order
from models.residents import Resident
from operator_console.afterwards_words import SCORE, afterwards
from operator_console.context import facts, parts, signed_in

log = logging.getLogger(__name__)
follow_ups = Blueprint("follow_ups", __name__, url_prefix="/follow-ups")
follow_ups.add_app_template_filter(afterwards)

HELD_SHOWN = DUE_SHOWN = 25
SCORES = {str(score): score for score in SCORE}


class Faulty(Exception):
    """What was filled in cannot be taken; the text says why in both languages, on two lines."""


@follow_ups.app_context_processor
def _for_other_pages() -> dict[str, Any]:
    """What an order's page tells of the time after the work."""
    return {"afterwards_of": afterwards_of, "score_words": SCORE}


@follow_ups.get("/")
def index() -> str:
    """Those for a person, the oldest first; those to come next; and those that were made, the newest first."""
    by_hand = facts().scalars(_with_order(FollowUpStatus.BY_HAND).order_by(OrderFollowUp.due_at)).all()
    due = facts().scalars(_with_order(FollowUpStatus.DUE).order_by(OrderFollowUp.due_at).limit(DUE_SHOWN)).all()
    held = facts().scalars(_with_order(FollowUpStatus.HELD).order_by(OrderFollowUp.ended_at.desc()).limit(HELD_SHOWN)).all()
    return render_template("follow_ups.html", follow_ups=[*by_hand, *due, *held])


@follow_ups.post("/<int:follow_up_id>")
def record(follow_up_id: int) -> ResponseReturnValue:
    """Write down what the resident said to a person."""
    if facts().get(OrderFollowUp, follow_up_id) is None:
        abort(404)
    try:
        said = _read()
    except Faulty as fault:
        flash(str(fault), "trouble")
        return redirect(url_for("follow_ups.index"), 303)
    facts().rollback()
    now = parts().clock()
    usual = {"call_id": None, "by": signed_in().login, "now": now}
    if record_follow_up(facts(), parts().queue, follow_up_id, **(usual | said)):
        log.info("follow-up %d recorded by operator %d", follow_up_id, signed_in().id)
        flash("回访已记下。\nThe follow-up is written down.", "done")
    else:
        flash("这一单已经回访过了。\nThis order was followed up already.", "trouble")
    return redirect(url_for("follow_ups.index"), 303)


def follow_ups_to_do() -> Select[int]:
    """How many wait for a person."""
    by_hand = OrderFollowUp.status == FollowUpStatus.BY_HAND
    return select(func.count()).select_from(OrderFollowUp).where(by_hand)


def afterwards_of(order_id: int) -> dict[str, Any]:
    """An order's follow-up, complaints, and what was late about it."""
    return {
        "follow_up": facts().scalar(select(OrderFollowUp).where(OrderFollowUp.order_id == order_id)),
        "complaints": facts().scalars(select(Complaint).where(Complaint.order_id == order_id).order_by(Complaint.id)).all(),
        "late": facts().scalars(select(Supervision).where(Supervision.order_id == order_id).order_by(Supervision.id)).all(),
    }


def _with_order(status: FollowUpStatus) -> Select[OrderFollowUp]:
    order = joinedload(OrderFollowUp.order)
    return (
        select(OrderFollowUp)
        .where(OrderFollowUp.status == status)
        .options(
            order.joinedload(Order.resident).selectinload(Resident.phones),
            order.joinedload(Order.service),
            order.joinedload(Order.provider),
        )
    )


def _read() -> dict[str, Any]:
    done, score, words = (request.form.get(name, "").strip() for name in ("done", "score", "words"))
    complains = bool(request.form.get("complains"))
    if done not in ("yes", "no") or (score and score not in SCORES):
        raise Faulty("请选办好了没有。\nChoose whether it was done.")
    if (complains or done == "no") and not words:
        raise Faulty("请写下居民的原话。\nWrite down what the resident said.")
    return {"was_done": done == "yes", "score": SCORES.get(score), "words": words, "complains": complains}
