"""Operators: who they are, what they may do, at which desk; added, changed, and let in no longer."""

import logging
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from models.areas import Area
from models.operators import Operator, Role
from operator_console.context import facts, parts, signed_in
from operator_console.operators import DEMO_LOGIN, OperatorRefused, add_operator, change_password, may_have_seat

log = logging.getLogger(__name__)
operator_pages = Blueprint("operators", __name__, url_prefix="/operators")


@operator_pages.get("/")
def index() -> str:
    """Everybody, and the form for a new one."""
    return _page({})


@operator_pages.post("/")
def add() -> ResponseReturnValue:
    """Add one; the password is told to them and changed by them."""
    form = request.form
    try:
        role, seat = _role(), _seat()
        operator = add_operator(
            facts(), form.get("login", "").strip().lower(), form.get("name", ""), form.get("password", ""), role=role, seat=seat
        )
    except OperatorRefused as refused:
        facts().rollback()
        flash(str(refused).replace(" / ", "\n", 1), "trouble")
        return _page(form.to_dict() | {"areas": _areas()}), 400
    operator.areas = _areas()
    return _done(operator, "added", "已新增。\nAdded.")


@operator_pages.get("/<int:operator_id>")
def show(operator_id: int) -> str:
    """One of them, to be changed."""
    return _form(_operator(operator_id))


@operator_pages.post("/<int:operator_id>")
def change(operator_id: int) -> ResponseReturnValue:
    """Change what they may do and where they sit. Whoever loses a right loses it at once: their visits end."""
    operator = _operator(operator_id)
    name, active = request.form.get("name", "").strip(), "active" in request.form
    try:
        role, seat = _role(), _seat()
        if not name:
            raise OperatorRefused("请填写姓名 / a name is needed")
        if operator.id == signed_in().id and (not active or role is not Role.ADMINISTRATOR):
            raise OperatorRefused("不能收回自己的管理权 / you cannot take your own rights away")
        may_have_seat(facts(), seat, operator)
        if password := request.form.get("password", ""):
            change_password(operator, password)
    except OperatorRefused as refused:
        facts().rollback()
        flash(str(refused).replace(" / ", "\n", 1), "trouble")
        return _form(_operator(operator_id)), 400
    areas = _areas()
    if (operator.id != signed_in().id and (operator.role, operator.areas, operator.active) != (role, areas, active)) or password:
        operator.visits_from = parts().clock()
    operator.name, operator.role, operator.seat, operator.active, operator.areas = name, role, seat, active, areas
    return _done(operator, "changed", "已保存。\nSaved.")


def _done(operator: Operator, what: str, words: str) -> ResponseReturnValue:
    facts().commit()
    log.info("operator %d: %s by operator %d", operator.id, what, signed_in().id)
    flash(words, "done")
    return redirect(url_for("operators.index"), 303)


def _operator(operator_id: int) -> Operator:
    operator = facts().get(Operator, operator_id)
    if operator is None or operator.login == DEMO_LOGIN:  # the demo's is everybody's, and stays as it is
        abort(404)
    return operator


def _role() -> Role:
    try:
        return Role(request.form.get("role", ""))
    except ValueError:
        raise OperatorRefused("请选职责 / choose a role") from None


def _seat() -> int | None:
    written = request.form.get("seat", "").strip()
    if not written:
        return None
    if not written.isdecimal() or not 1 <= int(written) <= parts().settings.operator_seats:
        seats = parts().settings.operator_seats
        raise OperatorRefused(f"座席是 1 到 {seats} 的数字，或空着 / a seat is a number from 1 to {seats}, or nothing")
    return int(written)


def _areas() -> list[Area]:
    wanted = [int(one) for one in request.form.getlist("areas") if one.isdecimal()][:200]
    return list(facts().scalars(select(Area).where(Area.id.in_(wanted)).order_by(Area.id)))


_EMPTY: dict[str, Any] = {"name": "", "login": "", "role": "", "seat": "", "areas": []}


def _page(written: dict[str, Any]) -> str:
    asked = select(Operator).order_by(Operator.active.desc(), Operator.id).options(selectinload(Operator.areas))
    return render_template("operators.html", operators=list(facts().scalars(asked)), written=_EMPTY | written, **_choices())


def _form(operator: Operator) -> str:
    return render_template("operator.html", operator=operator, **_choices())


def _choices() -> dict[str, Any]:
    return {"roles": list(Role), "areas": list(facts().scalars(select(Area).order_by(Area.id))), "demo_login": DEMO_LOGIN}
