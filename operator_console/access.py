"""Who may come in by which route: one table, asked before every request. A route that is not in it is closed to all."""

from enum import Enum

from flask import Flask, abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from models.operators import Operator
from operator_console.context import facts
from operator_console.provider_visits import visiting_provider
from operator_console.visits import visiting_operator


class Access(Enum):
    """Whom a route is for."""

    ANYONE = "anyone"
    OPERATOR = "an operator who is signed in"
    PROVIDER = "a provider, in the browser that opened the link to this offer"
    GATEWAY = "the SMS gateway, by its signature"  # checked by the route itself


ACCESS = {
    "static": Access.ANYONE,
    "health.show": Access.ANYONE,
    "sign_in.show": Access.ANYONE,
    "sign_in.check": Access.ANYONE,
    "sign_in.leave": Access.OPERATOR,
    "board.show": Access.OPERATOR,
    "board.live": Access.OPERATOR,
    "alarms.index": Access.OPERATOR,
    "alarms.index_live": Access.OPERATOR,
    "alarms.urgent": Access.OPERATOR,
    "alarms.show": Access.OPERATOR,
    "alarms.live": Access.OPERATOR,
    "alarms.recording": Access.OPERATOR,
    "alarm_actions.call_in": Access.OPERATOR,
    "alarm_actions.step": Access.OPERATOR,
    "alarm_actions.close": Access.OPERATOR,
    "alarm_actions.note": Access.OPERATOR,
    "alarm_actions.follow_up": Access.OPERATOR,
    "alarm_actions.finding": Access.OPERATOR,
    "orders.show": Access.OPERATOR,
    "orders.live": Access.OPERATOR,
    "orders.cancel": Access.OPERATOR,
    "orders.ask_again": Access.OPERATOR,
    "orders.assign": Access.OPERATOR,
    "orders.withdraw": Access.OPERATOR,
    "orders.price": Access.OPERATOR,
    "to_assign.index": Access.OPERATOR,
    "order_proofs.picture": Access.OPERATOR,
    "calls.index": Access.OPERATOR,
    "calls.show": Access.OPERATOR,
    "calls.live": Access.OPERATOR,
    "calls.recording": Access.OPERATOR,
    "corrections.show": Access.OPERATOR,
    "corrections.correct": Access.OPERATOR,
    "enrolling.show": Access.OPERATOR,
    "enrolling.enrol": Access.OPERATOR,
    "voice_mails.index": Access.OPERATOR,
    "voice_mails.sound": Access.OPERATOR,
    "voice_mails.mark": Access.OPERATOR,
    "messages.index": Access.OPERATOR,
    "messages.again": Access.OPERATOR,
    "messages.skip": Access.OPERATOR,
    "troubles.index": Access.OPERATOR,
    "troubles.see_to": Access.OPERATOR,
    "care.index": Access.OPERATOR,
    "care.done": Access.OPERATOR,
    "care.plan": Access.OPERATOR,
    "care.call": Access.OPERATOR,
    "follow_ups.index": Access.OPERATOR,
    "follow_ups.record": Access.OPERATOR,
    "complaints.index": Access.OPERATOR,
    "complaints.show_new": Access.OPERATOR,
    "complaints.add": Access.OPERATOR,
    "complaints.look": Access.OPERATOR,
    "supervision.index": Access.OPERATOR,
    "supervision.see_to": Access.OPERATOR,
    "residents.index": Access.OPERATOR,
    "residents.show": Access.OPERATOR,
    "providers.index": Access.OPERATOR,
    "providers.show": Access.OPERATOR,
    "provider_forms.show_add": Access.OPERATOR,
    "provider_forms.add": Access.OPERATOR,
    "provider_forms.show_edit": Access.OPERATOR,
    "provider_forms.edit": Access.OPERATOR,
    "provider_forms.freeze": Access.OPERATOR,
    "provider_forms.thaw": Access.OPERATOR,
    "provider_forms.confirmed": Access.OPERATOR,
    "provider_files.show": Access.OPERATOR,
    "provider_files.export": Access.OPERATOR,
    "provider_files.check": Access.OPERATOR,
    "provider_files.take_over": Access.OPERATOR,
    "repeats.add": Access.OPERATOR,
    "repeats.pause": Access.OPERATOR,
    "repeats.resume": Access.OPERATOR,
    "repeats.end": Access.OPERATOR,
    "devices.index": Access.OPERATOR,
    "devices.index_live": Access.OPERATOR,
    "devices.show": Access.OPERATOR,
    "devices.live": Access.OPERATOR,
    "device_forms.show_add": Access.OPERATOR,
    "device_forms.add": Access.OPERATOR,
    "device_forms.show_edit": Access.OPERATOR,
    "device_forms.edit": Access.OPERATOR,
    "device_actions.move": Access.OPERATOR,
    "device_actions.replace": Access.OPERATOR,
    "device_actions.tested": Access.OPERATOR,
    "device_actions.visited": Access.OPERATOR,
    "device_actions.sheet": Access.OPERATOR,  # the route itself lets only a supervisor see a secret
    "demo_phones.show": Access.OPERATOR,
    "demo_phones.live": Access.OPERATOR,
    "demo_phones.answer": Access.OPERATOR,
    "provider_door.show": Access.ANYONE,  # these three know nobody but who holds a link
    "provider_door.enter": Access.ANYONE,
    "provider_door.renew": Access.ANYONE,
    "provider_page.show": Access.PROVIDER,
    "provider_page.accept": Access.PROVIDER,
    "provider_page.refuse": Access.PROVIDER,
    "provider_page.set_out": Access.PROVIDER,
    "provider_page.arrive": Access.PROVIDER,
    "provider_page.complete": Access.PROVIDER,
    "provider_page.call": Access.PROVIDER,
    "provider_proofs.photo": Access.PROVIDER,
    "provider_proofs.show_signing": Access.PROVIDER,
    "provider_proofs.sign": Access.PROVIDER,
    "provider_proofs.picture": Access.PROVIDER,
    "webhooks.incoming": Access.GATEWAY,
    "webhooks.receipt": Access.GATEWAY,
    "sms_webhooks.incoming": Access.GATEWAY,
    "sms_webhooks.receipt": Access.GATEWAY,
}


def guard(app: Flask) -> None:
    """Ask ACCESS before every request."""

    @app.before_request
    def _ask() -> ResponseReturnValue | None:
        if request.endpoint is None:  # no such address; Flask answers 404 or 405
            return None
        whom = ACCESS.get(request.endpoint)
        if whom is None:
            abort(403)
        if whom is Access.PROVIDER:
            g.provider_link = visiting_provider((request.view_args or {})["offer_id"]) or abort(403)
        if whom is not Access.OPERATOR:
            return None
        operator_id = visiting_operator()
        operator = facts().get(Operator, operator_id) if operator_id is not None else None
        if operator is None or not operator.active:
            return _turn_away()
        g.operator = operator
        return None


def _turn_away() -> ResponseReturnValue:
    """A page leads to the sign-in and back again; a fragment says so to the script that asked for it."""
    if request.headers.get("X-Linli-Live"):
        abort(401)
    back = request.path if request.method == "GET" else None
    return redirect(url_for("sign_in.show", next=back), 303)
