"""Adding a provider, changing its data, freezing and thawing it, noting that its data are right."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from dispatch.providers.cells import WEEKDAYS as WEEKDAY_SIGNS
from dispatch.providers.columns import COLUMNS
from dispatch.providers.importing import in_words
from dispatch.providers.standing import ComplaintWaits, confirm_data, freeze_provider, thaw_provider
from dispatch.providers.writing import differing, names_of_skills, note, read_data, read_known, write_data
from dispatch.sheets.faults import Fault
from models.areas import Area
from models.providers import Provider
from operator_console.context import facts, parts, signed_in
from operator_console.times import WEEKDAYS

log = logging.getLogger(__name__)
provider_forms = Blueprint("provider_forms", __name__, url_prefix="/providers")

LONGEST_REASON = 200
Written = Mapping[str, str]


@provider_forms.get("/add")
def show_add() -> str:
    """The empty form."""
    return _form(None, {column.key: "" for column in COLUMNS} | {"open_weekdays": WEEKDAY_SIGNS}, [])


@provider_forms.post("/add")
def add() -> ResponseReturnValue:
    """Add a provider; what a person has just entered is known to be right."""
    written = _written()
    values, faults = read_data(written, read_known(facts()), new=True)
    faults += _taken(None, values)
    provider = Provider(skills=[], open_weekdays=[], latitude=None, longitude=None, rating=None)
    return _keep(provider, values, faults, written) if not faults else (_form(None, written, faults), 400)


@provider_forms.get("/<int:provider_id>/edit")
def show_edit(provider_id: int) -> str:
    """The form, filled in."""
    provider = _provider(provider_id)
    names = names_of_skills(facts())
    return _form(provider, {column.key: column.write(provider, names) for column in COLUMNS}, [])


@provider_forms.post("/<int:provider_id>/edit")
def edit(provider_id: int) -> ResponseReturnValue:
    """Change it."""
    provider, written = _provider(provider_id), _written()
    values, faults = read_data(written, read_known(facts()), new=False)
    faults += _taken(provider, values)
    return _keep(provider, values, faults, written) if not faults else (_form(provider, written, faults), 400)


@provider_forms.post("/<int:provider_id>/freeze")
def freeze(provider_id: int) -> ResponseReturnValue:
    """Give it no new offers."""
    freeze_provider(facts(), _provider(provider_id).id, _reason(), parts().clock(), by=signed_in().login)
    return _done(provider_id, "frozen", "已冻结，不再派新单；已接的单照做。\nFrozen: no new offers; what it has accepted stays.")


@provider_forms.post("/<int:provider_id>/thaw")
def thaw(provider_id: int) -> ResponseReturnValue:
    """Give it offers again, unless a complaint waits."""
    try:
        thaw_provider(facts(), _provider(provider_id).id, _reason(), parts().clock(), by=signed_in().login)
    except ComplaintWaits:
        facts().rollback()
        flash("还有投诉没有处理，先看投诉。\nA complaint waits to be looked at first.", "trouble")
        return redirect(url_for("providers.show", provider_id=provider_id), 303)
    return _done(provider_id, "thawed", "已解冻，可以派单了。\nThawed: it gets offers again.")


@provider_forms.post("/<int:provider_id>/confirmed")
def confirmed(provider_id: int) -> ResponseReturnValue:
    """Note that somebody has gone through the data with the provider."""
    now = parts().clock()
    today = now.astimezone(ZoneInfo(parts().settings.timezone)).date()
    confirm_data(facts(), _provider(provider_id).id, today, now, by=signed_in().login)
    facts().commit()
    return _done(provider_id, "confirmed", "已记下：资料核对过。\nWritten down: the data are confirmed.")


def _keep(provider: Provider, values: dict[str, Any], faults: list[Fault], written: Written) -> ResponseReturnValue:
    """Write the data, with a line of history; two operators who add the same at once meet in the unique columns."""
    now, is_new = parts().clock(), provider.id is None
    differ = [] if is_new else differing(provider, {key: value for key, value in values.items() if value is not None})
    write_data(provider, values, {area.id: area for area in facts().scalars(select(Area))})
    facts().add(provider)
    try:
        facts().flush()
    except IntegrityError:
        facts().rollback()
        fault = Fault("name", "刚刚有人用了这个名称或号码", "or the number was taken just now")
        return _form(None if is_new else _provider(provider.id), written, [fault]), 400
    if is_new:
        provider.confirmed_on = now.astimezone(ZoneInfo(parts().settings.timezone)).date()
    if is_new or differ:
        note(facts(), provider, "added" if is_new else "changed", now, by=signed_in().login, words=in_words(differ))
    facts().commit()
    return _done(provider.id, "kept", "已保存。\nSaved.")


def _done(provider_id: int, what: str, words: str) -> ResponseReturnValue:
    log.info("provider %d: %s by operator %d", provider_id, what, signed_in().id)
    flash(words, "done")
    return redirect(url_for("providers.show", provider_id=provider_id), 303)


def _taken(provider: Provider | None, values: Mapping[str, Any]) -> list[Fault]:
    """A name or a number that another provider has."""
    faults = []
    for key, column in (("name", Provider.name), ("number", Provider.number)):
        other = facts().scalar(select(Provider).where(column == values.get(key))) if values.get(key) else None
        if other is not None and other is not provider:
            faults.append(Fault(key, f"“{other.name}”已经用了", f"is that of {other.name} already"))
    return faults


def _written() -> dict[str, str]:
    """The form's fields as a table would have them: what is ticked is one cell."""
    return {column.key: "、".join(request.form.getlist(column.key)) for column in COLUMNS}


def _provider(provider_id: int) -> Provider:
    provider = facts().get(Provider, provider_id)
    if provider is None:
        abort(404)
    return provider


def _reason() -> str:
    reason = request.form.get("reason", "").strip()
    if not reason or len(reason) > LONGEST_REASON:
        abort(400)
    return reason


def _form(provider: Provider | None, written: Written, faults: Sequence[Fault]) -> str:
    return render_template(
        "provider_form.html",
        provider=provider,
        written=written,
        faults={fault.column: fault for fault in faults},
        # With what the catalogue has no longer, so that it does not go unseen.
        skills=dict.fromkeys([*names_of_skills(facts()).values(), *filter(None, written["skills"].split("、"))]),
        areas=facts().scalars(select(Area.name).order_by(Area.id)).all(),
        weekdays=[(sign, en) for sign, en in WEEKDAYS],
    )
