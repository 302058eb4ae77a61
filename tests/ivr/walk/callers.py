"""Every kind of caller that the hotline tells apart, each in a town of their own."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from ivr.dialogues.caller import Caller, know_caller, residents_calling
from ivr.record import begin_call
from models.devices import Device
from models.orders import OrderStatus
from models.residents import Contact, ContactRole, ResidentPhone, family_of, residents_by_number
from tests.ivr.conftest import NOW
from tests.ivr.orders import place
from tests.ivr.telling import ALONE
from tests.ivr.walk.held import Held
from tests.ivr.walk.town import Town

STRANGER = "13999999999"


@dataclass(frozen=True)
class Kind:
    """One kind of caller."""

    name: str
    number: str = ALONE
    device: bool = False
    prepare: Callable[[Session, int], None] = lambda session, resident_id: None


def _has_nothing_open(session: Session, resident_id: int) -> None:
    place(session, resident_id, "meal", NOW - timedelta(days=3), OrderStatus.COMPLETED, details={"份": 2})


def _has_three_orders(session: Session, resident_id: int) -> None:
    place(session, resident_id, "repair", NOW + timedelta(days=1), OrderStatus.PLACED)
    place(session, resident_id, "repair", NOW + timedelta(days=2), OrderStatus.ACCEPTED)
    place(session, resident_id, "meal", NOW + timedelta(hours=1), OrderStatus.ON_THE_WAY)
    _has_family(session, resident_id, 4)


def _has_one_order(session: Session, resident_id: int) -> None:
    place(session, resident_id, "repair", NOW + timedelta(days=1), OrderStatus.ACCEPTED)
    _has_family(session, resident_id, 2)


def _has_an_order_that_nobody_takes(session: Session, resident_id: int) -> None:
    place(session, resident_id, "repair", NOW + timedelta(days=1), OrderStatus.UNFILLED)
    _has_family(session, resident_id, 0)


def _has_family(session: Session, resident_id: int, size: int) -> None:
    for contact in session.scalars(select(Contact).where(Contact.resident_id == resident_id)):
        session.delete(contact)
    for order in range(1, size + 1):
        who = {"name": f"王{'强丽敏芳'[order - 1]}", "relation": "儿子" if order == 1 else "女儿", "number": f"1390000000{order}"}
        session.add(Contact(role=ContactRole.FAMILY, resident_id=resident_id, call_order=order, **who))
    session.commit()


KINDS = (
    Kind("one resident who never ordered anything"),
    Kind("one resident whose last order was carried out", prepare=_has_nothing_open),
    Kind("one resident with an order to come and two in the family", prepare=_has_one_order),
    Kind("one resident with three orders to come and four in the family", prepare=_has_three_orders),
    Kind("one resident with an order that nobody takes and no family", prepare=_has_an_order_that_nobody_takes),
    Kind("a one-key phone whose green key was pressed", number="", device=True),
    Kind("two residents on one telephone", number="two"),
    Kind("a stranger", number=STRANGER),
    Kind("a stranger whose number is withheld", number=""),
)


def arrive(kind: Kind, content: bytes) -> tuple[Town, Caller, Held]:
    """Let such a caller call: the town, who it may be, and the conversation before its first word."""
    town = Town(content)
    with town.sessions() as session:
        device = session.scalars(select(Device)).first() if kind.device else None
        number = _shared(session) if kind.number == "two" else kind.number
        calling = residents_calling(session, number, device.id if device else None)
        for resident in calling:
            kind.prepare(session, resident.id)
        caller = know_caller(session, calling)
        town.family_size = len(family_of(session, calling[0].id)) if calling else 0
        town.call_id = begin_call(session, "walk.1", number, device.id if device else None, calling).id
    return town, caller, Held(town=town.begin())


def _shared(session: Session) -> str:
    numbers: Iterator[str] = (phone.number for phone in session.scalars(select(ResidentPhone)))
    return next(number for number in numbers if len(residents_by_number(session, number)) == 2)
