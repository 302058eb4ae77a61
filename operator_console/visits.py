"""Visits: from sign-in to sign-out or to the idle time-out, kept in the signed session cookie."""

from flask import request, session

from models.operators import Operator
from operator_console.context import parts

# How finely activity is noted, so that the cookie is not sent anew with every answer.
_NOTED_EVERY_S = 60


def begin_visit(operator: Operator) -> None:
    """`operator` has signed in; nothing of an earlier visit stays in the cookie."""
    session.clear()
    session["operator"] = operator.id
    session["active_at"] = _now_s()


def end_visit() -> None:
    """Nobody is signed in any more."""
    session.clear()


def visiting_operator() -> int | None:
    """The id of who is signed in, or None where the visit has been idle for too long.

    A page that refreshes itself is not activity; it says with `X-Linli-Live: active` when someone used mouse or keys.
    """
    operator_id, active_at = session.get("operator"), session.get("active_at")
    if not isinstance(operator_id, int) or not isinstance(active_at, int):
        return None
    idle_s = _now_s() - active_at
    if idle_s >= parts().settings.console_idle_min * 60:
        session.clear()
        return None
    if request.headers.get("X-Linli-Live", "active") == "active" and idle_s >= _NOTED_EVERY_S:
        session["active_at"] = _now_s()
    return operator_id


def _now_s() -> int:
    return int(parts().clock().timestamp())
