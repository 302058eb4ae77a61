"""My settings: the language, the type's size and the contrast of every page, and a new password."""

import logging

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models.operators import Language
from operator_console.context import facts, parts, signed_in
from operator_console.operators import DEMO_LOGIN, OperatorRefused, change_password, knows_password
from operator_console.visits import end_visits, keep_this_visit

log = logging.getLogger(__name__)
preferences = Blueprint("preferences", __name__, url_prefix="/preferences")

LANGUAGES = {Language.BOTH: "中文与 English", Language.ZH: "只用中文", Language.EN: "English only"}


@preferences.get("/")
def show() -> str:
    """The choices."""
    return render_template("preferences.html", languages=LANGUAGES, may_change_password=signed_in().login != DEMO_LOGIN)


@preferences.post("/")
def keep() -> ResponseReturnValue:
    """Keep them; they hold on every page and at every desk."""
    operator = signed_in()
    wanted = request.form.get("language", "")
    if wanted in set(Language):
        operator.language = Language(wanted)
    operator.large_type = "large_type" in request.form
    operator.high_contrast = "high_contrast" in request.form
    facts().commit()
    flash("已保存。\nSaved.", "done")
    return redirect(url_for("preferences.show"), 303)


@preferences.post("/password")
def password() -> ResponseReturnValue:
    """Take a new password from whoever knows the old one."""
    operator = signed_in()
    if operator.login == DEMO_LOGIN:
        flash("演示账号的密码不能改。\nThe demo's password stays as it is.", "trouble")
        return redirect(url_for("preferences.show"), 303)
    if not knows_password(operator, request.form.get("old", "")):
        flash("原来的密码不对。\nThe old password is wrong.", "trouble")
        return redirect(url_for("preferences.show"), 303)
    try:
        change_password(operator, request.form.get("new", ""))
    except OperatorRefused as refused:
        flash(str(refused).replace(" / ", "\n", 1), "trouble")
        return redirect(url_for("preferences.show"), 303)
    end_visits(operator, parts().clock())
    facts().commit()
    keep_this_visit(operator)
    log.info("operator %d has a new password", operator.id)
    flash("密码已改。\nThe password is changed.", "done")
    return redirect(url_for("preferences.show"), 303)
