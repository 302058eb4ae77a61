"""The screen pop: everything an operator needs to know of one call, read in a handful of indexed queries."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from models.alarms import Alarm
from models.calls import Call, CallStatus, Direction
from models.devices import Device
from models.orders import TO_BE_DONE, Order, OrderStatus
from models.phones import normalise_number
from models.residents import Contact, Resident, ResidentPhone
from operator_console.context import facts

OPEN_ORDERS = (*TO_BE_DONE, OrderStatus.UNFILLED, OrderStatus.DISPUTED)
OPEN_SHOWN = 5
PAST_SHOWN = 3


class Certainty(StrEnum):
    """How sure it is who calls."""

    DEVICE = "device"  # their own one-key phone
    NUMBER = "number"  # the one resident who calls from it
    SAID = "said"  # by the caller, or by an operator
    DIALLED = "dialled"  # we called them
    WHICH = "which"  # several share the telephone
    FAMILY = "family"  # a contact's number: probably for their resident
    UNKNOWN = "unknown"
    WITHHELD = "withheld"


@dataclass
class ScreenPop:
    """What is known of the call on one channel; `call` is None in the moments before its row is written."""

    channel: str
    number: str
    call: Call | None = None
    alarm: Alarm | None = None
    resident: Resident | None = None
    certainty: Certainty = Certainty.UNKNOWN
    candidates: Sequence[Resident] = ()
    contacts: Sequence[Contact] = ()  # whose number it is, with their residents
    open_orders: Sequence[Order] = ()
    past_orders: Sequence[Order] = ()
    past_calls: Sequence[Call] = ()
    orders_of_call: Sequence[Order] = field(default_factory=list)

    @property
    def over(self) -> bool:
        """Whether the caller has gone."""
        return self.call is not None and self.call.ended_at is not None

    @property
    def on_the_line(self) -> bool:
        """Whether an operator talks to them now."""
        return self.call is not None and self.call.status is CallStatus.OPERATOR and not self.over


def read_pop(channel: str, number: str, call: Call | None, alarm: Alarm | None) -> ScreenPop:
    """All of the call on `channel`; `number` is the caller's as the telephone shows it, while nothing is written yet."""
    pop = ScreenPop(channel, call.number if call else normalise_number(number), call, alarm)
    if pop.alarm and not pop.number:
        pop.number = pop.alarm.number
    _find_resident(pop)
    if pop.resident:
        _read_past(pop, pop.resident.id)
    elif pop.call and pop.number:
        pop.past_calls = facts().scalars(_calls(pop).where(Call.number == pop.number)).all()
    return pop


def _find_resident(pop: ScreenPop) -> None:
    """Who it is, and how sure that is."""
    device = _device(pop)
    known = (pop.call and pop.call.resident_id) or (pop.alarm and pop.alarm.resident_id)
    sharing = _residents_of(pop.number)
    if device:
        known, pop.certainty = known or device.resident_id, Certainty.DEVICE
    elif pop.call and pop.call.direction is Direction.OUT:
        pop.certainty = Certainty.DIALLED
    elif len(sharing) == 1:
        pop.certainty = Certainty.NUMBER if known in (None, sharing[0].id) else Certainty.SAID
        known = known or sharing[0].id
    elif known:
        pop.certainty = Certainty.SAID
    elif sharing:
        pop.certainty, pop.candidates = Certainty.WHICH, sharing
    else:
        _ask_family(pop)
    if known:
        pop.resident = facts().get(Resident, known)


def _device(pop: ScreenPop) -> Device | None:
    """The one-key phone that calls, if it is one."""
    if pop.call:
        return pop.call.device
    if pop.alarm:
        return pop.alarm.device
    return facts().scalar(select(Device).where(Device.number == pop.number)) if pop.number else None


def _residents_of(number: str) -> Sequence[Resident]:
    if not number:
        return ()
    calls_from = select(ResidentPhone.resident_id).where(ResidentPhone.number == number)
    return facts().scalars(select(Resident).where(Resident.id.in_(calls_from)).order_by(Resident.id)).all()


def _ask_family(pop: ScreenPop) -> None:
    """Nobody calls from this number; a daughter may."""
    if not pop.number:
        pop.certainty = Certainty.WITHHELD
        return
    asked = select(Contact).where(Contact.number == pop.number).options(joinedload(Contact.resident)).limit(OPEN_SHOWN)
    pop.contacts = facts().scalars(asked.order_by(Contact.id)).all()
    pop.candidates = list(dict.fromkeys(contact.resident for contact in pop.contacts))
    pop.certainty = Certainty.FAMILY if pop.contacts else Certainty.UNKNOWN


def _read_past(pop: ScreenPop, resident_id: int) -> None:
    """What is under way for them, and what was."""
    own = select(Order).where(Order.resident_id == resident_id).order_by(Order.id.desc())
    own = own.options(joinedload(Order.service), joinedload(Order.provider))
    pop.open_orders = facts().scalars(own.where(Order.status.in_(OPEN_ORDERS)).limit(OPEN_SHOWN)).all()
    pop.past_orders = facts().scalars(own.where(Order.status.not_in(OPEN_ORDERS)).limit(PAST_SHOWN)).all()
    pop.past_calls = facts().scalars(_calls(pop).where(Call.resident_id == resident_id)).all()
    if pop.call:
        pop.orders_of_call = [order for order in (*pop.open_orders, *pop.past_orders) if order.call_id == pop.call.id]


def _calls(pop: ScreenPop) -> Select[Call]:
    """The last calls but this one."""
    return select(Call).where(Call.channel_id != pop.channel).order_by(Call.id.desc()).limit(PAST_SHOWN)
