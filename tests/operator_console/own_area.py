"""One resident with one of everything that can belong to them, in an area of their own."""

from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from sqlalchemy.orm import Session

from audio.sound import silence, write_wav
from models.alarms import Alarm, AlarmAttempt, AlarmSource
from models.announcements import Announcement
from models.areas import Area
from models.audits import Audit
from models.call_backs import CallBack
from models.calls import Call, CallStatus, Recording, Turn
from models.care_calls import CareCall, CareConcern, CareReason, CareTask
from models.desks import Shift
from models.devices import Device
from models.follow_ups import Complaint, FollowUpStatus, LateKind, OrderFollowUp, Supervision
from models.messages import Direction, Message, MessageStatus
from models.operators import Operator, Role
from models.orders import Offer, Order, OrderStatus
from models.prompt_voices import PromptVoice
from models.provider_links import Proof, ProofKind
from models.providers import Provider, Wish, WishKind
from models.repeats import Repeat
from models.residents import Contact, ContactRole, Resident, ResidentPhone
from models.services import Service
from models.settings import Settings
from models.troubles import Trouble
from models.voice_mails import VoiceMail
from tests.operator_console.conftest import NOW


@dataclass(frozen=True)
class OwnArea:
    """`rows` names each row as the addresses of the console do."""

    area: Area
    marks: tuple[str, ...]  # words that a page shows only where it shows something of this resident
    rows: dict[str, int]
    channel_id: str  # of the call


def make_area(facts: Session, settings: Settings, number: int, service: Service, provider: Provider) -> OwnArea:
    """The `number`-th such area."""
    name, called = f"住户{number}号", f"称呼{number}号"
    area = Area(name=f"片区{number}", latitude=30.25, longitude=120.16)
    resident = Resident(
        name=name,
        form_of_address=called,
        born=date(1941, 3, 12),
        gender="female",
        area=area,
        address=f"片区{number}甲楼",
        id_number="330102194103121225",
        latitude=30.25,
        longitude=120.16,
        phones=[ResidentPhone(number=f"1380000100{number}")],
        contacts=[Contact(role=ContactRole.FAMILY, name="家人", relation="女儿", number="13900000001", call_order=1)],
    )
    device = Device(resident=resident, number=f"800{number}", model="一键通", place="床头", secret="x")
    call = Call(channel_id=f"17900{number}.1", number=f"1380000100{number}", resident=resident, started_at=NOW, ended_at=NOW)
    call.status = CallStatus.ENDED
    turn = Turn(call=call, speaker="caller", words=f"话{number}")
    recording = Recording(call=call, path=f"{call.channel_id}.wav")
    order = Order(
        code=f"100{number}",
        resident=resident,
        service=service,
        provider=provider,
        starts_at=NOW,
        ends_at=NOW + timedelta(hours=1),
        when_words="今天",
        status=OrderStatus.DISPUTED,
    )
    facts.add_all([resident, device, call, turn, recording, order])
    facts.flush()
    order.call_id = call.id
    offer = Offer(order=order, provider=provider, made_at=NOW, expires_at=NOW, reasons={})
    alarm = Alarm(channel_id=call.channel_id, source=AlarmSource.KEY, resident=resident, device=device, raised_at=NOW)
    attempt = AlarmAttempt(alarm=alarm, channel_id=call.channel_id, source=AlarmSource.KEY, began_at=NOW, ended_at=NOW)
    attempt.recording = recording.path
    care_call = CareCall(resident=resident, reason=CareReason.ROUTINE, due_at=NOW)
    task = CareTask(care_call=care_call, concern=CareConcern.FELL)
    mail = VoiceMail(call=call, path=recording.path, words=f"留言{number}")
    proof = Proof(order_id=order.id, kind=ProofKind.PHOTO, path=f"{number}.jpg")
    seated = Operator(login=f"seat{number}", name="话务员", role=Role.OPERATOR, password_hash="")
    facts.add(seated)
    facts.flush()
    later: dict[str, Any] = {
        "follow_up_id": OrderFollowUp(order_id=order.id, due_at=NOW, status=FollowUpStatus.BY_HAND),
        "complaint_id": Complaint(order_id=order.id, provider_id=provider.id, words=f"投诉{number}", raised_by="resident"),
        "supervision_id": Supervision(order_id=order.id, kind=LateKind.NOT_ARRIVED),
        "message_id": Message(
            direction=Direction.OUT, number="13700000001", body=called, status=MessageStatus.SENT, order_id=order.id
        ),
        "repeat_id": Repeat(
            resident_id=resident.id, service_id=service.id, weekdays=[0], starts=time(9), ends=time(10), first_on=NOW.date()
        ),
        "call_back_id": CallBack(call=call, number=call.number, resident=resident, waits_since=NOW, due_at=NOW),
        "wish_id": Wish(resident_id=resident.id, kind=WishKind.WOMAN, at=NOW, by="operator"),
        "audit_id": Audit(call_id=call.id, operator_id=seated.id, month=NOW.date(), place=1, seed="x", drawn_at=NOW),
        "offer_id": offer,
        "alarm_id": alarm,
        "attempt_id": attempt,
        "task_id": task,
        "mail_id": mail,
        "proof_id": proof,
        "order_id": order,
        "call_id": call,
        "turn_id": turn,
        "recording_id": recording,
        "device_id": device,
        "resident_id": resident,
        "provider_id": provider,
        "operator_id": seated,
        "announcement_id": Announcement(zh="停水", starts_at=NOW, ends_at=NOW + timedelta(days=1), by="boss"),
        "service_id": service,
        "trouble_id": Trouble(job="sweep", subject_id=number, first_at=NOW, last_at=NOW, error=""),
    }
    facts.add_all(later.values())
    facts.flush()
    operator_id = later["operator_id"].id
    later["shift_id"] = Shift(operator_id=operator_id, begins_at=NOW, ends_at=NOW + timedelta(hours=8))
    later["voice_id"] = PromptVoice(
        prompt="hello", language="zh", wording="x", words="您好", path=f"{number}.wav", made_at=NOW, made_by=operator_id
    )
    facts.add_all((later["shift_id"], later["voice_id"]))
    facts.commit()
    for folder in (settings.recordings_dir, settings.proofs_dir):
        folder.mkdir(parents=True, exist_ok=True)
    write_wav(settings.recordings_dir / recording.path, silence(1))
    (settings.proofs_dir / f"{number}.jpg").write_bytes(b"jpg")
    return OwnArea(area, (name, called), {row: one.id for row, one in later.items()}, call.channel_id)
