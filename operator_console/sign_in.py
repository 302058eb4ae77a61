"""Signing in and out."""

import logging
from datetime import timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from dispatch.desks import enter_state, present_span
from models.desks import DeskState
from models.operators import Operator
from operator_console.access import may
from operator_console.context import facts, parts, signed_in
from operator_console.guessing import forget_failures, note_attempt, seconds_to_wait
from operator_console.one_time_codes import await_code, needs_code
from operator_console.operators import DEMO_LOGIN, DEMO_PASSWORD, LONGEST_PASSWORD, knows_password, operator_by_login, renew_hash
from operator_console.visits import begin_visit, end_visit, end_visits, is_coded, visiting_operator

log = logging.getLogger(__name__)
sign_in = Blueprint("sign_in", __name__)

WRONG = ("登录名或密码不对。", "The login or the password is wrong.")


class SignInForm(FlaskForm):  # type: ignore[misc]
    """Who one is."""

    login = StringField(validators=[InputRequired(), Length(max=32)])
    password = PasswordField(validators=[InputRequired(), Length(max=LONGEST_PASSWORD)])


@sign_in.get("/sign-in")
def show() -> ResponseReturnValue:
    """The way in; whoever is in already goes to the board."""
    operator = visiting_operator()
    if operator is not None and (is_coded() or not needs_code(operator, parts().settings)):
        return redirect(url_for("board.show"), 303)
    return _page(SignInForm(), None, 200)


@sign_in.post("/sign-in")
def check() -> ResponseReturnValue:
    """Let the operator in, or say in how many seconds to try again."""
    form = SignInForm()
    if not form.validate_on_submit():
        return _page(form, WRONG, 400)
    login = form.login.data.strip().lower()
    now = parts().clock()
    # Three short transactions: the database is not held while the password is looked at, which takes a tenth of a second.
    with parts().sessions.begin() as session:
        operator = _may_try(operator_by_login(session, login))
        wait_s = seconds_to_wait(session, login, now)
        if not wait_s:
            note_attempt(session, login, operator.id if operator else None, now)
    if wait_s:
        return _page(form, wait_words(wait_s), 429, {"Retry-After": str(wait_s)})
    if not knows_password(operator, form.password.data) or operator is None:
        log.warning("sign-in failed for %s", f"operator {operator.id}" if operator else "an unknown login")
        return _page(form, WRONG, 403)
    back = within(request.args.get("next", ""))
    with parts().sessions.begin() as session:
        renew_hash(session.get_one(Operator, operator.id), form.password.data)
        if not needs_code(operator, parts().settings):
            forget_failures(session, login)
    if needs_code(operator, parts().settings):
        await_code(operator, now)
        return redirect(url_for("second_step.show", next=back or None), 303)
    begin_visit(operator)
    log.info("operator %d signed in", operator.id)
    return redirect(back or url_for(landing(operator)), 303)


@sign_in.post("/sign-out/everywhere")
def leave_everywhere() -> ResponseReturnValue:
    """End the visits in all browsers: one was left open elsewhere, or somebody else may be in."""
    operator = signed_in()
    end_visits(operator, parts().clock() + timedelta(seconds=1))  # one that began in this second too
    facts().commit()
    log.info("operator %d signed out everywhere", operator.id)
    end_visit(operator)
    return redirect(url_for("sign_in.show"), 303)


@sign_in.post("/sign-out")
def leave() -> ResponseReturnValue:
    """End this visit, and leave the desk."""
    if present_span(facts(), signed_in().id) is not None:
        enter_state(facts(), signed_in().id, DeskState.AWAY, parts().clock())
        facts().commit()
    log.info("operator %d signed out", signed_in().id)
    end_visit(signed_in())
    return redirect(url_for("sign_in.show"), 303)


def landing(operator: Operator) -> str:
    """Whoever has a desk begins there, the others with the day's board."""
    return "desk_lists.index" if operator.seat is not None and may(operator.role, "desk_lists.index") else "board.show"


def _may_try(operator: Operator | None) -> Operator | None:
    """Whose password may open the door: not of who has left, and the demo's only in the demo."""
    if operator is None or not operator.active:
        return None
    return None if operator.login == DEMO_LOGIN and not parts().settings.demo else operator


def _page(
    form: SignInForm, fault: tuple[str, str] | None, status: int, headers: dict[str, str] | None = None
) -> ResponseReturnValue:
    demo = {"login": DEMO_LOGIN, "password": DEMO_PASSWORD} if parts().settings.demo else None
    return render_template("sign_in.html", form=form, fault=fault, demo=demo), status, headers or {}


def wait_words(wait_s: int) -> tuple[str, str]:
    """Say how long to wait."""
    return f"试得太快了，请 {wait_s} 秒后再试。", f"Too many tries; try again in {wait_s} s."


def within(target: str) -> str:
    """`target` if it is a path of this console, else nothing: a link must not lead elsewhere after signing in."""
    return target if target.startswith("/") and not target.startswith(("//", "/\\")) else ""
