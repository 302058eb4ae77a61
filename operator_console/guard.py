"""The door: access.py is asked before every request."""

from flask import Flask, abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from models.operators import Role
from operator_console.access import ACCESS, Access, may
from operator_console.context import facts, parts, signed_in
from operator_console.forgery import refuse_forgery
from operator_console.one_time_codes import needs_code
from operator_console.pace import Pace, keep_pace
from operator_console.provider_visits import visiting_provider
from operator_console.scope import bind_to_areas
from operator_console.visits import is_coded, visiting_operator


def guard(app: Flask) -> None:
    """Ask ACCESS before every request, and keep an officer's eyes on their own areas."""
    pace = Pace()

    @app.before_request
    def _ask() -> ResponseReturnValue | None:
        if request.endpoint is None:  # no such address; Flask answers 404 or 405
            return None
        whom = ACCESS.get(request.endpoint)
        if whom is None:
            abort(403)
        if whom is not Access.GATEWAY:
            refuse_forgery()
        if whom is Access.PROVIDER:
            g.provider_link = visiting_provider((request.view_args or {})["offer_id"]) or abort(403)
        if not whom.roles:
            keep_pace(pace, whom)
            return None
        operator = visiting_operator()
        if operator is None or (needs_code(operator, parts().settings) and not is_coded()):
            return _turn_away()
        g.operator = operator
        keep_pace(pace, whom)
        if operator.role is Role.OFFICER:
            bind_to_areas(facts(), {area.id for area in operator.areas})
        if operator.role not in whom.roles:
            abort(403)
        return None


def may_go(endpoint: str) -> bool:
    """Whether who is signed in may go there: for the pages, which show no closed doors."""
    return may(signed_in().role, endpoint)


def _turn_away() -> ResponseReturnValue:
    """A page leads to the sign-in and back again; a fragment says so to the script that asked for it."""
    if request.headers.get("X-Linli-Live"):
        abort(401)
    back = request.path if request.method == "GET" else None
    return redirect(url_for("sign_in.show", next=back), 303)
