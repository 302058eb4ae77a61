"""The desk with nobody on the line: every list of work, in the order of urgency, and what is done with a call-back."""

import logging
from itertools import islice
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from dispatch.call_backs import CallBackOutcome, end_call_back
from models.call_backs import CallBack
from operator_console.context import facts, parts, signed_in
from operator_console.live import shared_fragment, shared_part
from operator_console.row_ids import read_row_id
from operator_console.words import Said
from operator_console.work_afterwards import (
    read_care,
    read_devices,
    read_follow_ups,
    read_late,
    read_orders,
    read_voice_mails,
)
from operator_console.work_lists import SHOWN, Row, WorkList, read_alarms, read_call_backs, read_waiting

log = logging.getLogger(__name__)
desk_lists = Blueprint("desk_lists", __name__, url_prefix="/desk")

# What has seconds and minutes; then what has hours.
NOW = (
    WorkList("alarms", Said("求助", "Alarms"), Said("1 分钟内接", "answered within 1 min"), "alarms.index", read_alarms),
    WorkList(
        "waiting", Said("等人接的电话", "Waiting calls"), Said("15 秒内接", "answered within 15 s"), "board.show", read_waiting
    ),
    WorkList(
        "call-backs",
        Said("要回电", "Call-backs"),
        Said("10 分钟内，求助 1 分钟", "within 10 min, an SOS 1 min"),
        "calls.index",
        read_call_backs,
    ),
    WorkList(
        "orders", Said("要人派的订单", "Orders to assign"), Said("上门之前", "before the visit"), "to_assign.index", read_orders
    ),
)
LATER = (
    WorkList("late", Said("督办", "What is late"), Said("已经晚了", "late already"), "supervision.index", read_late),
    WorkList("care", Said("关怀", "Care tasks"), Said("24 小时内", "within 24 h"), "care.index", read_care),
    WorkList("follow-ups", Said("回访", "Follow-ups"), Said("24 小时内", "within 24 h"), "follow_ups.index", read_follow_ups),
    WorkList(
        "voice-mails", Said("留言", "Voice mail"), Said("24 小时内听", "heard within 24 h"), "voice_mails.index", read_voice_mails
    ),
    WorkList(
        "devices", Said("设备", "Device faults"), Said("失联 24 小时要上门", "visited after 24 h"), "devices.index", read_devices
    ),
)
_PART = "desk_live.html"
OUTCOMES = {
    CallBackOutcome.NOT_REACHED: Said("打不通，不再打", "not reached, no more"),
    CallBackOutcome.NOT_NEEDED: Said("不用回了", "not needed"),
    CallBackOutcome.REACHED: Said("已联系上", "reached"),
}


@desk_lists.get("")
def index() -> str:
    """The work that waits, which keeps itself up to date."""
    return render_template("desk.html", part=shared_part(_PART, _own_part(), _lists))


@desk_lists.get("/live")
def live() -> Response:
    """What changes of it."""
    return shared_fragment(_PART, _own_part(), _lists)


@desk_lists.post("/call-backs")
def end() -> ResponseReturnValue:
    """A call-back is over without a call; `end` is its id and the outcome, 5:not_needed."""
    written, _, outcome = request.form.get("end", "").partition(":")
    if outcome not in set(OUTCOMES) or not written.isdecimal():
        abort(400)
    call_back_id = read_row_id(written)
    if end_call_back(facts(), call_back_id, CallBackOutcome(outcome), parts().clock()):
        log.info("call-back %d: %s, by operator %d", call_back_id, outcome, signed_in().id)
        flash("记下了。\nNoted.", "done")
    else:
        flash("已经有人处理了。\nSomebody has seen to it already.", "trouble")
    return redirect(url_for("desk_lists.index"), 303)


def _lists() -> dict[str, Any]:
    now, later = ([(one, *_shown(one)) for one in lists] for lists in (NOW, LATER))
    return {"columns": (now, later), "outcomes": OUTCOMES, "first": _first(now) or _first(later)}


def _own_part() -> int:
    """Whose lists they are: whoever is calling somebody back sees that otherwise than the others do."""
    mine = select(CallBack.id).where(CallBack.taken_by == signed_in().id, CallBack.done_at.is_(None)).limit(1)
    return signed_in().id if facts().scalar(mine) is not None else 0


def _shown(one: WorkList) -> tuple[list[Row], bool]:
    """The rows that are shown, and whether there are more."""
    rows = list(islice(one.read(), SHOWN + 1))
    return rows[:SHOWN], len(rows) > SHOWN


def _first(lists: list[tuple[WorkList, list[Row], bool]]) -> str:
    """The most urgent row of all that nobody else does."""
    return next((row.key for _, rows, _ in lists for row in rows if not row.taken), "")
