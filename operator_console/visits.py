"""Visits: from sign-in to sign-out, kept in the signed session cookie; idle, long and ended ones are over."""

import secrets
from datetime import datetime

from flask import request, session

from models.operators import Operator
from operator_console.context import facts, parts

# How finely activity is noted, so that the cookie is not sent anew with every answer.
_NOTED_EVERY_S = 60


def begin_visit(operator: Operator, *, coded: bool = False) -> None:
    """`operator` has signed in; nothing of an earlier visit stays in the cookie. `coded`: with a one-time code as well."""
    session.clear()
    session["operator"] = operator.id
    session["visit"] = secrets.token_urlsafe(12)
    session["began_at"] = session["active_at"] = _now_s()
    session["coded"] = coded


def end_visit(operator: Operator) -> None:
    """Nobody is signed in any more in this browser, nor wherever its cookie was copied to. Commits."""
    if visit := session.get("visit"):
        facts().refresh(operator, with_for_update=True)  # another browser may sign out in the same moment
        over_before = _now_s() - parts().settings.console_hours * 3600  # such a visit has ended by itself
        still = {one: at for one, at in operator.ended_visits.items() if at > over_before}
        operator.ended_visits = still | {visit: _now_s()}
        facts().commit()
    session.clear()


def end_visits(operator: Operator, now: datetime) -> None:
    """End every visit of this operator, in whatever browser; the caller commits."""
    operator.visits_from = now


def keep_this_visit(operator: Operator) -> None:
    """What ends all visits was done in this one, which goes on as a new one."""
    begin_visit(operator, coded=is_coded())


def is_coded() -> bool:
    """Whether this visit began with a one-time code."""
    return session.get("coded") is True


def visiting_operator() -> Operator | None:
    """Who is signed in; None where the visit has been idle for too long, has lasted too long, or was ended elsewhere.

    A page that refreshes itself is not activity; it says with `X-Linli-Live: active` when someone used mouse or keys.
    """
    operator_id, active_at = session.get("operator"), session.get("active_at")
    if not isinstance(operator_id, int) or not isinstance(active_at, int):
        return None
    began_at = session.get("began_at", active_at)
    settings, now_s = parts().settings, _now_s()
    idle_s = now_s - active_at
    if idle_s >= settings.console_idle_min * 60 or now_s - began_at >= settings.console_hours * 3600:
        session.clear()
        return None
    operator = facts().get(Operator, operator_id)
    if operator is None or not operator.active or _was_ended(operator, began_at):
        session.clear()
        return None
    if request.headers.get("X-Linli-Live", "active") == "active" and idle_s >= _NOTED_EVERY_S:
        session["active_at"] = now_s
    return operator


def _was_ended(operator: Operator, began_at: int) -> bool:
    if session.get("visit") in operator.ended_visits:
        return True
    return operator.visits_from is not None and began_at < int(operator.visits_from.timestamp())


def _now_s() -> int:
    return int(parts().clock().timestamp())
