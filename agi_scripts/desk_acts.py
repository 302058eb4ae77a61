"""What becomes of the acts of the desks, as Asterisk tells it: who was reached, who was not, who comes back."""

import logging
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.call_backs import note_answered, put_back
from exchange.ami import AsteriskManager
from ivr.record import answer_call, hand_over_call
from models.base import utc_now
from models.calls import Call, Direction
from models.database import SessionMaker
from models.desks import DeskAct, DeskActKind
from models.operators import Operator

log = logging.getLogger(__name__)

# As the dialplan tells it, and as it is written down.
OUTCOMES = {
    "ANSWER": "answered",
    "NOANSWER": "no_answer",
    "CANCEL": "given_up",
    "BUSY": "busy",
    "NOKEY": "no_key",
    "CHANUNAVAIL": "unreachable",
    "CONGESTION": "unreachable",
    "SILENT": "own_phone",
    "COMPLETED": "completed",
    "BACK": "back",
    "LEFT": "left",
}
# How a talk aside ended; what is known more exactly stays.
ENDS_OF_ASIDE = ("back", "left")


class DeskActWatch:
    """Follows the exchange's own events of the desks; made before the manager connects."""

    def __init__(self, manager: AsteriskManager, sessions: SessionMaker) -> None:
        self._sessions = sessions
        manager.on("UserEvent", self._told)

    def _told(self, event: Any) -> None:
        if event.get_header("UserEvent") == "LinliBack":
            with self._sessions() as session:
                hand_over_call(session, event.get_header("Uniqueid", ""), "handed_back", utc_now())
        elif event.get_header("UserEvent") == "LinliDesk":
            act_id, outcome = event.get_header("Act", ""), OUTCOMES.get(event.get_header("Outcome", ""))
            if outcome and act_id.isascii() and act_id.isdecimal() and len(act_id) < 10:
                with self._sessions() as session:
                    self._write(session, int(act_id), outcome)

    def _write(self, session: Session, act_id: int, outcome: str) -> None:
        act = session.get(DeskAct, act_id)
        if act is None or (outcome in ENDS_OF_ASIDE and act.outcome not in ("", "answered")):
            return
        act.outcome = outcome
        session.commit()
        log.info("desk act %d, %s: %s", act_id, act.kind, outcome)
        if act.kind is DeskActKind.DIAL:
            _follow_dialled(session, act)


def _follow_dialled(session: Session, act: DeskAct) -> None:
    """A call that an operator dialled was answered, or was not."""
    call = session.get_one(Call, act.call_id)
    call.outcome = f"dialled:{act.outcome}"
    session.commit()
    if act.outcome == "answered":
        seat = session.scalar(select(Operator.seat).where(Operator.id == act.operator_id))
        answer_call(session, call.channel_id, f"operator-{seat}", utc_now())
        note_answered(session, call.channel_id, utc_now())
    elif call.direction is Direction.OUT and act.target.startswith("call-back:"):
        put_back(session, int(act.target.partition(":")[2]))
