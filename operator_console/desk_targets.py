"""Whom one can reach from the desk: only who stands in the files, the emergency services, and numbers that the site allows."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from exchange.desk_calls import QUEUE
from models.call_backs import CallBack
from models.devices import Device, DeviceStatus
from models.operators import Operator
from models.orders import TO_BE_DONE, Order
from models.phones import normalise_number
from models.providers import Provider, Worker
from models.residents import Contact, ContactRole, Resident, ResidentPhone
from operator_console.alarm_story import SERVICES, WHO_RANG
from operator_console.context import facts, parts, signed_in
from operator_console.row_ids import read_row_id
from operator_console.words import CONTACT, Said

DUTY = "duty:"


@dataclass(frozen=True)
class Target:
    """Somebody who can be dialled, or whom a caller can be handed to."""

    to: str  # contact:5, as a form says it
    name: str
    relation: Said
    number: str  # as it is shown; "" for a colleague
    way: str  # as the exchange reaches them: digits, device-7, seat-2
    resident_id: int | None = None
    service: bool = False  # emergency: confirmed once more, and not asked to press 1
    words: str = "desk"  # what they hear before they press 1; "" for nobody outside
    who: str = ""  # as the record of an alarm names them: a contact's id, an emergency number, mobile, operator-2

    @property
    def called(self) -> str:
        """What they are called in a sentence."""
        return self.name or self.relation.zh

    @property
    def is_outside(self) -> bool:
        """Whether the carrier reaches them."""
        return self.way != QUEUE and not self.way.startswith(("seat-", "device-"))

    @classmethod
    def queue(cls) -> Self:
        """Whoever of the operators is free."""
        return cls(QUEUE, "人工队列", Said("任何一位话务员", "any operator"), "", QUEUE, words="")


def find_target(to: str) -> Target | None:
    """Whom a form names by `kind:id`; None for whom one may not call, or nobody knows."""
    kind, _, which = to.partition(":")
    if kind == "number":
        return _number(normalise_number(which))
    if to == DUTY:
        return on_duty()
    row_id = read_row_id(which) if which.isascii() and which.isdecimal() else None
    find = FOUND_BY.get(kind)
    return find(row_id) if find and row_id is not None else None


def people_of(resident: Resident | None) -> list[Target]:
    """The resident's family in their order, then keyholders; each by the number that is kept."""
    contacts = sorted(resident.contacts if resident else [], key=lambda one: (one.role.value, one.call_order))
    return [_of_contact(one) for one in contacts if normalise_number(one.number)]


def phones_of(resident: Resident | None) -> list[Target]:
    """The resident's own telephones."""
    if resident is None:
        return []
    devices = [one for one in resident.devices if one.is_watched]
    return [*(_of_phone(one) for one in resident.phones), *(_of_device(one) for one in devices)]


def providers_of(resident: Resident | None) -> list[Target]:
    """The providers of the resident's open orders, and who they send."""
    if resident is None:
        return []
    asked = (
        select(Order)
        .where(Order.resident_id == resident.id, Order.status.in_(TO_BE_DONE), Order.provider_id.is_not(None))
        .options(joinedload(Order.provider), joinedload(Order.worker))
        .order_by(Order.id.desc())
        .limit(5)
    )
    found: dict[str, Target] = {}
    for order in facts().scalars(asked):
        for one in (order.provider and _of_provider(order.provider), order.worker and _of_worker(order.worker)):
            if one:
                found.setdefault(one.to, one)
    return list(found.values())


def services() -> list[Target]:
    """The emergency services."""
    return [_of_service(number) for number in parts().settings.emergency_services]


def on_duty() -> Target | None:
    """The mobile on duty, where the site has one."""
    number = parts().settings.sos_duty_number
    return Target(DUTY, "", WHO_RANG["mobile"], number, normalise_number(number), who="mobile") if number else None


def colleagues() -> list[Target]:
    """The other operators who have a desk."""
    asked = select(Operator).where(Operator.active, Operator.seat.is_not(None), Operator.id != signed_in().id)
    return [_of_operator(one) for one in facts().scalars(asked.order_by(Operator.seat))]


def _number(number: str) -> Target | None:
    if number in parts().settings.emergency_services:
        return _of_service(number)
    if not parts().settings.may_dial(number):
        return None
    return Target(f"number:{number}", "", Said("号码", "number"), number, number)


def _phone(row_id: int) -> Target | None:
    found = facts().get(ResidentPhone, row_id)
    return _of_phone(found) if found else None


def _device(row_id: int) -> Target | None:
    found = facts().get(Device, row_id)
    return _of_device(found) if found and found.has_account and found.status is DeviceStatus.INSTALLED else None


def _contact(row_id: int) -> Target | None:
    found = facts().get(Contact, row_id)
    return _of_contact(found) if found and normalise_number(found.number) else None


def _provider(row_id: int) -> Target | None:
    found = facts().get(Provider, row_id)
    return _of_provider(found) if found and normalise_number(found.number) else None


def _worker(row_id: int) -> Target | None:
    found = facts().get(Worker, row_id)
    return _of_worker(found) if found else None


def _operator(row_id: int) -> Target | None:
    found = facts().get(Operator, row_id)
    return _of_operator(found) if found and found.active and found.seat and found.id != signed_in().id else None


def _call_back(row_id: int) -> Target | None:
    found = facts().get(CallBack, row_id)
    number = normalise_number(found.number) if found else ""
    if found is None or not number:
        return None
    name = found.resident.form_of_address if found.resident else ""
    return Target(f"call-back:{found.id}", name, Said("回电", "call back"), number, number, found.resident_id)


FOUND_BY: dict[str, Callable[[int], Target | None]] = {
    "resident-phone": _phone,
    "device": _device,
    "contact": _contact,
    "provider": _provider,
    "worker": _worker,
    "operator": _operator,
    "call-back": _call_back,
}


def _of_phone(one: ResidentPhone) -> Target:
    return Target(
        f"resident-phone:{one.id}",
        one.resident.form_of_address,
        Said("本人", "resident"),
        one.number,
        one.number,
        one.resident_id,
    )


def _of_device(one: Device) -> Target:
    where = Said(f"一键通{f'，{one.place}' if one.place else ''}", "one-key phone")
    return Target(
        f"device:{one.id}", one.resident.form_of_address, where, one.shown_number, one.account, one.resident_id, words=""
    )


def _of_contact(one: Contact) -> Target:
    is_family, role = one.role is ContactRole.FAMILY, CONTACT[one.role]
    relation = Said(one.relation if is_family and one.relation else f"{one.relation}，{role.zh}".lstrip("，"), role.en)
    number, words = normalise_number(one.number), "family" if is_family else "desk"
    return Target(f"contact:{one.id}", one.name, relation, one.number, number, one.resident_id, words=words, who=str(one.id))


def _of_provider(one: Provider) -> Target:
    return Target(f"provider:{one.id}", one.name, Said("服务商", "provider"), one.number, normalise_number(one.number))


def _of_worker(one: Worker) -> Target | None:
    number = normalise_number(one.number)
    return Target(f"worker:{one.id}", one.name, Said("服务人员", "worker"), one.number, number) if number else None


def _of_operator(one: Operator) -> Target:
    desk = Said(f"话务台 {one.seat}", f"desk {one.seat}")
    return Target(f"operator:{one.id}", one.name, desk, "", f"seat-{one.seat}", words="", who=f"operator-{one.seat}")


def _of_service(number: str) -> Target:
    relation = SERVICES.get(number, Said("紧急服务", "emergency service"))
    return Target(f"number:{number}", number, relation, number, number, service=True, words="", who=number)
