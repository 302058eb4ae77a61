"""One alarm as Asterisk's event log tells it, and as its record holds it."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from models.alarms import Alarm
from models.database import SessionMaker
from tests.exchange.event_log import BEGIN, Line

WINDOW = timedelta(seconds=300)
NEIGHBOUR, DAUGHTER = "13800000001", "13800000002"
CALL = Line("PJSIP/device-1-0000001a")
DESK = CALL.desk(2, 40)
KEYHOLDER = Line("PJSIP/carrier-00000050", "1795312800.50", CALL.linked_id, NEIGHBOUR)
THIRD = Line("Local/call-in@conference-1;2", "1795312800.60", f"{CALL.unique_id}-120", "96345")
POLICE = Line("Local/call-in@conference-2;2", "1795312800.65", f"{CALL.unique_id}-110", "96345")
AGAIN = Line("PJSIP/device-1-0000002a", "1795312850.70", "1795312850.70")
ORDINARY = Line("PJSIP/carrier-00000080", "1795312800.80", "1795312800.80", DAUGHTER)

# A press that nobody at the desks hears; the neighbour comes to the telephone, and goes; then an operator, who calls 120 in.
STORY = [
    ORDINARY.line(-5, "CHAN_START"),
    CALL.line(0, "CHAN_START"),
    CALL.line(0.01, "ANSWER"),
    CALL.line(0.02, "LINLI_SOS", "1"),
    CALL.line(0.03, "LINLI_RUNG", "operators"),
    DESK.line(0.05, "CHAN_START"),
    ORDINARY.line(3, "BRIDGE_ENTER"),
    CALL.line(20.03, "LINLI_RUNG_OVER", "operators,TIMEOUT"),
    CALL.line(20.05, "LINLI_RUNG", f"keyholder-1,{NEIGHBOUR}"),
    KEYHOLDER.line(31.5, "LINLI_ACCEPTED", f"keyholder-1,{NEIGHBOUR}"),
    ORDINARY.line(33, "HANGUP"),
    ORDINARY.line(33, "LINKEDID_END"),
    KEYHOLDER.line(40, "HANGUP"),
    CALL.line(40.1, "LINLI_RUNG", "operators"),
    DESK.line(44, "BRIDGE_ENTER"),
    CALL.line(44, "BRIDGE_ENTER"),
    AGAIN.line(50, "LINLI_SOS", "1"),
    AGAIN.line(51, "HANGUP"),
    AGAIN.line(51, "LINKEDID_END"),
    DESK.line(60, "BRIDGE_EXIT"),
    DESK.line(60.1, "BRIDGE_ENTER"),
    THIRD.line(61, "LINLI_JOIN", "120,120"),
    THIRD.line(66, "LINLI_JOINED", "120,120,ANSWER"),
    POLICE.line(70, "LINLI_JOIN", "110,110"),
    POLICE.line(80, "LINLI_JOIN_FAILED", "110,110,BUSY"),
    POLICE.line(80, "LINKEDID_END"),
    THIRD.line(90, "HANGUP"),
    CALL.line(300, "HANGUP"),
    DESK.line(301, "HANGUP"),
    CALL.line(301, "LINKEDID_END"),
]
TOLD = [
    (0.02, "raised", "resident", {"source": "key", "words": ""}),
    (0.03, "rung", "asterisk", {"who": "operators"}),
    (20.03, "rung_over", "asterisk", {"who": "operators", "result": "TIMEOUT"}),
    (20.05, "rung", "asterisk", {"who": "keyholder-1", "number": NEIGHBOUR, "name": "张大妈（邻居）"}),
    (
        31.5,
        "answered",
        "keyholder-1",
        {"who": "keyholder-1", "number": NEIGHBOUR, "name": "张大妈（邻居）", "channel": KEYHOLDER.unique_id},
    ),
    (40, "left", "keyholder-1", {"channel": KEYHOLDER.unique_id, "result": "16"}),
    (40.1, "rung", "asterisk", {"who": "operators"}),
    (44, "answered", "desk-2", {"who": "desk-2", "channel": DESK.unique_id}),
    (50, "pressed_again", "resident", {"source": "key", "words": ""}),
    (51, "hung_up", "resident", {"result": "16"}),
    (61, "join", "operator", {"who": "120", "number": "120"}),
    (66, "joined", "asterisk", {"channel": THIRD.unique_id, "who": "120", "number": "120", "result": "ANSWER"}),
    (70, "join", "operator", {"who": "110", "number": "110"}),
    (80, "join_failed", "asterisk", {"who": "110", "number": "110", "result": "BUSY"}),
    (90, "left", "asterisk", {"channel": THIRD.unique_id, "who": "120", "number": "120", "result": "16"}),
    (300, "hung_up", "resident", {"result": "16"}),
    (301, "left", "desk-2", {"channel": DESK.unique_id, "result": "16"}),
]


def seconds(moment: datetime | None) -> float | None:
    return (moment - BEGIN).total_seconds() if moment else None


def written(sessions: SessionMaker) -> Any:
    """Everything that an alarm of the log holds but its ids."""
    with sessions() as session:
        return [
            (
                [(seconds(line.at), line.happened.value, line.by, line.details) for line in alarm.history],
                [
                    (
                        one.channel_id,
                        *map(seconds, (one.began_at, one.first_ring_at, one.answered_at, one.ended_at, one.waiting_since)),
                    )
                    for one in alarm.attempts
                ],
                (alarm.status.value, alarm.answered_by, alarm.resident_id, alarm.device_id),
                tuple(
                    map(
                        seconds, (alarm.raised_at, alarm.pressed_at, alarm.line_opened_at, alarm.first_ring_at, alarm.answered_at)
                    )
                ),
            )
            for alarm in session.scalars(select(Alarm).order_by(Alarm.id))
        ]


WRITTEN = [
    (
        TOLD,
        [
            (CALL.unique_id, 0.02, 0.03, 31.5, 300, None),
            (AGAIN.unique_id, 50, None, None, 51, 50),
        ],
        ("answered", "keyholder-1", 1, 1),
        (0.02, 50, 0.02, 0.03, 31.5),
    )
]
