"""A third person is called into a call, and the caller stays on the line: keyholder, family, provider, 120, the supervisor."""

import logging
import re
import threading
import time

from exchange.obstacles import CannotAct, Obstacle
from exchange.switchboard import GIVEN_UP_AFTER_MS, OPERATORS_CHANNEL, WAY, Switchboard, checked, further_id

log = logging.getLogger(__name__)

NOT_DIALLED, NOT_NAMED = re.compile(r"[^+0-9]"), re.compile(r"[^-0-9a-z]")
# The two are in the room some milliseconds after they were sent there; who is not there by then has gone.
IN_ROOM_WITHIN_S, LOOK_EVERY_S = 2.0, 0.02


class Conference:
    """Rooms of calls, named after the caller's channel. Threads may share it."""

    def __init__(self, switchboard: Switchboard) -> None:
        self._switchboard = switchboard
        self._one_at_a_time = threading.Lock()  # two who begin at once would send the same call into the room twice

    def call_in(self, call_id: str, who: str, number: str, *, act_id: int | None = None, words: str | None = None) -> None:
        """Have `number` rung, to join the caller whose channel has Asterisk's unique id `call_id` and whoever answered them.

        Returns once the exchange has begun; what becomes of it is told by its events (LINLI_JOIN, LINLI_JOINED,
        LINLI_JOIN_FAILED), which name `who`: a contact's id, an emergency number, `mobile` for the one on duty; and by
        LinliDesk where it is an act of a desk. `words` are those before the question to press 1: `sos` where not given,
        `family`, `desk`, or "" where none is asked; nor is it of who is named by their own number: 120 and its like. Raises
        `CannotAct`.
        """
        way = number if WAY.fullmatch(number) else NOT_DIALLED.sub("", number)
        with self._one_at_a_time:
            third = further_id(call_id, checked(way))
            if self._switchboard.ask(third, "CHANNEL(name)") is not None:
                raise CannotAct(Obstacle.ALREADY)
            self._take_into_room(call_id)
            if words is None:
                words = "" if who == way else "sos"
            self.ring(call_id, third, way, words=words, act_id=act_id, who=who, room="room")
        log.info("call %s: calling %s in", call_id, who)

    def join(self, call_id: str, act_id: int, seat: int) -> None:
        """Have a supervisor's own telephone rung, and let them talk with the two."""
        phone = self._switchboard.own_phone(seat)
        with self._one_at_a_time:
            self._take_into_room(call_id)
        to = ("conference", f"also-{call_id}")
        self._switchboard.ring_own_phone(phone, further_id(call_id, f"{act_id:d}"), call_id, to, [f"LINLI_ACT={act_id:d}"])

    def ring(self, call_id: str, third: str, way: str, *, words: str, act_id: int | None, room: str, who: str = "") -> None:
        """Have somebody rung, by a channel `third`, to enter the `room` of the call, or the operator's own (`aside`)."""
        self._switchboard.insist(
            "Originate",
            Channel="Local/call-in@conference/n",
            ChannelId=third,  # Asterisk has no two channels of one id: a button pressed twice rings once
            Context="conference",
            Exten="called-in",
            Priority=1,
            Timeout=GIVEN_UP_AFTER_MS,
            Async="true",
            Variable=[
                f"LINLI_OF={call_id}",
                f"LINLI_CALLER={self._switchboard.caller(call_id)}",
                # whose words the called person hears
                f"LINLI_WHO_CALLS={self._switchboard.ask(call_id, 'LINLI_WHO_CALLS') or ''}",
                f"LINLI_WHO={NOT_NAMED.sub('', who)}",
                f"LINLI_WAY={checked(way)}",
                f"LINLI_WORDS={words}",
                f"LINLI_ACT={act_id or ''}",
                f"LINLI_ROOM={room}-{call_id}",
            ],
        )

    def _take_into_room(self, call_id: str) -> None:
        """See that both sides of the call are in its room."""
        self._switchboard.caller(call_id)
        if self._are_in_room(call_id):  # also where whoever answered has left, and others are with the caller
            return
        sides = self._switchboard.sides(call_id)
        self._switchboard.set(sides.caller, {OPERATORS_CHANNEL: sides.desk})
        self._switchboard.move(sides.caller, "resident", sides.desk, f"helper-{call_id}")
        deadline = time.monotonic() + IN_ROOM_WITHIN_S
        while not self._are_in_room(call_id):
            if time.monotonic() > deadline:  # whoever talked has hung up just now, and the caller goes to another
                raise CannotAct(Obstacle.NOBODY)
            time.sleep(LOOK_EVERY_S)

    def _are_in_room(self, call_id: str) -> bool:
        """Whether the caller and somebody else are; in a room everybody is marked but the caller (confbridge.conf)."""
        everybody, marked = self._switchboard.in_room(f"room-{call_id}")
        return everybody > marked > 0
