"""Calls: the list of them, one call with its transcript, and its recording."""

from typing import Any

from flask import Blueprint, Response, abort, render_template, request
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from dispatch.alarms import alarm_of_call
from models.calls import Call, Recording
from models.orders import Order
from models.residents import residents_by_number
from operator_console.context import facts, parts
from operator_console.live import fragment
from operator_console.recordings import play, playable, plays_of
from operator_console.row_ids import read_row_id

calls = Blueprint("calls", __name__, url_prefix="/calls")

CALLS_SHOWN = 50


@calls.get("/")
def index() -> str:
    """The newest calls, and older ones on request."""
    before = request.args.get("before", type=read_row_id)
    asked = select(Call).order_by(Call.id.desc()).limit(CALLS_SHOWN + 1).options(joinedload(Call.resident))
    found = list(facts().scalars(asked.where(Call.id < before) if before else asked))
    older = found[CALLS_SHOWN - 1].id if len(found) > CALLS_SHOWN else None
    return render_template("calls.html", calls=found[:CALLS_SHOWN], older=older, before=before)


@calls.get("/<int:call_id>")
def show(call_id: int) -> str:
    """One call, which keeps itself up to date while it goes on."""
    return render_template("call.html", **_call(call_id))


@calls.get("/<int:call_id>/live")
def live(call_id: int) -> Response:
    """What changes on a call's page."""
    return fragment("call_live.html", **_call(call_id))


@calls.get("/recordings/<int:recording_id>")
def recording(recording_id: int) -> Response:
    """The sound itself, by ranges where the player asks for them."""
    kept = facts().get(Recording, recording_id)
    return play(kept.path) if kept else abort(404)


def _call(call_id: int) -> dict[str, Any]:
    asked = select(Call).where(Call.id == call_id).options(selectinload(Call.turns), selectinload(Call.recordings))
    call = facts().scalar(asked)
    if call is None:
        abort(404)
    return {
        "call": call,
        "residents": [call.resident] if call.resident else residents_by_number(facts(), call.number),
        "orders": list(facts().scalars(select(Order).where(Order.call_id == call.id).order_by(Order.id))),
        "alarm": alarm_of_call(facts(), call.channel_id),
        "recordings": playable(parts().settings.recordings_dir, call.recordings),
        "plays": plays_of([one.path for one in call.recordings]),
    }
