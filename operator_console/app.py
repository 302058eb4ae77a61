"""The console as a Flask application."""

import logging
from datetime import timedelta

from flask import Flask, Response, render_template, request
from flask_wtf import CSRFProtect
from jinja2 import StrictUndefined
from werkzeug.exceptions import HTTPException

from dispatch.links import LINK_PATH
from dispatch.queue import JobQueue
from models.base import utc_now
from models.database import SessionMaker
from models.phones import group_digits
from models.secrets import own_secret
from models.settings import Gateway, Settings
from operator_console import records, times, words
from operator_console.access import guard
from operator_console.alarm_actions import alarm_actions
from operator_console.alarm_pages import alarms, unanswered, urgent_alarms
from operator_console.alarm_story import JOINING, LIMITS_S, STEPS, ended, limits_passed, named, overdue, place
from operator_console.board import board
from operator_console.call_pages import calls
from operator_console.care_pages import care
from operator_console.complaint_pages import complaints
from operator_console.context import CallsIn, Clock, Parts, close_facts_with_the_request, give_up_facts
from operator_console.corrections import corrections
from operator_console.demo_phones import demo_phones
from operator_console.device_actions import device_actions
from operator_console.device_forms import device_forms
from operator_console.device_pages import devices
from operator_console.enrolling import enrolling
from operator_console.follow_up_pages import follow_ups
from operator_console.health import health
from operator_console.message_pages import messages
from operator_console.navigation import ALWAYS, MORE, links
from operator_console.order_pages import orders
from operator_console.order_proofs import hide_link, order_proofs, show_link
from operator_console.provider_door import provider_door
from operator_console.provider_files import provider_files
from operator_console.provider_forms import provider_forms
from operator_console.provider_list import providers
from operator_console.provider_page import provider_page
from operator_console.provider_proofs import provider_proofs
from operator_console.provider_visits import explain_to_provider
from operator_console.repeat_pages import repeats
from operator_console.resident_pages import residents
from operator_console.row_ids import RowIdConverter
from operator_console.sign_in import sign_in
from operator_console.sms_webhooks import sms_webhooks
from operator_console.supervision_pages import supervision
from operator_console.to_assign import to_assign
from operator_console.trouble_pages import troubles
from operator_console.voice_mails import voice_mails
from operator_console.webhooks import webhooks

log = logging.getLogger(__name__)

LARGEST_REQUEST = 64 * 1024

# Everything comes from this address and nothing is framed; the pages bring no script or style inside them.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

ERRORS = {
    400: ("这个请求不完整，请回到页面重试。", "The request was incomplete; go back and try again."),
    401: ("请重新登录。", "Please sign in again."),
    403: ("这里不能进。", "You may not go here."),
    404: ("没有找到。", "Not found."),
    405: ("不能这样做。", "That is not possible here."),
    413: ("内容太长了。", "That was too long."),
    500: ("出错了，已经记下来。", "Something went wrong; it has been written down."),
}


def create_app(settings: Settings, sessions: SessionMaker, clock: Clock = utc_now, conference: CallsIn | None = None) -> Flask:
    """The console on a migrated database. The demo's telephones are there only in the demo, the webhooks only with Twilio.

    Without a `conference` nobody can be called into an alarm's call, and the page says so.
    """
    app = Flask(__name__)
    app.config.update(
        SECRET_KEY=own_secret(settings, "console"),
        # Two copies on one host are one host to a browser's cookies, whatever their ports.
        SESSION_COOKIE_NAME=f"linli_{settings.console_port}",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.public_url.startswith("https://"),
        WTF_CSRF_TIME_LIMIT=None,  # a board stays open for a whole shift
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        SEND_FILE_MAX_AGE_DEFAULT=timedelta(0),
    )
    app.extensions["linli"] = Parts(settings, sessions, JobQueue(settings.redis), clock, conference)
    app.url_map.converters["int"] = RowIdConverter
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.filters.update(
        clock=times.clock,
        exactly=times.exactly,
        age=times.age,
        grouped=group_digits,
        said=words.said,
        who=words.who,
        happened=records.happened,
        details=records.details,
        reason=records.reason,
        reasons=records.reasons,
        instead=records.instead,
        outcome=records.outcome,
        collected=records.collected,
        hide_link=hide_link,
        show_link=show_link,
        named=named,
        ended=ended,
        overdue=overdue,
        place=place,
        joining=JOINING.get,
        step_words=STEPS.get,
    )
    app.jinja_env.globals.update(
        settings=settings,
        span=times.span,
        lasted=times.lasted,
        gender=words.GENDER,
        links=links,
        ALWAYS=ALWAYS,
        MORE=MORE,
        urgent_alarms=urgent_alarms,
        limits_s=LIMITS_S,
        limits_passed=limits_passed,
        demo_phones_here=_demo_phones_here(settings),
    )
    app.jinja_env.tests["unanswered"] = unanswered
    csrf = CSRFProtect(app)
    guard(app)
    close_facts_with_the_request(app)
    for blueprint in (
        sign_in,
        health,
        board,
        alarms,
        alarm_actions,
        orders,
        order_proofs,
        to_assign,
        calls,
        corrections,
        enrolling,
        voice_mails,
        care,
        follow_ups,
        complaints,
        supervision,
        residents,
        repeats,
        providers,
        provider_forms,
        provider_files,
        devices,
        device_forms,
        device_actions,
        messages,
        troubles,
        provider_door,
        provider_page,
        provider_proofs,
    ):
        app.register_blueprint(blueprint)
    if _demo_phones_here(settings):
        app.register_blueprint(demo_phones)
    if Gateway.TWILIO in settings.gateway_shares:
        app.register_blueprint(webhooks)
        csrf.exempt(webhooks)  # a webhook proves itself by its signature
    if settings.http_gateways:
        app.register_blueprint(sms_webhooks)
        csrf.exempt(sms_webhooks)
    app.register_error_handler(HTTPException, _explain)
    app.register_error_handler(Exception, _explain_fault)
    app.after_request(_harden)
    return app


def _demo_phones_here(settings: Settings) -> bool:
    """Only while no real provider can be reached: what is typed there counts as the provider's own answer."""
    return settings.demo and settings.is_demo_gateway


def _harden(response: Response) -> Response:
    headers = response.headers
    headers["Content-Security-Policy"] = POLICY
    headers["X-Frame-Options"] = "DENY"
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    if request.endpoint != "static":
        headers["Cache-Control"] = "no-store"  # residents' facts stay out of the browser's cache
    return response


def _explain(error: HTTPException) -> tuple[str, int]:
    code = error.code or 500
    if request.path.startswith(LINK_PATH):
        return explain_to_provider(code)
    return render_template("error.html", code=code, words=ERRORS.get(code, ERRORS[500])), code


def _explain_fault(error: Exception) -> tuple[str, int]:
    give_up_facts()  # the page itself asks the database, which hears nothing more in a transaction that failed
    if request.path.startswith(LINK_PATH):
        log.error("%s %s failed", request.method, request.url_rule, exc_info=error)  # the path may hold a link's secret
        return explain_to_provider(500)
    # The path without its query: what was searched for may be somebody's number.
    log.error("%s %s failed", request.method, request.path, exc_info=error)
    return render_template("error.html", code=500, words=ERRORS[500]), 500
