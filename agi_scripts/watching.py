"""What becomes of calls once they have left Python: Asterisk's events, written into the calls' files."""

import logging
import threading
from typing import Any

from asterisk.manager import ManagerException
from sqlalchemy import select

from dispatch.call_backs import note_abandoned, note_answered
from exchange.ami import AsteriskManager
from exchange.call_events import desk_of, device_of, text_of
from ivr.dialogues.caller import residents_calling
from ivr.record import answer_call, begin_call, close_call, close_forgotten_calls, hand_over_call, put_call_through, reopen_call
from models.base import utc_now
from models.calls import Call, CallStatus
from models.database import SessionMaker
from models.phones import mask_number

log = logging.getLogger(__name__)

LOOK_EVERY_S = 30.0


class CallWatch:
    """Follows queues and hang-ups over the manager interface; `start` before the manager connects."""

    def __init__(self, manager: AsteriskManager, sessions: SessionMaker) -> None:
        self._manager = manager
        self._sessions = sessions
        self._live: list[str] = []
        self._asked_at = utc_now()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._look_for_forgotten, name="call-watch", daemon=True)

    def start(self) -> None:
        """Follow the events that matter."""
        self._manager.on("QueueCallerJoin", self._waiting)
        self._manager.on("AgentConnect", self._answered)
        self._manager.on("Hangup", self._ended)
        self._manager.on("CEL", self._logged)
        self._manager.on("UserEvent", self._family_key)
        self._manager.on("CoreShowChannel", self._is_up)
        self._manager.on("CoreShowChannelsComplete", self._all_told)
        self._thread.start()

    def stop(self) -> None:
        """Ask no more."""
        self._stopping.set()

    def _waiting(self, event: Any) -> None:
        """A call that Python lost, or that never reached it, is written down here, so that somebody can call back."""
        channel_id = event.get_header("Uniqueid", "")
        number = event.get_header("CallerIDNum", "")
        reason = "sos" if event.get_header("Queue") == "sos" else "direct"
        with self._sessions() as session:
            if session.scalar(select(Call.id).where(Call.channel_id == channel_id)) is None:
                device_id = device_of(event.get_header("Channel", ""))
                begin_call(session, channel_id, number, device_id, residents_calling(session, number, device_id))
                hand_over_call(session, channel_id, reason, utc_now())
                log.info("call %s: %s waits for an operator", channel_id, mask_number(number))
            else:
                reopen_call(session, channel_id, utc_now())

    def _family_key(self, event: Any) -> None:
        """Asterisk rings the family of whoever pressed their key, without Python."""
        if event.get_header("UserEvent") != "LinliFamily":
            return
        channel_id, number = event.get_header("Uniqueid", ""), event.get_header("CallerIDNum", "")
        device_id = device_of(event.get_header("Channel", ""))
        with self._sessions() as session:
            call = begin_call(session, channel_id, number, device_id, residents_calling(session, number, device_id))
            put_call_through(session, call.id)
            log.info("call %s: the family of %s is rung", channel_id, mask_number(number))

    def _answered(self, event: Any) -> None:
        channel_id, operator = event.get_header("Uniqueid", ""), event.get_header("MemberName", "")
        with self._sessions() as session:
            answer_call(session, channel_id, operator, utc_now())
            note_answered(session, channel_id, utc_now())

    def _ended(self, event: Any) -> None:
        channel_id = event.get_header("Uniqueid", "")
        with self._sessions() as session:
            close_call(session, channel_id, utc_now())
            note_abandoned(session, channel_id)

    def _logged(self, event: Any) -> None:
        """An SOS is answered outside of the queue too: at a desk, or by whoever was called and pressed 1."""
        by = ""
        name = event.get_header("EventName")
        if name == "LINLI_ACCEPTED":
            by = text_of(event.get_header("Extra", "")).partition(",")[0]
        elif name == "BRIDGE_ENTER":
            by = desk_of(event.get_header("Channel", ""))
        if by:
            channel_id = event.get_header("LinkedID", "")
            with self._sessions() as session:
                status = session.scalar(select(Call.status).where(Call.channel_id == channel_id))
                if status is CallStatus.WAITING:
                    answer_call(session, channel_id, by, utc_now())

    def _look_for_forgotten(self) -> None:
        """Every half minute ask which calls are up: whatever event was lost, no call stays open for ever."""
        while not self._stopping.wait(LOOK_EVERY_S):
            self._asked_at, self._live = utc_now(), []
            try:
                self._manager.send_action({"Action": "CoreShowChannels"})
            except ManagerException:
                log.info("which calls are up could not be asked")

    def _is_up(self, event: Any) -> None:
        self._live.append(event.get_header("Uniqueid", ""))

    def _all_told(self, event: Any) -> None:
        with self._sessions() as session:
            if closed := close_forgotten_calls(session, self._live, begun_before=self._asked_at):
                log.info("%d calls had ended unseen", closed)
