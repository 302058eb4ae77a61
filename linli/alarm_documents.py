"""An alarm as `linli alarms --json` prints it: its whole story, and what can be asked of it without reading that through."""

from zoneinfo import ZoneInfo

from linli.documents import Document, iso
from models.alarms import Alarm, AlarmAttempt, AlarmEvent, AlarmHappened

RESULTS = {AlarmHappened.RUNG_OVER, AlarmHappened.ANSWERED}
JOINING = {AlarmHappened.JOIN, AlarmHappened.JOINED, AlarmHappened.JOIN_FAILED}


def alarm_document(alarm: Alarm, zone: ZoneInfo) -> Document:
    """One alarm: SCAIP's fields, its times, every call of it, whom it rang, who joined, how it ended, and its history."""
    device = alarm.device
    return {
        "id": alarm.id,
        "channel_id": alarm.channel_id,
        "call_id": alarm.call_id,
        "reference": alarm.reference,
        "kind": alarm.kind.value,
        "source": alarm.source.value,
        "priority": alarm.priority,
        "status_code": alarm.status_code,
        "status_words": alarm.status_words,
        "device_id": alarm.device_id,
        "device": {"type": alarm.device_type, "component": alarm.component, "number": device.shown_number if device else ""},
        "place": {"code": alarm.place_code, "value": alarm.place_value, "words": alarm.place_words},
        "resident": {"id": alarm.resident.id, "name": alarm.resident.name} if alarm.resident else None,
        "number": alarm.number,
        "words": alarm.words,
        "status": alarm.status.value,
        "raised_at": iso(alarm.raised_at, zone),
        "pressed_at": iso(alarm.pressed_at, zone),
        "line_opened_at": iso(alarm.line_opened_at, zone),
        "first_ring_at": iso(alarm.first_ring_at, zone),
        "answered_at": iso(alarm.answered_at, zone),
        "answered_by": alarm.answered_by,
        "answered_after_s": _seconds_to_answer(alarm),
        "attempts": [_attempt(attempt, zone) for attempt in alarm.attempts],
        "rung": rung(alarm, zone),
        "joined": joined(alarm, zone),
        "outcome": alarm.outcome,
        "closed_at": iso(alarm.closed_at, zone),
        "investigation": {
            "due_at": iso(alarm.investigation_due_at, zone),
            "done_at": iso(alarm.investigated_at, zone),
            "by": alarm.investigated_by,
            "finding": alarm.finding,
        },
        "follow_up": {
            "due_at": iso(alarm.follow_up_due_at, zone),
            "done_at": iso(alarm.followed_up_at, zone),
            "by": alarm.followed_up_by,
            "note": alarm.follow_up_note,
        },
        "history": [_line(line, zone) for line in alarm.history],
    }


def rung(alarm: Alarm, zone: ZoneInfo) -> list[Document]:
    """Every rung of the ladder, with what came of it: ANSWERED and by whom, Asterisk's word for why not, or nothing yet."""
    rungs: list[Document] = []
    for line in alarm.history:
        if line.happened is AlarmHappened.RUNG:
            rungs.append(_called(line, zone) | {"result": "", "by": ""})
        elif line.happened in RESULTS and rungs and not rungs[-1]["result"]:
            answered = line.happened is AlarmHappened.ANSWERED
            rungs[-1]["result"] = "ANSWERED" if answered else line.details.get("result", "")
            rungs[-1]["by"] = line.by if answered else ""
    return rungs


def joined(alarm: Alarm, zone: ZoneInfo) -> list[Document]:
    """Every third person who was called in, with when and whether they were reached."""
    people: list[Document] = []
    for line in alarm.history:
        if line.happened is AlarmHappened.JOIN:
            people.append(_called(line, zone) | {"result": "", "joined_at": None})
        elif line.happened in JOINING:
            for person in reversed(people):
                if person["who"] == line.details.get("who") and not person["result"]:
                    is_in = line.happened is AlarmHappened.JOINED
                    person["result"] = line.details.get("result", "") or line.happened.value
                    person["joined_at"] = iso(line.at, zone) if is_in else None
                    break
    return people


def _called(line: AlarmEvent, zone: ZoneInfo) -> Document:
    told = {name: line.details.get(name, "") for name in ("who", "name", "number")}
    return told | {"at": iso(line.at, zone)}


def _seconds_to_answer(alarm: Alarm) -> float | None:
    return round((alarm.answered_at - alarm.raised_at).total_seconds(), 3) if alarm.answered_at else None


def _attempt(attempt: AlarmAttempt, zone: ZoneInfo) -> Document:
    return {
        "channel_id": attempt.channel_id,
        "source": attempt.source.value,
        "number": attempt.number,
        "words": attempt.words,
        "began_at": iso(attempt.began_at, zone),
        "first_ring_at": iso(attempt.first_ring_at, zone),
        "answered_at": iso(attempt.answered_at, zone),
        "answered_by": attempt.answered_by,
        "waiting_since": iso(attempt.waiting_since, zone),
        "ended_at": iso(attempt.ended_at, zone),
        "recording": attempt.recording,
        "recording_sha256": attempt.recording_sha256,
    }


def _line(line: AlarmEvent, zone: ZoneInfo) -> Document:
    return {"at": iso(line.at, zone), "happened": line.happened.value, "by": line.by, "details": line.details}
