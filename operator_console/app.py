"""The console as a Flask application."""

import logging
from datetime import timedelta

from flask import Flask
from flask_wtf import CSRFProtect
from jinja2 import StrictUndefined
from werkzeug.exceptions import HTTPException

from dispatch.queue import JobQueue
from dispatch.residents.id_numbers import mask_id_number
from exchange.rejoining import Rejoining
from exchange.seats import Seats
from models.base import utc_now
from models.database import SessionMaker
from models.phones import group_digits, mask_number
from models.secrets import own_secret
from models.settings import Gateway, Settings
from operator_console import phrases, records, times, words
from operator_console.alarm_actions import alarm_actions
from operator_console.alarm_pages import alarms, unanswered, urgent_part
from operator_console.alarm_story import JOINING, LIMITS_S, STEPS, ended, limits_passed, named, overdue, place, talking
from operator_console.announcement_pages import announcements, current_announcements
from operator_console.audit_pages import audits
from operator_console.board import board
from operator_console.call_pages import calls
from operator_console.care_pages import care
from operator_console.complaint_pages import complaints
from operator_console.context import CallsIn, Clock, DeskExchange, Parts, close_facts_with_the_request
from operator_console.corrections import corrections
from operator_console.demo_device import demo_device
from operator_console.demo_phones import demo_phones
from operator_console.desk_acts import desk_acts
from operator_console.desk_lists import desk_lists
from operator_console.desk_pages import desk
from operator_console.device_actions import device_actions
from operator_console.device_forms import device_forms
from operator_console.device_pages import devices
from operator_console.enrolling import enrolling
from operator_console.explaining import explain, explain_fault
from operator_console.figure_words import minutes
from operator_console.file_openings import file_openings
from operator_console.follow_up_pages import follow_ups
from operator_console.guard import guard, may_go
from operator_console.hardening import csp_nonce, harden
from operator_console.health import health
from operator_console.languages import short, speaks, word
from operator_console.masked_numbers import masked_numbers, was_shown
from operator_console.message_pages import messages
from operator_console.navigation import ALWAYS, MORE, links
from operator_console.operator_pages import operator_pages
from operator_console.order_changing import order_changing
from operator_console.order_pages import orders
from operator_console.order_proofs import hide_link, order_proofs
from operator_console.order_taking import order_taking
from operator_console.part_watch import PartWatch
from operator_console.parts_down import parts_down
from operator_console.phone_pages import phone
from operator_console.phone_words import PAUSES
from operator_console.preferences import preferences
from operator_console.prompt_pages import prompts
from operator_console.provider_door import provider_door
from operator_console.provider_files import provider_files
from operator_console.provider_forms import provider_forms
from operator_console.provider_list import providers
from operator_console.provider_page import provider_page
from operator_console.provider_proofs import provider_proofs
from operator_console.recording_pages import recording_pages
from operator_console.repeat_pages import repeats
from operator_console.report_pages import reports
from operator_console.resident_acts import resident_acts
from operator_console.resident_forms import resident_forms
from operator_console.resident_pages import residents
from operator_console.row_ids import RowIdConverter
from operator_console.search import search
from operator_console.second_step import second_step
from operator_console.service_pages import services
from operator_console.settlement_pages import settlements
from operator_console.shared_facts import forget_what_is_changed
from operator_console.sharing import Sharing
from operator_console.sheet_pages import device_sheets, resident_sheets, service_sheets
from operator_console.shift_pages import shifts
from operator_console.sign_in import sign_in
from operator_console.sms_webhooks import sms_webhooks
from operator_console.supervision_pages import supervision
from operator_console.to_assign import to_assign
from operator_console.trouble_pages import troubles
from operator_console.voice_mails import voice_mails
from operator_console.wallboard import wallboard
from operator_console.webhooks import webhooks

log = logging.getLogger(__name__)

LARGEST_REQUEST = 64 * 1024


