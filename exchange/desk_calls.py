"""What an operator does with calls at the exchange: dials, hands a caller on, asks a third person first; a supervisor listens."""

import logging
import time

from exchange.call_events import desk_of
from exchange.conference import Conference
from exchange.obstacles import CannotAct, Obstacle
from exchange.switchboard import GIVEN_UP_AFTER_MS, OPERATORS_CHANNEL, Sides, Switchboard, checked, further_id, own_phone_id

log = logging.getLogger(__name__)

QUEUE = "queue"  # where no person is named: the operators' queue


def new_call_id(act_id: int) -> str:
    """The unique id of a call that an operator has dialled: Asterisk's own are never like it, nor those of our other calls.

    It looks older than whatever is rung for it, also within the same second: a call is named after its oldest channel.
    """
    return f"{int(time.time()) - 1}.000{act_id}"


class DeskCalls:
    """The acts of the desks. Threads may share it; everything raises `CannotAct`, and then the call is as it was.

    Every act has its number in our database, by which the exchange's event `LinliDesk` tells what became of it. `call_id` is the
    unique id of the caller's channel, or of whoever the operator has dialled; `seat` that of the operator who asks.
    """

    def __init__(self, switchboard: Switchboard, conference: Conference) -> None:
        self._switchboard = switchboard
        self._conference = conference

    def dial(self, call_id: str, act_id: int, seat: int, way: str) -> None:
        """Ring the telephone of `seat`, and once it has answered whoever is reached by `way`; their channel is `call_id`."""
        phone = self._switchboard.own_phone(seat)
        own = own_phone_id(call_id, seat)
        facts = [f"LINLI_CALL={call_id}", f"LINLI_ACT={act_id:d}", f"LINLI_OWN={own}", f"LINLI_WAY={checked(way)}"]
        self._switchboard.ring_own_phone(phone, own, call_id, ("desk-dial", "desk"), facts)
        begun = self._switchboard.do(
            "Originate",
            Channel="Local/call@desk-dial/n",
            ChannelId=call_id,
            Context="desk-dial",
            Exten="called",
            Priority=1,
            Timeout=GIVEN_UP_AFTER_MS,
            Async="true",
            Variable=facts,
        )
        if begun is None:
            self._switchboard.do("Hangup", Channel=own, Cause=16)
            raise CannotAct(Obstacle.REFUSED)
        log.info("call %s: dialled from seat %d", call_id, seat)

    def transfer(self, call_id: str, act_id: int, seat: int, way: str, words: str) -> None:
        """Hand the caller on at once, by `way` or to the QUEUE; where that fails they come back to the operator or the queue."""
        sides = self._of(call_id, seat)
        to = QUEUE if way == QUEUE else "hand-on"
        facts = {} if way == QUEUE else {"LINLI_WAY": checked(way), "LINLI_WORDS": words}
        self._switchboard.set(sides.caller, {"LINLI_ACT": act_id, "LINLI_DESK": desk_of(sides.desk)} | facts)
        self._switchboard.move(sides.caller, to, sides.desk, "leave")

    def ask_aside(self, call_id: str, act_id: int, seat: int, way: str, words: str, *, who: str = "") -> None:
        """Let the caller wait with music, and ring somebody to talk with the operator alone; `who` as in `Conference.call_in`."""
        sides = self._of(call_id, seat)
        third = further_id(call_id, f"{act_id:d}")
        facts = {"LINLI_ACT": act_id, "LINLI_DESK": desk_of(sides.desk), OPERATORS_CHANNEL: sides.desk, "LINLI_THIRD": third}
        self._switchboard.set(sides.caller, facts)
        self._switchboard.move(sides.caller, "held", sides.desk, f"aside-{call_id}")
        try:
            self._conference.ring(call_id, third, way, words=words, act_id=act_id, room="aside", who=who)
        except CannotAct:
            self._together(call_id)
            raise

    def complete(self, call_id: str, seat: int) -> None:
        """Leave the caller with the person who was asked."""
        desk = self._aside(call_id, seat)
        if self._switchboard.in_room(f"aside-{call_id}")[1] == 0:
            raise CannotAct(Obstacle.NOT_YET)
        self._switchboard.insist("Hangup", Channel=desk, Cause=16)

    def take_back(self, call_id: str, seat: int) -> None:
        """Talk with the caller again; whoever was asked, or is still being rung, is let go."""
        self._aside(call_id, seat)
        if third := self._switchboard.ask(call_id, "LINLI_THIRD"):
            self._switchboard.do("Hangup", Channel=third, Cause=16)
        self._together(call_id)

    def talk_together(self, call_id: str, seat: int) -> None:
        """Bring the person who was asked and the caller together, and stay."""
        self._aside(call_id, seat)
        if self._switchboard.in_room(f"aside-{call_id}")[1] == 0:
            raise CannotAct(Obstacle.NOT_YET)
        self._together(call_id)

    def call_in(self, call_id: str, act_id: int, seat: int, way: str, words: str) -> None:
        """Ring somebody who joins the caller and the operator."""
        self._of(call_id, seat, at_most=9)
        self._conference.call_in(call_id, "", way, act_id=act_id, words=words)

    def listen(self, call_id: str, act_id: int, seat: int, *, whisper: bool) -> None:
        """Ring the supervisor's own telephone, to hear what the operator of the call hears and says, and to prompt them."""
        phone = self._switchboard.own_phone(seat)
        try:
            desk = self._switchboard.sides(call_id).desk
        except CannotAct as cannot:
            if cannot.obstacle is not Obstacle.ASIDE:
                raise
            desk = self._switchboard.ask(call_id, OPERATORS_CHANNEL) or ""
        if not desk_of(desk):
            raise CannotAct(Obstacle.NOBODY)
        facts = [f"LINLI_SPIED={desk}", f"LINLI_ACT={act_id:d}"]
        to = ("listening", "whisper" if whisper else "listen")
        self._switchboard.ring_own_phone(phone, further_id(call_id, f"{act_id:d}"), call_id, to, facts)

    def join(self, call_id: str, act_id: int, seat: int) -> None:
        """Ring the supervisor's own telephone, to talk with the two."""
        self._conference.join(call_id, act_id, seat)

    def _of(self, call_id: str, seat: int, at_most: int = 0) -> Sides:
        sides = self._switchboard.sides(call_id)
        if desk_of(sides.desk).rpartition("-")[2] != str(seat):
            raise CannotAct(Obstacle.NOT_YOURS)
        if sides.others > at_most:
            raise CannotAct(Obstacle.THREE)
        return sides

    def _aside(self, call_id: str, seat: int) -> str:
        """The operator's channel while they ask somebody."""
        self._switchboard.caller(call_id)
        desk = self._switchboard.ask(call_id, OPERATORS_CHANNEL) or ""
        if not any(self._switchboard.in_room(f"aside-{call_id}")):
            raise CannotAct(Obstacle.NOT_ASIDE)
        if desk_of(desk).rpartition("-")[2] != str(seat):
            raise CannotAct(Obstacle.NOT_YOURS)
        return desk

    def _together(self, call_id: str) -> None:
        """End the talk aside: whoever is in it goes on to the caller (conference.conf)."""
        self._switchboard.do("ConfbridgeKick", Conference=f"aside-{call_id}", Channel="all")
