"""Operators' states follow their calls: wrapping up begins by itself and ends in time, and the queue knows of every pause."""

import logging
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from dispatch.desks import begin_wrap_up, let_lapse, paused_seats
from exchange.ami import AsteriskManager
from exchange.call_events import seat_of
from exchange.seats import Seats
from models.base import utc_now
from models.calls import Call, CallStatus
from models.database import SessionMaker
from models.operators import Operator
from models.settings import Settings

log = logging.getLogger(__name__)

LOOK_EVERY_S = 1.0
ANSWERED = "6"  # AST_STATE_UP: a telephone that only rang is hung up in another state
LISTENING = "listening"  # the dialplan's context of a supervisor who only listens
TOGETHER = "conference"  # that of calls with a third person, and of those that are handed on
HUNG_UP = "16"  # the cause where somebody has ended it; a telephone that is lost has another
# Whose telephone is gone while the call goes on may come back to it; then the call has not ended for them.
COMES_BACK_WITHIN_S = 30


@dataclass(frozen=True)
class _Left:
    """A seat's telephone is gone from a call: which, when, and whether the others in it go on without."""

    call_id: str
    at: datetime
    for_good: bool


class DeskKeeper:
    """Looks every second, on a thread of its own; `start` before the manager connects, after the watch that closes calls."""

    def __init__(self, settings: Settings, sessions: SessionMaker, manager: AsteriskManager) -> None:
        self._settings = settings
        self._sessions = sessions
        self._manager = manager
        self._seats = Seats(manager)
        self._told: dict[int, str] = {}
        self._left: dict[int, _Left] = {}  # seats whose telephone has left a call
        self._talking: dict[int, str] = {}  # seats and the channel by which they talk
        self._one_at_a_time = threading.Lock()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="desk-keeper", daemon=True)

    def start(self) -> None:
        """Follow the desks."""
        self._manager.on("Hangup", self._hung_up)
        self._manager.on("CEL", self._talks)
        self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._stopping.set()
        self._thread.join(5)

    def look(self) -> None:
        """End what has lapsed, and tell the exchange what it does not know."""
        with self._one_at_a_time:
            with self._sessions.begin() as session:
                self._settle(session)
                let_lapse(session, utc_now(), self._settings.wrap_up_s)
                wanted = paused_seats(session)
            self._tell(wanted)

    def _hung_up(self, event: Any) -> None:
        channel = event.get_header("Channel", "")
        seat = seat_of(channel)
        was_talking = event.get_header("ChannelState") == ANSWERED and event.get_header("Context") != LISTENING
        # What a page left behind in a room is lost only after the page that came next has joined it.
        if seat and was_talking and self._talking.setdefault(seat, channel) == channel:
            del self._talking[seat]
            hung_up_on_others = (event.get_header("Context"), event.get_header("Cause")) == (TOGETHER, HUNG_UP)
            call_id = str(event.get_header("Linkedid", "")).partition("-")[0]
            self._left[seat] = _Left(call_id, utc_now(), for_good=hung_up_on_others)
        if self._left:
            self.look()

    def _talks(self, event: Any) -> None:
        channel = event.get_header("Channel", "")
        if event.get_header("EventName") == "BRIDGE_ENTER" and (seat := seat_of(channel)):
            self._talking[seat] = channel
            self._left.pop(seat, None)

    def _settle(self, session: Session) -> None:
        """Whose call is over wraps it up; a caller whom they have on hold is talked to first."""
        for seat, left in list(self._left.items()):
            calls = _calls_up(session, seat)
            may_come_back = not left.for_good and utc_now() - left.at < timedelta(seconds=COMES_BACK_WITHIN_S)
            if calls - {left.call_id} or (calls and may_come_back):
                continue
            self._left.pop(seat, None)
            if self._settings.wrap_up_s and begin_wrap_up(session, seat, left.at):
                log.info("seat %d wraps up", seat)

    def _tell(self, wanted: dict[int, str]) -> None:
        """All of it anew once the exchange has been away: it forgets pauses when it starts."""
        if not self._manager.connected():
            self._told = {}
            return
        for seat in range(1, self._settings.operator_seats + 1):
            reason = wanted.get(seat, "")
            if self._told.get(seat) == reason:
                continue
            if not (self._seats.pause(seat, reason) if reason else self._seats.free(seat)):
                return
            self._told[seat] = reason

    def _run(self) -> None:
        while not self._stopping.wait(LOOK_EVERY_S):
            try:
                self.look()
            except SQLAlchemyError as error:
                log.warning("the desks' states could not be kept: %s", error)


def _calls_up(session: Session, seat: int) -> set[str]:
    mine = select(Call.channel_id).join(Operator, Operator.id == Call.operator_id).where(Operator.seat == seat)
    return set(session.scalars(mine.where(Call.status == CallStatus.OPERATOR, Call.ended_at.is_(None))))
