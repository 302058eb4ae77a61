"""The service catalogue: listed, added to, changed, switched off; and what must be learned anew after it."""

import logging
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from dispatch.services.columns import COLUMNS
from dispatch.services.writing import LEARNED, differing, happened_to, learned_is_old, note, read_data, write_data
from dispatch.sheets.columns import in_words
from dispatch.sheets.faults import Fault
from models.services import WITH_WORDS, Service, ServiceEvent
from operator_console.context import facts, parts, signed_in
from operator_console.words import Said

log = logging.getLogger(__name__)
services = Blueprint("services", __name__, url_prefix="/services")

EVENTS_SHOWN = 20
HAPPENED = {
    "added": Said("新增", "added", "done"),
    "changed": Said("修改", "changed", "go"),
    "worded": Said("修改了说法，要重新学习", "wording changed, to be learned", "wait"),
}
NEW = {column.key: "" for column in COLUMNS} | {
    "unit": "次",
    "subsidy_percent": "0",
    "lead_time_min": "60",
    "duration_min": "60",
    "urgent": "否",
    "planned": "否",
    "offered_at_once": "1",
    "volunteers_first": "否",
    "worker_gender": "都可以",
    "question_kind": "不问",
    "active": "是",
}


@services.get("/")
def index() -> str:
    """All services, those switched off at the end."""
    found = facts().scalars(select(Service).options(WITH_WORDS).order_by(Service.active.desc(), Service.id)).all()
    return render_template("services.html", services=found, to_learn=_to_learn())


@services.get("/add")
def show_add() -> str:
    """The empty form."""
    return _form(None, NEW, [])


@services.post("/add")
def add() -> ResponseReturnValue:
    """Add a service; it is told from others once it has been learned."""
    values, faults = read_data(_written(), None)
    return _keep(None, values, faults)


@services.get("/<int:service_id>/edit")
def show_edit(service_id: int) -> str:
    """The form, filled in."""
    service = _service(service_id)
    return _form(service, {column.key: column.write(service, None) for column in COLUMNS}, [])


@services.post("/<int:service_id>/edit")
def edit(service_id: int) -> ResponseReturnValue:
    """Change it, or switch it off."""
    service = _service(service_id)
    values, faults = read_data(_written() | {"key": service.key}, service)
    return _keep(service, values, faults)


def _keep(service: Service | None, values: dict[str, object], faults: list[Fault]) -> ResponseReturnValue:
    if faults:
        return _form(service, _written(), faults), 400
    differ = [] if service is None else differing(service, values)
    kept = service or Service()
    write_data(facts(), kept, values)
    try:
        facts().flush()
    except IntegrityError:
        facts().rollback()
        return _form(None, _written(), [Fault("key", "这个代号已经用了", "is used already")]), 400
    if service is None or differ:
        happened = "added" if service is None else happened_to(differ)
        note(facts(), kept, happened, parts().clock(), by=signed_in().login, words=in_words(COLUMNS, differ))
    facts().commit()
    log.info("service %d kept by operator %d", kept.id, signed_in().id)
    flash("已保存。\nSaved.", "done")
    if service is None or LEARNED & set(differ):
        flash(
            "说法变了：要重新学习（linli train）才听得懂。\nWords have changed: they are understood after linli train.", "trouble"
        )
    return redirect(url_for("services.index"), 303)


def _form(service: Service | None, written: Mapping[str, str], faults: Sequence[Fault]) -> str:
    events = select(ServiceEvent).where(ServiceEvent.service_id == (service.id if service else 0))
    found = facts().scalars(events.order_by(ServiceEvent.id.desc()).limit(EVENTS_SHOWN)).all()
    return render_template(
        "service_form.html",
        service=service,
        written=written,
        faults={fault.column: fault for fault in faults},
        skills=facts().scalars(select(Service.skill).distinct().order_by(Service.skill)).all(),
        events=[(one, HAPPENED.get(one.happened, Said(one.happened, ""))) for one in found],
    )


def _written() -> dict[str, str]:
    return {column.key: request.form.get(column.key, "") for column in COLUMNS}


def _service(service_id: int) -> Service:
    return facts().get(Service, service_id) or abort(404)


def _to_learn() -> bool:
    model: Path = parts().settings.understanding_model
    learned_at = datetime.fromtimestamp(model.stat().st_mtime, UTC) if model.is_file() else None
    return learned_is_old(facts(), learned_at)
