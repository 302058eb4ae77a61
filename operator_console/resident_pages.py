"""Residents: finding one, and what is known of them."""

from flask import Blueprint, abort, render_template, request
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from models.alarms import Alarm
from models.calls import Call
from models.orders import Order
from models.residents import Resident
from models.searching import search_contacts, search_devices, search_residents
from operator_console.context import facts

residents = Blueprint("residents", __name__, url_prefix="/residents")

RESIDENTS_SHOWN = 60
PAST_SHOWN = 10


@residents.get("/")
def index() -> str:
    """Residents by name, pinyin, address or telephone number."""
    wanted = request.args.get("q", "").strip()[:60]
    if wanted:
        found = search_residents(facts(), wanted, RESIDENTS_SHOWN + 1)
        if any(sign.isdecimal() for sign in wanted):  # the number may be that of their device, or of their family
            found += [device.resident for device in search_devices(facts(), wanted, PAST_SHOWN)]
            found += [contact.resident for contact in search_contacts(facts(), wanted, PAST_SHOWN)]
            found = list(dict.fromkeys(found))
    else:
        asked = select(Resident).where(Resident.left_on.is_(None)).order_by(Resident.id).limit(RESIDENTS_SHOWN + 1)
        found = list(facts().scalars(asked.options(joinedload(Resident.area), selectinload(Resident.phones))))
    return render_template("residents.html", residents=found[:RESIDENTS_SHOWN], more=len(found) > RESIDENTS_SHOWN, wanted=wanted)


@residents.get("/<int:resident_id>")
def show(resident_id: int) -> str:
    """One resident: facts, telephones, people to call, and what happened lately."""
    resident = facts().get(Resident, resident_id)
    if resident is None:
        abort(404)
    orders = select(Order).where(Order.resident_id == resident.id).order_by(Order.id.desc()).limit(PAST_SHOWN)
    calls = select(Call).where(Call.resident_id == resident.id).order_by(Call.id.desc()).limit(PAST_SHOWN)
    alarms = select(Alarm).where(Alarm.resident_id == resident.id).order_by(Alarm.id.desc()).limit(PAST_SHOWN)
    return render_template(
        "resident.html",
        resident=resident,
        orders=list(facts().scalars(orders.options(joinedload(Order.service), joinedload(Order.provider)))),
        calls=list(facts().scalars(calls)),
        alarms=list(facts().scalars(alarms)),
    )
