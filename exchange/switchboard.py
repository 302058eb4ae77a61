"""The manager interface as the operators' desks use it: what a call is now, and moving its sides in the dialplan."""

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass

from asterisk.manager import ManagerException

from exchange.ami import AsteriskManager, Message
from exchange.call_events import desk_of
from exchange.obstacles import CannotAct, Obstacle

log = logging.getLogger(__name__)

# How somebody is reached: digits by the carrier, or a telephone that registers with us.
WAY = re.compile(r"\+?[0-9]{3,15}|device-[0-9]{1,9}|seat-[0-9]{1,4}")
CALL_ID = re.compile(r"[0-9]{1,12}\.[0-9]{1,12}")
# Longer than anybody is rung: the dialplan ends the ringing, and says so in its own event.
GIVEN_UP_AFTER_MS = 180_000
# How long the operator's own telephone may ring before what they asked for is given up.
OWN_PHONE_MS = 15_000
YOUNGEST_S = 2**31 - 1
# On the caller's channel: the operator's while they are not bridged with each other alone.
OPERATORS_CHANNEL = "SHARED(LINLI_DESK_CHANNEL)"


@dataclass(frozen=True)
class Sides:
    """Who talks, by their channels' names."""

    caller: str  # whoever is not the operator: also somebody whom the operator has dialled
    desk: str  # the operator's telephone
    in_room: bool  # they talk in a room and not directly
    others: int  # who else is in the room


class Switchboard:
    """An account of the manager interface, `linli-desk`. Threads may share it; everything raises `CannotAct`."""

    def __init__(self, manager: AsteriskManager) -> None:
        self._manager = manager

    def sides(self, call_id: str) -> Sides:
        """Who talks in the call whose caller's channel has this unique id."""
        caller = self.caller(call_id)
        everybody, marked = self.in_room(f"room-{call_id}")
        if everybody > marked > 0:
            desk = self.ask(call_id, OPERATORS_CHANNEL) or ""
            if not desk or self.ask(desk, "CHANNEL(name)") is None:
                raise CannotAct(Obstacle.NOBODY)
            return Sides(caller, desk, in_room=True, others=marked - 1)
        if any(self.in_room(f"aside-{call_id}")):
            raise CannotAct(Obstacle.ASIDE)
        peer = self.ask(call_id, "BRIDGEPEER") or ""
        # What a channel says of its peer outlives the call; both say it only while it lasts.
        if not desk_of(peer) or self.ask(peer, "BRIDGEPEER") != caller:
            raise CannotAct(Obstacle.NOBODY)
        return Sides(caller, peer, in_room=False, others=0)

    def caller(self, call_id: str) -> str:
        """The name of the channel with this unique id."""
        name = self.ask(call_id, "CHANNEL(name)") if CALL_ID.fullmatch(call_id) else None
        if name is None:
            raise CannotAct(Obstacle.OVER)
        return name

    def in_room(self, room: str) -> tuple[int, int]:
        """How many are in a room, and how many of them are marked: all but the caller, or in an `aside` all but the operator."""
        everybody, marked = (self.ask("", f"CONFBRIDGE_INFO({kind},{room})") for kind in ("parties", "marked"))
        return int(everybody or 0), int(marked or 0)

    def move(self, caller: str, caller_to: str, desk: str, desk_to: str) -> None:
        """Send both sides to extensions of the context `conference` at once: neither is hung up because the other has left."""
        there = {"Context": "conference", "Exten": caller_to, "Priority": 1}
        also = {"ExtraChannel": desk, "ExtraContext": "conference", "ExtraExten": desk_to, "ExtraPriority": 1}
        self.insist("Redirect", Channel=caller, **there, **also)

    def own_phone(self, seat: int) -> str:
        """The operator's own telephone, which must be free: that in the browser where it is there, else the plain one."""
        for name in (f"operator-{seat:d}", f"desk-{seat:d}"):
            if self.ask("", f"PJSIP_AOR({name},contact)"):
                if self.ask("", f"DEVICE_STATE(PJSIP/{name})") != "NOT_INUSE":
                    raise CannotAct(Obstacle.TALKING)
                return f"PJSIP/{name}"
        raise CannotAct(Obstacle.NO_PHONE)

    def ring_own_phone(self, phone: str, channel_id: str, call_id: str, to: tuple[str, str], facts: list[str]) -> None:
        """Ring a telephone of ours, which may answer by itself, and send it to a context's extension once it has answered."""
        context, extension = to
        headers = ["PJSIP_HEADER(add,X-Linli-Answer)=auto", f"PJSIP_HEADER(add,X-Linli-Call)={call_id}"]
        self.insist(
            "Originate",
            Channel=phone,
            ChannelId=channel_id,
            Context=context,
            Exten=extension,
            Priority=1,
            Timeout=OWN_PHONE_MS,
            Async="true",
            Variable=[*facts, *headers],
        )

    def ask(self, channel: str, variable: str) -> str | None:
        """A variable of a channel, by its name or unique id, or of none; None where there is no such channel."""
        answer = self.do("Getvar", **({"Channel": channel} if channel else {}), Variable=variable)
        return None if answer is None else str(answer.get_header("Value", ""))

    def set(self, channel: str, variables: Mapping[str, object]) -> None:
        """Set variables of a channel."""
        for name, value in variables.items():
            self.insist("Setvar", Channel=channel, Variable=name, Value=value)

    def insist(self, action: str, **fields: object) -> None:
        """Have it done, or raise `Obstacle.REFUSED`."""
        if self.do(action, **fields) is None:
            raise CannotAct(Obstacle.REFUSED)

    def do(self, action: str, **fields: object) -> Message | None:
        """The answer to an action; None where it is an error."""
        try:
            answer = self._manager.send_action({"Action": action, **fields})
        except ManagerException as error:
            log.warning("%s: the exchange does not answer: %s", action, error)
            raise CannotAct(Obstacle.NO_EXCHANGE) from error
        if answer.get_header("Response") == "Error":
            log.info("%s was refused: %s", action, answer.get_header("Message"))
            return None
        return answer


def further_id(call_id: str, number: int | str) -> str:
    """The unique id of another channel of a call. It looks younger than all others: a call is named after its oldest channel.

    The letter at its end: Asterisk refuses an id with which that of any other channel begins, so 12 would be refused beside 120.
    """
    return f"{call_id}-{YOUNGEST_S}.{number}z"


def own_phone_id(call_id: str, seat: int) -> str:
    """That of the telephone of whoever dials, which may be there before the call's own channel: it does not begin with its id."""
    return f"own{further_id(call_id, seat)}"


def checked(way: str) -> str:
    """`way` itself, if the dialplan can dial it."""
    if not WAY.fullmatch(way):
        raise CannotAct(Obstacle.NO_NUMBER)
    return way
