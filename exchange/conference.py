"""A third person is called into a call, and the one who needs help stays on the line: keyholder, family, 120."""

import logging
import re
import threading
import time
from enum import StrEnum

from asterisk.manager import ManagerException

from exchange.ami import AsteriskManager, Message

log = logging.getLogger(__name__)

NOT_DIALLED = re.compile(r"[^+0-9]")
# Longer than anybody is rung (join_rings_s): the dialplan ends the ringing, and says so in its own event.
GIVEN_UP_AFTER_MS = 180_000
# The two are in the room some milliseconds after they were sent there; who is not there by then has gone.
IN_ROOM_WITHIN_S, LOOK_EVERY_S = 2.0, 0.02


class Obstacle(StrEnum):
    """Why nobody can be called in; the call is as it was before."""

    NO_EXCHANGE = "no_exchange"  # the manager interface does not answer
    OVER = "over"  # the resident's line is gone
    NOBODY = "nobody"  # no person talks to the resident yet
    ALREADY = "already"  # this number is being called, or is in the call
    REFUSED = "refused"  # the exchange would not join them


class CannotCallIn(Exception):
    """Nobody was called in; `obstacle` says why."""

    def __init__(self, obstacle: Obstacle) -> None:
        self.obstacle = obstacle
        super().__init__(obstacle.value)


class Conference:
    """The manager interface as the operators' desk uses it, with its own account `linli-desk`. Threads may share it."""

    def __init__(self, manager: AsteriskManager) -> None:
        self._manager = manager
        self._one_at_a_time = threading.Lock()  # two who begin at once would send the same call into the room twice

    def call_in(self, call_id: str, who: str, number: str) -> None:
        """Have `number` rung, to join the resident whose channel has Asterisk's unique id `call_id` and whoever answered them.

        Returns once the exchange has begun; what becomes of it is told by its events (LINLI_JOIN, LINLI_JOINED,
        LINLI_JOIN_FAILED), which name `who`: a contact's id or an emergency number. Raises `CannotCallIn`.
        """
        dialled = NOT_DIALLED.sub("", number)
        third = f"{call_id}-{dialled}"
        try:
            with self._one_at_a_time:
                resident = self._ask(call_id, "CHANNEL(name)")
                if resident is None:
                    raise CannotCallIn(Obstacle.OVER)
                if self._ask(third, "CHANNEL(name)") is not None:
                    raise CannotCallIn(Obstacle.ALREADY)
                if not self._are_in_room(call_id):
                    self._take_into_room(call_id, resident)
                self._ring(call_id, resident, third, who, dialled)
        except ManagerException as error:
            log.warning("call %s: nobody can be called in: %s", call_id, error)
            raise CannotCallIn(Obstacle.NO_EXCHANGE) from error
        log.info("call %s: calling %s in", call_id, who)

    def _are_in_room(self, call_id: str) -> bool:
        """Whether the resident and somebody else are; in a room everybody is marked but the resident (confbridge.conf)."""
        everybody, marked = (self._ask(call_id, f"CONFBRIDGE_INFO({kind},alarm-{call_id})") for kind in ("parties", "marked"))
        return int(everybody or 0) > int(marked or 0) > 0

    def _take_into_room(self, call_id: str, resident: str) -> None:
        """Move both sides of the call at once: neither is hung up because the other has left."""
        helper = self._ask(call_id, "BRIDGEPEER")
        # What a channel says of its peer outlives the call; both say it only while it lasts.
        if not helper or self._ask(helper, "BRIDGEPEER") != resident:
            raise CannotCallIn(Obstacle.NOBODY)
        moved = self._do(
            "Redirect",
            Channel=resident,
            Context="conference",
            Exten="resident",
            Priority=1,
            ExtraChannel=helper,
            ExtraContext="conference",
            ExtraExten=f"helper-{call_id}",
            ExtraPriority=1,
        )
        if moved is None:
            raise CannotCallIn(Obstacle.REFUSED)
        deadline = time.monotonic() + IN_ROOM_WITHIN_S
        while not self._are_in_room(call_id):
            if time.monotonic() > deadline:  # whoever talked has hung up just now, and the resident is rung through to another
                raise CannotCallIn(Obstacle.NOBODY)
            time.sleep(LOOK_EVERY_S)

    def _ring(self, call_id: str, resident: str, third: str, who: str, number: str) -> None:
        begun = self._do(
            "Originate",
            Channel="Local/call-in@conference/n",
            ChannelId=third,  # Asterisk has no two channels of one id: a button pressed twice rings once
            Context="conference",
            Exten="called-in",
            Priority=1,
            Timeout=GIVEN_UP_AFTER_MS,
            Async="true",
            Variable=[
                f"LINLI_ALARM={call_id}",
                f"LINLI_RESIDENT={resident}",
                f"LINLI_WHO_CALLS={self._ask(call_id, 'LINLI_WHO_CALLS') or ''}",  # whose words the called person hears
                f"LINLI_WHO={NOT_DIALLED.sub('', who)}",
                f"LINLI_NUMBER={number}",
            ],
        )
        if begun is None:
            raise CannotCallIn(Obstacle.REFUSED)

    def _ask(self, channel: str, variable: str) -> str | None:
        """A variable of a channel, by its name or its unique id; None where there is no such channel."""
        answer = self._do("Getvar", Channel=channel, Variable=variable)
        return None if answer is None else str(answer.get_header("Value", ""))

    def _do(self, action: str, **fields: object) -> Message | None:
        answer = self._manager.send_action({"Action": action, **fields})
        if answer.get_header("Response") == "Error":
            log.info("%s was refused: %s", action, answer.get_header("Message"))
            return None
        return answer
