"""A telephone that we have rung and somebody has answered, from the first word to goodbye, or to a person."""

import logging
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from sqlalchemy.orm import Session

from agi_scripts.channel import Channel
from agi_scripts.talking import Talks
from dispatch.ringing.ways import device_of
from ivr.conversation import Conversation
from ivr.errors import CallerHungUp, HandOver
from ivr.record import begin_call
from models.calls import Call, Direction
from models.devices import Device
from models.residents import Resident

log = logging.getLogger(__name__)

# Our own faults: whom we have called hears that we are sorry and is called again.
FAULTS = frozenset({"fault", "media"})


class Answered(Protocol):
    """An attempt that was answered, with its call's file; each kind knows more of it."""

    @property
    def call(self) -> Call:
        """The call's file."""
        ...


A = TypeVar("A", bound=Answered)
R = TypeVar("R")


@dataclass(frozen=True)
class PlacedCalls(ABC, Generic[A, R]):
    """A script for calls of one kind. The extension is the attempt's id; each attempt ends with one of the kind's results."""

    talks: Talks

    reached: ClassVar[Any]  # the result where a person of ours takes the call, or another's telephone is rung
    cut_off: ClassVar[Any]
    failed: ClassVar[Any]

    def __call__(self, channel: Channel) -> None:
        """Hold the conversation; the dialplan reads LINLI_OUTCOME, and without one says that we are sorry."""
        with self.talks.surroundings.sessions() as session:
            answered = self.take(session, channel, int(channel.extension)) if channel.extension.isdecimal() else None
        if answered is None:
            log.warning("call %s: there is no such attempt", channel.unique_id)
            channel.set_variable("LINLI_OUTCOME", "goodbye")
            return
        channel.renew_lease(self.talks.settings.call_lease_s)
        result: R = self.failed
        try:
            result = self.talks.hold(channel, answered.call, lambda talk: self.dialogue(talk, answered))
        except CallerHungUp:
            result = self.cut_off
            raise
        except HandOver as why:
            if why.reason in FAULTS:
                raise
            result = self.reached
            self._bring(channel, answered.call, why)
        finally:
            self.end(answered, result)

    @abstractmethod
    def take(self, session: Session, channel: Channel, attempt_id: int) -> A | None:
        """Open the call's file for the attempt that was answered; None for an attempt that is over."""

    @abstractmethod
    async def dialogue(self, talk: Conversation, answered: A) -> R:
        """Hold the conversation and return what came of the attempt."""

    @abstractmethod
    def end(self, answered: A, result: R) -> None:
        """Write down what came of it, and see to what follows."""

    def _bring(self, channel: Channel, call: Call, why: HandOver) -> None:
        """The exchange rang them; operators, and the ladder of an alarm, are to know them by their own number and telephone."""
        try:
            channel.set_variable("CALLERID(num)", call.number)
            if call.device_id:
                channel.set_variable("LINLI_DEVICE", call.device_id)
        finally:
            self.talks.pass_on(channel, call, why)


def begin_placed_call(session: Session, channel: Channel, way: str, resident: Resident | None) -> Call:
    """Open the file of a call to that way, a number or a one-key phone."""
    device = session.get(Device, device_of(way) or 0)
    number, device_id = (device.number, device.id) if device else (way, None)
    call = begin_call(session, channel.unique_id, number, device_id, [resident] if resident else [])
    call.direction = Direction.OUT
    session.commit()
    return call
