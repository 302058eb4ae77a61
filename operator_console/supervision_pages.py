"""督办 in the console: what is late, until it is mended or a person has seen to it."""

import logging

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from dispatch.supervision import end_supervision
from models.follow_ups import Supervision
from models.orders import Order
from models.residents import Resident
from operator_console.context import facts, parts, signed_in

log = logging.getLogger(__name__)
supervision = Blueprint("supervision", __name__, url_prefix="/supervision")

ENDED_SHOWN = 50


@supervision.get("/")
def index() -> str:
    """What is late, the longest first; then what was, the newest first."""
    order = joinedload(Supervision.order)
    asked = select(Supervision).options(
        order.joinedload(Order.service),
        order.joinedload(Order.provider),
        order.joinedload(Order.resident).selectinload(Resident.phones),
    )
    late = facts().scalars(asked.where(Supervision.ended_at.is_(None)).order_by(Supervision.raised_at, Supervision.id)).all()
    ended = asked.where(Supervision.ended_at.is_not(None)).order_by(Supervision.ended_at.desc()).limit(ENDED_SHOWN)
    return render_template("supervision.html", supervisions=[*late, *facts().scalars(ended)])


@supervision.post("/<int:supervision_id>")
def see_to(supervision_id: int) -> ResponseReturnValue:
    """Note that a person has seen to it, and how."""
    note = request.form.get("note", "").strip()
    if not note:
        flash("请写下做了什么。\nWrite down what was done.", "trouble")
    elif end_supervision(facts(), supervision_id, signed_in().login, note, parts().clock()):
        log.info("supervision %d seen to by operator %d", supervision_id, signed_in().id)
    else:
        abort(404)
    return redirect(url_for("supervision.index"), 303)


def supervisions_to_do() -> Select[int]:
    """How many wait for a person."""
    return select(func.count()).select_from(Supervision).where(Supervision.ended_at.is_(None))
