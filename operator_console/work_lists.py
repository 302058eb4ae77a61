"""What waits for a person, list by list in the order of urgency: one table, read by indexes and only as far as it is shown."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from dispatch.call_backs import URGENT_OUTCOMES, is_taken
from models.alarms import Alarm, AlarmStatus
from models.call_backs import CallBack
from models.calls import Call, CallStatus
from models.operators import Operator
from models.phones import mask_number
from models.residents import Resident
from operator_console import records
from operator_console.alarm_pages import open_alarms, unanswered
from operator_console.context import facts, parts, signed_in
from operator_console.words import ALARM, ALARM_SOURCE, Said

SHOWN = 6
# The domain's figures: a person answers within 15 s, an alarm within 60 s; somebody is at the door within the hour.
ANSWERED_WITHIN = timedelta(seconds=15)
ALARM_ANSWERED_WITHIN = timedelta(seconds=60)
THERE_WITHIN = timedelta(minutes=60)


@dataclass(frozen=True)
class Row:
    """One thing to do: since when it waits, until when it may, and where one does it."""

    key: str
    who: str
    what: Said
    since: datetime
    due: datetime | None
    endpoint: str
    about: tuple[tuple[str, str | int], ...] = ()  # what the address needs
    place: str = ""
    dial: str = ""  # whom one calls with one key
    taken: str = ""  # by whom it is being done
    note: Said | None = None

    @property
    def limits_s(self) -> tuple[int, int] | None:
        """Seconds from `since` to when it becomes pressing, and to when it is late; None without a limit."""
        if self.due is None:
            return None
        whole = max(0, int((self.due - self.since).total_seconds()))
        return (whole * 2 // 3, whole)


@dataclass(frozen=True)
class WorkList:
    """One kind of work; `endpoint` is the page that has all of it."""

    key: str
    name: Said
    within: Said
    endpoint: str
    read: Callable[[], Iterable[Row]]


def who_is(resident: Resident | None, number: str = "") -> str:
    """The name that a row carries; of a stranger the number, masked."""
    if resident:
        return f"{resident.form_of_address} {resident.name}"
    return mask_number(number) if number else "—"


def read_alarms() -> Iterable[Row]:
    """The open ones: on the desk while somebody is on the line, else on the alarm's page."""
    for alarm in open_alarms():
        waits = unanswered(alarm)
        since = alarm.waiting[0].waiting_since if alarm.waiting else alarm.raised_at
        live = next((one.channel_id for one in reversed(alarm.attempts) if one.ended_at is None), None)
        yield Row(
            key=f"alarm-{alarm.id}",
            who=who_is(alarm.resident, alarm.number),
            what=ALARM[alarm.status] if not waits else ALARM_SOURCE[alarm.source],
            since=since or alarm.raised_at,
            due=_alarm_due(alarm, since or alarm.raised_at, waits=waits),
            endpoint="desk.show" if live else "alarms.show",
            about=(("channel", live),) if live else (("alarm_id", alarm.id),),
            place=alarm.place_value or (alarm.resident.address if alarm.resident else ""),
        )


def _alarm_due(alarm: Alarm, since: datetime, *, waits: bool) -> datetime | None:
    if waits:
        return since + ALARM_ANSWERED_WITHIN
    on_its_way = alarm.status in (AlarmStatus.ANSWERED, AlarmStatus.HELP_ON_THE_WAY)
    return alarm.raised_at + THERE_WITHIN if on_its_way else None


def read_waiting() -> Iterable[Row]:
    """Who waits for a person: an SOS first, then in their order."""
    asked = select(Call).where(Call.status == CallStatus.WAITING).options(joinedload(Call.resident))
    calls = facts().scalars(asked.order_by(Call.handed_over_at, Call.id).limit(2 * SHOWN)).all()
    for call in sorted(calls, key=lambda one: one.outcome not in URGENT_OUTCOMES):
        since = call.handed_over_at or call.started_at
        yield Row(
            key=f"call-{call.id}",
            who=who_is(call.resident, call.number),
            what=Said(*records.outcome(call)),
            since=since,
            due=since + ANSWERED_WITHIN,
            endpoint="desk.show",
            about=(("channel", call.channel_id),),
            place=call.resident.address if call.resident else "",
        )


def read_call_backs() -> Iterable[Row]:
    """Who gave up: an SOS first, then in the order in which they first called; messages have a day."""
    asked = select(CallBack).where(CallBack.done_at.is_(None)).options(joinedload(CallBack.resident), joinedload(CallBack.call))
    found = facts().scalars(asked.order_by(CallBack.due_at, CallBack.id).limit(2 * SHOWN)).all()
    names = _names(one.taken_by for one in found)
    now = parts().clock()
    for one in sorted(found, key=lambda one: (not one.urgent, one.due_at - one.waits_since > THERE_WITHIN, one.waits_since)):
        kind = Said("求助中断", "an SOS that broke off", "trouble") if one.urgent else Said("没等到人", "gave up waiting")
        taken = is_taken(one, signed_in().id, now)
        yield Row(
            key=f"call-back-{one.id}",
            who=who_is(one.resident, one.number),
            what=kind if one.call.status is CallStatus.ABANDONED else Said("留了言", "left a message"),
            since=one.waits_since,
            due=one.due_at,
            endpoint="calls.show",
            about=(("call_id", one.call_id),),
            place=one.resident.address if one.resident else "",
            dial=f"call-back:{one.id}",
            taken=names.get(one.taken_by or 0, "") if taken else "",
            note=Said(f"打过 {one.attempts} 次", f"tried {one.attempts} times") if one.attempts else None,
        )


def _names(ids: Iterable[int | None]) -> dict[int, str]:
    wanted = {one for one in ids if one is not None}
    if not wanted:
        return {}
    return dict(facts().execute(select(Operator.id, Operator.name).where(Operator.id.in_(wanted))).all())
