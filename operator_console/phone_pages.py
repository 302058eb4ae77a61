"""The telephone in the operator's page: its account, who holds it, and what the operator is doing."""

import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from dispatch.desks import enter_state, hold_phone, leave_phone, present_span
from models.calls import Call, CallStatus
from models.desks import DeskAct, DeskActKind, DeskState
from models.phone_settings import phone_socket
from models.secrets import own_secret
from operator_console.context import facts, parts, signed_in
from operator_console.phone_words import NO_MICROPHONE, PAUSES

log = logging.getLogger(__name__)
phone = Blueprint("phone", __name__, url_prefix="/phone")

LONGEST_NOTE = 1000
LONGEST_PAGE = 40


@phone.get("/account")
def account() -> dict[str, str]:
    """With what the page's telephone registers with the exchange."""
    user = f"operator-{_seat()}"
    settings = parts().settings
    return {
        "uri": f"sip:{user}@linli",
        "user": user,
        "password": own_secret(settings, user),
        "socket": phone_socket(settings.phone_url, settings.asterisk_http_port),
        "name": signed_in().name,
    }


@phone.post("/here")
def here() -> dict[str, Any]:
    """The page is there; whether it holds the telephone, and what the operator is doing.

    Whoever was away is ready again.
    """
    page, now = _page(), parts().clock()
    after, take = request.form.get("after", ""), request.form.get("take") == "1"
    held = hold_phone(facts(), signed_in().id, page, now, after=after, take=take)
    if held:
        span = present_span(facts(), signed_in().id)
        if span is None or span.state is DeskState.AWAY:
            enter_state(facts(), signed_in().id, DeskState.READY, now)
    facts().commit()
    return {"held": held, **_state()}


@phone.post("/gone")
def gone() -> ResponseReturnValue:
    """The page is being closed or reloaded; whom the operator talks to hears music until it is back."""
    leave_phone(facts(), signed_in().id, _page(), parts().clock())
    calls = [(call.id, call.channel_id) for call in _calls_up()]
    facts().commit()
    for call_id, channel_id in calls:
        if (rejoining := parts().rejoining) and rejoining.wait(channel_id, _seat()):
            log.info("call %d: the page of operator %d is gone, the caller waits for it", call_id, signed_in().id)
    return "", 204


@phone.post("/rejoin")
def rejoin() -> dict[str, Any]:
    """A fresh page has its telephone: the call that the one before was in rings it, and is answered by itself."""
    calls = [(call.id, call.channel_id) for call in _calls_up()]
    facts().commit()  # no transaction stays open while the exchange is asked
    for call_id, channel_id in calls:
        if (rejoining := parts().rejoining) and rejoining.ring(channel_id, _seat()):
            act = {"operator_id": signed_in().id, "call_id": call_id, "at": parts().clock()}
            facts().add(DeskAct(kind=DeskActKind.REJOIN, target=f"operator:{signed_in().id}", outcome="ringing", **act))
            facts().commit()
            log.info("call %d: operator %d is back", call_id, signed_in().id)
            return {"channel": channel_id}
    return {"channel": None}


@phone.post("/state")
def state() -> dict[str, Any]:
    """Ready, or a pause and why."""
    wanted, reason = request.form.get("state", ""), request.form.get("reason", "")
    if wanted == DeskState.READY:
        reason = ""
    elif wanted != DeskState.PAUSE or reason not in (*PAUSES, NO_MICROPHONE):
        abort(400)
    enter_state(facts(), signed_in().id, DeskState(wanted), parts().clock(), reason)
    facts().commit()
    _tell_exchange()
    return _state()


@phone.post("/wrapped-up")
def wrapped_up() -> dict[str, Any]:
    """The operator is done with their last call, and free for the next."""
    note = request.form.get("note", "").strip()
    if len(note) > LONGEST_NOTE:
        abort(400)
    now = parts().clock()
    call = _last_call()
    if call is not None and call.wrapped_up_at is None:
        call.wrapped_up_at, call.note = now, note or call.note
    span = present_span(facts(), signed_in().id)
    if span is not None and span.state is DeskState.WRAP_UP:
        enter_state(facts(), signed_in().id, DeskState.READY, now)
    facts().commit()
    _tell_exchange()
    return _state()


def _seat() -> int:
    return signed_in().seat or abort(404)


def _page() -> str:
    page = request.form.get("page", "")
    if not 8 <= len(page) <= LONGEST_PAGE:
        abort(400)
    return page


def _last_call() -> Call | None:
    mine = select(Call).where(Call.operator_id == signed_in().id)
    return facts().scalars(mine.order_by(Call.id.desc()).limit(1)).first()


def _calls_up() -> Sequence[Call]:
    """Those the operator has answered and that have not ended, the newest first."""
    mine = select(Call).where(Call.operator_id == signed_in().id, Call.status == CallStatus.OPERATOR, Call.ended_at.is_(None))
    return facts().scalars(mine.order_by(Call.id.desc()).limit(3)).all()


def _state() -> dict[str, Any]:
    span = present_span(facts(), signed_in().id)
    if span is None:
        return {"state": DeskState.AWAY, "reason": "", "since": None, "until": None}
    wrapping_up = span.state is DeskState.WRAP_UP
    until = span.began_at + timedelta(seconds=parts().settings.wrap_up_s) if wrapping_up else None
    return {
        "state": span.state,
        "reason": span.reason,
        "since": span.began_at.isoformat(),
        "until": until.isoformat() if until else None,
    }


def _tell_exchange() -> None:
    """At once; were the exchange not to hear it, the keeper of the desks tells it later (agi_scripts/desk_keeping.py)."""
    seats, seat = parts().seats, _seat()
    span = present_span(facts(), signed_in().id)
    facts().commit()  # no transaction stays open while the exchange is asked
    if seats is None or span is None:
        return
    if span.state in (DeskState.PAUSE, DeskState.WRAP_UP):
        seats.pause(seat, span.reason or span.state)
    else:
        seats.free(seat)
