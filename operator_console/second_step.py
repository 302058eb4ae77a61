"""The second step of signing in: a one-time code, which administrators set up the first time."""

import logging

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models.operators import Operator
from operator_console.context import facts, parts
from operator_console.guessing import forget_failures, note_attempt, seconds_to_wait
from operator_console.one_time_codes import awaited_operator, drawing, fresh_secret, take_code
from operator_console.sign_in import landing, wait_words, within
from operator_console.visits import begin_visit

log = logging.getLogger(__name__)
second_step = Blueprint("second_step", __name__, url_prefix="/sign-in/code")

WRONG = ("验证码不对，或者已经用过。", "The code is wrong, or was used already.")


@second_step.get("/")
def show() -> ResponseReturnValue:
    """Ask for the code; the first time with what the telephone is to learn."""
    operator = _awaited()
    return _page(operator, None, 200) if operator else redirect(url_for("sign_in.show"), 303)


@second_step.post("/")
def check() -> ResponseReturnValue:
    """Let the operator in, once for each code. Wrong codes slow down as wrong passwords do."""
    operator = _awaited()
    if operator is None:
        return redirect(url_for("sign_in.show"), 303)
    now, session = parts().clock(), facts()
    wait_s = seconds_to_wait(session, operator.login, now)
    if wait_s:
        return _page(operator, wait_words(wait_s), 429)
    note_attempt(session, operator.login, operator.id, now)
    session.commit()
    is_new = not operator.totp_secret
    if not take_code(session, operator, operator.totp_secret or fresh_secret(), request.form.get("code", "")[:12], now):
        log.warning("a wrong one-time code for operator %d", operator.id)
        return _page(operator, WRONG, 403)
    forget_failures(session, operator.login)
    session.commit()
    begin_visit(operator, coded=True)
    log.info("operator %d signed in with a one-time code%s", operator.id, ", set up now" if is_new else "")
    return redirect(within(request.args.get("next", "")) or url_for(landing(operator)), 303)


@second_step.get("/qr.svg")
def picture() -> Response:
    """What the telephone is to learn, only while it is being set up."""
    operator = _awaited()
    if operator is None or operator.totp_secret:
        abort(404)
    return Response(drawing(operator, fresh_secret(), parts().settings.community), mimetype="image/svg+xml")


def _awaited() -> Operator | None:
    operator_id = awaited_operator(parts().clock())
    operator = facts().get(Operator, operator_id) if operator_id is not None else None
    return operator if operator and operator.active else None


def _page(operator: Operator, fault: tuple[str, str] | None, status: int) -> ResponseReturnValue:
    secret = "" if operator.totp_secret else fresh_secret()
    return render_template("second_step.html", secret=secret, fault=fault), status
