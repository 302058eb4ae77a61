"""The work that has hours rather than minutes: orders nobody took, what is late, residents to ask, devices to see to."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from heapq import merge

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from models.alarms import INVESTIGATED_AFTER, Alarm
from models.calls import Call
from models.care_calls import CareCall, CareTask
from models.device_health import DeviceFault, DeviceVisit
from models.devices import Device
from models.follow_ups import Complaint, FollowUpStatus, OrderFollowUp, Supervision
from models.orders import Order, OrderStatus
from models.voice_mails import VoiceMail
from operator_console.afterwards_words import LATE
from operator_console.alarm_story import named
from operator_console.care_words import CONCERN
from operator_console.context import facts, parts
from operator_console.device_words import VISIT
from operator_console.voice_mails import TO_BE_HEARD_WITHIN
from operator_console.words import Said
from operator_console.work_lists import SHOWN, Row, who_is

CARED_FOR_WITHIN = timedelta(hours=24)
VISITED_AFTER = timedelta(hours=24)  # the domain's figure: a device silent for longer is visited
_MOST = SHOWN + 1


def read_orders() -> Iterable[Row]:
    """Nobody was found for them; the next visit first."""
    waiting = select(Order).where(Order.status == OrderStatus.UNFILLED).order_by(Order.starts_at, Order.id).limit(_MOST)
    for order in facts().scalars(waiting.options(joinedload(Order.resident), joinedload(Order.service))):
        yield Row(
            key=f"order-{order.id}",
            who=who_is(order.resident),
            what=Said(f"{order.service.name}，没人接单", f"{order.service.name_en}, nobody takes it"),
            since=order.placed_at,
            due=order.starts_at,
            endpoint="orders.show",
            about=(("order_id", order.id),),
            place=order.resident.address,
        )


def read_late() -> Iterable[Row]:
    """督办, complaints that nobody has looked at, alarms that nobody answered in time: the longest late first."""
    rows = [*_supervisions(), *_complaints(), *_investigations()]
    return sorted(rows, key=lambda row: row.due or row.since)


def _supervisions() -> Iterable[Row]:
    order = joinedload(Supervision.order)
    asked = select(Supervision).where(Supervision.ended_at.is_(None)).order_by(Supervision.raised_at, Supervision.id)
    asked = asked.options(order.joinedload(Order.resident), order.joinedload(Order.service)).limit(_MOST)
    for one in facts().scalars(asked):
        words, service = LATE[one.kind], one.order.service
        yield Row(
            key=f"late-{one.id}",
            who=who_is(one.order.resident),
            what=Said(f"{service.name}，{words.zh}", f"{service.name_en}, {words.en}"),
            since=one.raised_at,
            due=one.raised_at,
            endpoint="orders.show",
            about=(("order_id", one.order_id),),
        )


def _complaints() -> Iterable[Row]:
    asked = select(Complaint).where(Complaint.looked_at.is_(None)).order_by(Complaint.raised_at, Complaint.id).limit(_MOST)
    within = timedelta(seconds=parts().settings.complaint_looked_at_within_s)
    for one in facts().scalars(asked.options(joinedload(Complaint.order).joinedload(Order.resident))):
        yield Row(
            key=f"complaint-{one.id}",
            who=who_is(one.order.resident),
            what=Said("投诉，要查", "a complaint to look at"),
            since=one.raised_at,
            due=one.raised_at + within,
            endpoint="complaints.index",
        )


def _investigations() -> Iterable[Row]:
    due = select(Alarm).where(Alarm.investigation_due_at.is_not(None), Alarm.investigated_at.is_(None))
    for alarm in facts().scalars(due.order_by(Alarm.investigation_due_at).limit(_MOST).options(joinedload(Alarm.resident))):
        yield Row(
            key=f"finding-{alarm.id}",
            who=who_is(alarm.resident, alarm.number),
            what=Said("求助没人接，要调查", "an SOS nobody answered: find out why"),
            since=alarm.raised_at,
            due=alarm.raised_at + INVESTIGATED_AFTER,
            endpoint="alarms.show",
            about=(("alarm_id", alarm.id),),
        )


def read_follow_ups() -> Iterable[Row]:
    """After an SOS and after the work: who is to be asked how it was."""
    return merge(_alarm_follow_ups(), _order_follow_ups(), key=lambda row: row.due or row.since)


def _alarm_follow_ups() -> Iterable[Row]:
    due = select(Alarm).where(Alarm.follow_up_due_at.is_not(None), Alarm.followed_up_at.is_(None))
    for alarm in facts().scalars(due.order_by(Alarm.follow_up_due_at).limit(_MOST).options(joinedload(Alarm.resident))):
        yield Row(
            key=f"asked-{alarm.id}",
            who=who_is(alarm.resident, alarm.number),
            what=Said("求助之后回访", "after an SOS"),
            since=alarm.closed_at or alarm.raised_at,
            due=alarm.follow_up_due_at,
            endpoint="alarms.show",
            about=(("alarm_id", alarm.id),),
        )


def _order_follow_ups() -> Iterable[Row]:
    settings = parts().settings
    within = timedelta(seconds=max(0, settings.followed_up_within_s - settings.follow_up_after_s))
    order = joinedload(OrderFollowUp.order)
    asked = select(OrderFollowUp).where(OrderFollowUp.status == FollowUpStatus.BY_HAND).order_by(OrderFollowUp.due_at)
    asked = asked.options(order.joinedload(Order.resident), order.joinedload(Order.service)).limit(_MOST)
    for one in facts().scalars(asked):
        yield Row(
            key=f"follow-up-{one.id}",
            who=who_is(one.order.resident),
            what=Said(f"{one.order.service.name}之后回访", f"after {one.order.service.name_en}"),
            since=one.due_at,
            due=one.due_at + within,
            endpoint="follow_ups.index",
        )


def read_care() -> Iterable[Row]:
    """What care calls have left for a person."""
    asked = select(CareTask).where(CareTask.done_at.is_(None)).order_by(CareTask.raised_at, CareTask.id).limit(_MOST)
    for task in facts().scalars(asked.options(joinedload(CareTask.care_call).joinedload(CareCall.resident))):
        yield Row(
            key=f"care-{task.id}",
            who=who_is(task.care_call.resident),
            what=CONCERN[task.concern],
            since=task.raised_at,
            due=task.raised_at + CARED_FOR_WITHIN,
            endpoint="care.index",
            place=task.care_call.resident.address,
            note=_taken(task.taken_by) if task.taken_by else None,
        )


def _taken(by: str) -> Said:
    name = named(by).zh
    return Said(f"{name}在办", f"{name} sees to it")


def read_voice_mails() -> Iterable[Row]:
    """What callers left and nobody has heard."""
    asked = select(VoiceMail).where(VoiceMail.heard_at.is_(None)).order_by(VoiceMail.left_at, VoiceMail.id).limit(_MOST)
    for mail in facts().scalars(asked.options(joinedload(VoiceMail.call).joinedload(Call.resident))):
        yield Row(
            key=f"mail-{mail.id}",
            who=who_is(mail.call.resident, mail.call.number),
            what=Said("留言没听", "not heard yet"),
            since=mail.left_at,
            due=mail.left_at + TO_BE_HEARD_WITHIN,
            endpoint="voice_mails.index",
        )


def read_devices() -> Iterable[Row]:
    """One-key phones that are silent, and those that somebody has to go to."""
    device = joinedload(DeviceFault.device).joinedload(Device.resident)
    silent = select(DeviceFault).where(DeviceFault.ended_at.is_(None)).order_by(DeviceFault.silent_since).limit(_MOST)
    visits = select(DeviceVisit).where(DeviceVisit.ended_at.is_(None)).order_by(DeviceVisit.due_at).limit(_MOST)
    visits = visits.options(joinedload(DeviceVisit.device).joinedload(Device.resident))
    to_visit = {visit.device_id: visit for visit in facts().scalars(visits)}
    for fault in facts().scalars(silent.options(device)):
        visit = to_visit.pop(fault.device_id, None)
        due = visit.due_at if visit else fault.silent_since + VISITED_AFTER
        words = VISIT[visit.reason] if visit else Said("失联", "silent")
        yield _of_device(fault.device, words, fault.silent_since, due)
    for visit in to_visit.values():
        yield _of_device(visit.device, VISIT[visit.reason], visit.due_at - VISITED_AFTER, visit.due_at)


def _of_device(device: Device, words: Said, since: datetime, due: datetime) -> Row:
    return Row(
        key=f"device-{device.id}",
        who=who_is(device.resident),
        what=Said(f"一键通：{words.zh}", f"one-key phone: {words.en}"),
        since=since,
        due=due,
        endpoint="devices.show",
        about=(("device_id", device.id),),
        place=device.resident.address,
    )