def create_app(
    settings: Settings,
    sessions: SessionMaker,
    clock: Clock = utc_now,
    *,
    conference: CallsIn | None = None,
    desk_calls: DeskExchange | None = None,
    seats: Seats | None = None,
    rejoining: Rejoining | None = None,
    part_watch: PartWatch | None = None,
    shared_for_s: float = 0,
) -> Flask:
    """The console on a migrated database. The demo's telephones are there only in the demo, the webhooks only with Twilio.

    Without a `conference` nobody can be called into an alarm's call, without `desk_calls` nobody can be dialled or handed on, and
    the page says so. Without `seats` operators' pauses reach the exchange a little later, without `rejoining` no page
    that is reloaded comes back to its call, and without a `part_watch` no page tells which part of Linli is down. What many
    pages show alike is worked out once in `shared_for_s`, 0: for each.
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
    app.extensions["linli"] = Parts(
        settings,
        sessions,
        JobQueue(settings.redis),
        clock,
        conference,
        desk_calls,
        seats,
        rejoining,
        part_watch,
        Sharing(shared_for_s),
    )
    app.url_map.converters["int"] = RowIdConverter
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.filters.update(
        clock=times.clock,
        exactly=times.exactly,
        day=times.day,
        month=times.month,
        weekday=times.weekday,
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
        named=named,
        talking=talking,
        ended=ended,
        overdue=overdue,
        place=place,
        joining=JOINING.get,
        masked=mask_number,
        masked_id=mask_id_number,
        step_words=STEPS.get,
    )
    app.jinja_env.globals.update(
        settings=settings,
        csp_nonce=csp_nonce,
        speaks=speaks,
        word=word,
        short=short,
        phrases=phrases,
        current_announcements=current_announcements,
        span=times.span,
        lasted=times.lasted,
        minutes=minutes,
        gender=words.GENDER,
        links=links,
        ALWAYS=ALWAYS,
        MORE=MORE,
        urgent_part=urgent_part,
        limits_s=LIMITS_S,
        PAUSES=PAUSES,
        limits_passed=limits_passed,
        demo_phones_here=_demo_phones_here(settings),
        may=may_go,
        was_shown=was_shown,
    )
    app.jinja_env.tests["unanswered"] = unanswered
    csrf = CSRFProtect(app)
    guard(app)
    close_facts_with_the_request(app)
    forget_what_is_changed(app)
    for blueprint in (
        sign_in,
        second_step,
        preferences,
        health,
        parts_down,
        board,
        desk_lists,
        desk,
        phone,
        alarms,
        alarm_actions,
        orders,
        order_taking,
        order_changing,
        order_proofs,
        to_assign,
        calls,
        desk_acts,
        corrections,
        enrolling,
        voice_mails,
        care,
        follow_ups,
        complaints,
        supervision,
        settlements,
        wallboard,
        reports,
        recording_pages,
        audits,
        residents,
        file_openings,
        masked_numbers,
        resident_forms,
        resident_acts,
        services,
        resident_sheets,
        service_sheets,
        device_sheets,
        search,
        repeats,
        providers,
        provider_forms,
        provider_files,
        devices,
        device_forms,
        device_actions,
        messages,
        troubles,
        operator_pages,
        shifts,
        announcements,
        prompts,
        provider_door,
        provider_page,
        provider_proofs,
    ):
        app.register_blueprint(blueprint)
    if _demo_phones_here(settings):
        app.register_blueprint(demo_phones)
        app.register_blueprint(demo_device)
    if Gateway.TWILIO in settings.gateway_shares:
        app.register_blueprint(webhooks)
        csrf.exempt(webhooks)  # a webhook proves itself by its signature
    if settings.http_gateways:
        app.register_blueprint(sms_webhooks)
        csrf.exempt(sms_webhooks)
    app.register_error_handler(HTTPException, explain)
    app.register_error_handler(Exception, explain_fault)
    app.after_request(harden)
    return app


def _demo_phones_here(settings: Settings) -> bool:
    """Only while no real provider can be reached: what is typed there counts as the provider's own answer."""
    return settings.demo and settings.is_demo_gateway
