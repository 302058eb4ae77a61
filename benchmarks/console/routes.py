"""Every address that the console answers with a page or a part of one, for whoever may see it; what is left out says why."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from flask import Flask
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from models.alarms import Alarm, AlarmStatus
from models.audits import Audit
from models.base import utc_now
from models.calls import Call, CallStatus
from models.database import SessionMaker
from models.devices import Device
from models.operators import Operator, Role
from models.orders import Offer, Order, OrderStatus
from models.services import Service
from operator_console.access import ACCESS, Access
from operator_console.operators import DEMO_LOGIN

OFFICER = "officer"
PROVIDER = "provider"
ANYBODY = "anybody"

Examples = Mapping[str, int | str]

# What a browser fetches that is neither a page nor a part of one: not timed.
NO_PAGES = {
    "static": "a file of ours",
    "alarms.recording": "a sound",
    "calls.recording": "a sound",
    "voice_mails.sound": "a sound",
    "prompts.sound": "a sound",
    "prompts.voice": "a sound",
    "recording_pages.peaks": "made of a sound",
    "order_proofs.picture": "a picture",
    "provider_proofs.picture": "a picture",
    "second_step.picture": "a picture, only between a right password and the first code",
    "second_step.show": "only between a right password and its code",
    "provider_door.show": "uses a link up",
    "wallboard.screen": "the wallboard's page, on a screen that was put up",
    "wallboard.screen_live": "the wallboard's part, on a screen that was put up",
}
# Whole tables as files, fetched now and then: timed, and not held to a page's limit.
FILES = {
    "residents_file.export",
    "services_file.export",
    "devices_file.export",
    "provider_files.export",
    "reports.export",
}
# Where a route's example is not what its names are for elsewhere.
OTHER_EXAMPLES = {
    "enrolling.show": {"call_id": "unknown_call_id"},
    "reports.export": {"name": "table"},
    "order_changing.show": {"order_id": "unfilled_order_id"},
}
# What is asked for behind an address, beside the address alone: what people look at often, or what has most to do.
ALSO: dict[str, tuple[str, ...]] = {
    "board.show": ("orders=all", "orders=done", "orders=unfilled"),
    "calls.index": ("before={call_id}",),
    "alarms.index": ("before={alarm_id}",),
    "residents.index": ("q=王秀英", "q=李", "q=8幢3单元", "q=13900001234"),
    "search.show": ("q=王秀英", "q=13900001234"),
    "search.live": ("q=王秀英", "q=li", "q=李", "q=8幢3单元"),
    "providers.index": ("q=服务商77", "q=13600000077", "show=volunteer"),
    "devices.index": ("show=trouble", "show=tests", "q=王秀英"),
    "messages.index": ("number=13600000077",),
    "file_openings.index": ("operator={operator_id}",),
    "reports.index": ("by=area", "by=service", "by=provider", "by=operator", "{year}", "by=provider&{year}"),
    "desk.show": ("number=13900001234",),
}
# What an address is nothing without.
NEEDED = {
    "order_taking.show": "resident={resident_id}&like={order_id}",
    "order_taking.outlook": "resident={resident_id}&service={service_id}&when=明天上午九点",
}
# Further rows that a page is opened for: a call that waits, one with an operator, an SOS, an alarm that is open.
OTHER_ROWS: dict[str, tuple[dict[str, str], ...]] = {
    "desk.show": ({"channel": "talking"}, {"channel": "sos"}),
    "desk.live": ({"channel": "talking"}, {"channel": "sos"}),
    "desk_acts.live": ({"channel": "talking"},),
    "alarms.show": ({"alarm_id": "open_alarm_id"},),
    "alarms.live": ({"alarm_id": "open_alarm_id"},),
    "orders.show": ({"order_id": "unfilled_order_id"},),
}


def addresses(app: Flask, examples: Examples) -> dict[str, dict[str, str]]:
    """For each of whoever comes, the addresses by a name; raises `LookupError` for a route that nobody has told of here."""
    found: dict[str, dict[str, str]] = {DEMO_LOGIN: {}, OFFICER: {}, PROVIDER: {}, ANYBODY: {}}
    routes = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    if gone := (NO_PAGES.keys() | FILES | ALSO.keys() | NEEDED.keys() | OTHER_ROWS.keys()) - {rule.endpoint for rule in routes}:
        raise LookupError(f"routes.py names what is no route any more: {sorted(gone)}")
    with app.test_request_context():
        adapter = app.create_url_adapter(None) or app.url_map.bind("127.0.0.1")
        for rule in routes:
            endpoint = rule.endpoint
            if endpoint in NO_PAGES:
                continue
            for other in (OTHER_EXAMPLES.get(endpoint, {}), *OTHER_ROWS.get(endpoint, ())):
                names = {name: other.get(name, name) for name in rule.arguments}
                if missing := set(names.values()) - examples.keys():
                    raise LookupError(f"routes.py has no example for {missing} of {rule.rule}")
                address = adapter.build(endpoint, {name: examples[named] for name, named in names.items()})
                told = ",".join(other.values()) if other in OTHER_ROWS.get(endpoint, ()) else ""
                queries = (NEEDED.get(endpoint, ""), *(ALSO.get(endpoint, ()) if not told else ()))
                for query in queries:
                    name = " ".join(filter(None, (endpoint, told, query if query in ALSO.get(endpoint, ()) else "")))
                    behind = quote(query.format(**examples), safe="=&")
                    for whom in _whose(endpoint):
                        found[whom][name] = f"{address}?{behind}" if behind else address
    return found


def _whose(endpoint: str) -> list[str]:
    """Who of those who come may go there."""
    whom = ACCESS[endpoint]
    if not whom.roles:
        return [PROVIDER if whom is Access.PROVIDER else ANYBODY]
    if Role.ADMINISTRATOR not in whom.roles:
        raise LookupError(f"{endpoint} is not for administrators: tell routes.py for whom")
    return [DEMO_LOGIN, OFFICER] if Role.OFFICER in whom.roles else [DEMO_LOGIN]


def examples(sessions: SessionMaker) -> Examples:
    """The ids of rows from the midst of the town, all of one resident where they can be; makes the officer of their area."""
    with sessions() as session:
        midst = select(func.count()).select_from(Device).scalar_subquery() // 2
        device = session.scalars(select(Device).order_by(Device.id).where(Device.id > midst).limit(1)).one()
        resident = device.resident
        officer = session.scalar(select(Operator).where(Operator.login == OFFICER)) or Operator(login=OFFICER, name="社区干部")
        demo = session.scalars(select(Operator).where(Operator.login == DEMO_LOGIN)).one()
        alarm = _newest(session, Alarm, Alarm.status == AlarmStatus.ANSWERED)
        areas = list({resident.area, alarm.resident.area})
        officer.role, officer.password_hash, officer.areas = Role.OFFICER, demo.password_hash, areas
        unknown = _unknown_call(session)
        session.add(officer)
        session.commit()
        order = _newest(session, Order, Order.resident_id == resident.id, Order.status != OrderStatus.CANCELLED)
        today = utc_now().date()
        return {
            "resident_id": resident.id,
            "device_id": device.id,
            "order_id": order.id,
            "unfilled_order_id": _newest(
                session, Order, Order.status == OrderStatus.UNFILLED, Order.resident.has(area_id=resident.area_id)
            ).id,
            "provider_id": order.provider_id or 0,
            "offer_id": _newest(session, Offer, Offer.order.has(Order.status == OrderStatus.ARRIVED)).id,
            "service_id": session.scalars(select(Service.id).order_by(Service.id)).first() or 0,
            "call_id": _newest(session, Call, Call.status == CallStatus.ENDED, Call.resident_id == resident.id).id,
            "unknown_call_id": unknown.id,
            "alarm_id": _newest(session, Alarm, Alarm.status == AlarmStatus.CLOSED, Alarm.resident_id == resident.id).id,
            "open_alarm_id": alarm.id,
            "channel": _newest(session, Call, Call.status == CallStatus.WAITING).channel_id,
            "talking": _newest(session, Call, Call.status == CallStatus.OPERATOR).channel_id,
            "sos": _newest(session, Alarm, Alarm.status == AlarmStatus.RAISED).channel_id,
            "operator_id": officer.id,
            "audit_id": _newest(session, Audit).id,
            "kept": f"phone-{resident.phones[0].id}",
            "name": "goodbye",
            "by": "day",
            "table": "calls",
            "year": f"first={today - timedelta(days=364)}&last={today}",
        }


def _newest(session: Session, kind: Any, *where: ColumnElement[bool]) -> Any:
    return session.scalars(select(kind).where(*where).order_by(kind.id.desc()).limit(1)).one()


def _unknown_call(session: Session) -> Call:
    known = session.scalar(select(Call).where(Call.channel_id == "unknown.1"))
    unknown = known or Call(channel_id="unknown.1", number="13300000000", status=CallStatus.ABANDONED, ended_at=utc_now())
    session.add(unknown)
    return unknown
