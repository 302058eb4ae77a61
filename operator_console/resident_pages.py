"""Residents: finding one, and what is known of them."""

from flask import Blueprint, abort, render_template, request
from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload

from models.alarms import Alarm
from models.calls import Call
from models.devices import Device
from models.orders import Order
from models.phones import normalise_number
from models.residents import Contact, Resident, ResidentPhone
from operator_console.context import facts

residents = Blueprint("residents", __name__, url_prefix="/residents")

RESIDENTS_SHOWN = 60
PAST_SHOWN = 10


@residents.get("/")
def index() -> str:
    """Residents by name, address or telephone number (their own, their device's, or a family member's)."""
    wanted = request.args.get("q", "").strip()[:60]
    asked = select(Resident).order_by(Resident.id).limit(RESIDENTS_SHOWN + 1)
    asked = asked.options(joinedload(Resident.area), selectinload(Resident.phones))
    if wanted:
        said = [Resident.name.contains(wanted, autoescape=True), Resident.form_of_address.contains(wanted, autoescape=True)]
        said.append(Resident.address.contains(wanted, autoescape=True))
        if number := normalise_number(wanted):
            said.append(Resident.phones.any(ResidentPhone.number == number))
            said.append(Resident.devices.any(Device.number == number))
            said.append(Resident.contacts.any(Contact.number == number))
        asked = asked.where(or_(*said))
    found = list(facts().scalars(asked))
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
