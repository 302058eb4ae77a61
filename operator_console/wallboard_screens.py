"""Screens on a wall: a browser that shows the wallboard, and nothing else, for as long as nobody takes it back."""

from datetime import UTC, datetime, timedelta

from flask import Response, current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer

from models.operators import Operator
from operator_console.access import may
from operator_console.context import facts, parts

# A browser forgets a cookie after 400 days at the latest; each look at the board would not be reason enough to renew it.
KEPT = timedelta(days=400)


def put_up(response: Response, operator: Operator) -> None:
    """Let this browser go on showing the wallboard after the visit's end."""
    response.set_cookie(
        _name(),
        _signer().dumps(operator.id),
        max_age=KEPT,
        path="/wallboard",
        secure=parts().settings.public_url.startswith("https://"),
        httponly=True,
        samesite="Lax",
    )


def take_down(response: Response) -> None:
    """End it in this browser."""
    response.delete_cookie(_name(), path="/wallboard")


def is_put_up() -> bool:
    """Whether this browser is such a screen, put up by somebody who may still do so and has not ended all visits since."""
    try:
        operator_id, put_up_at = _signer().loads(
            request.cookies.get(_name(), ""), int(KEPT.total_seconds()), return_timestamp=True
        )
    except BadSignature:
        return False
    operator = facts().get(Operator, operator_id) if isinstance(operator_id, int) else None
    return (
        operator is not None
        and operator.active
        and may(operator.role, "wallboard.keep")
        and _is_later(put_up_at, operator.visits_from)
    )


def _is_later(put_up_at: datetime, visits_from: datetime | None) -> bool:
    return visits_from is None or put_up_at.astimezone(UTC) >= visits_from.replace(microsecond=0)


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="wallboard")


def _name() -> str:
    return f"linli_wallboard_{parts().settings.console_port}"
