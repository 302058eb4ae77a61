"""A community in which something happens on every page: the demo's, with calls, orders, an alarm and work for everybody."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.alarms import raise_alarm
from models.alarms import AlarmSource
from models.audits import Audit
from models.base import utc_now
from models.call_backs import CallBack
from models.calls import Call, CallStatus, Turn
from models.care_calls import CareCall, CareConcern, CareReason, CareStatus, CareTask
from models.demo import load_demo
from models.device_health import DeviceFault
from models.devices import Device
from models.follow_ups import Complaint, FollowUpStatus, LateKind, OrderFollowUp, Supervision
from models.messages import Direction, Message, MessageStatus
from models.operators import Operator, Role
from models.orders import Offer, OfferStatus, Order, OrderStatus
from models.providers import Provider
from models.repeats import Repeat
from models.residents import Resident
from models.services import Service
from models.settings import Settings
from models.troubles import Trouble
from models.voice_mails import VoiceMail

_ON_THE_WAY = (OrderStatus.OFFERED, OrderStatus.ACCEPTED, OrderStatus.ARRIVED, OrderStatus.COMPLETED, OrderStatus.CONFIRMED)
REASONS = {"distance_km": 1.2, "rating": 4.8, "score": 0.81}


@dataclass
class Examples:
    """The ids that a page's address may need, by the name that the route gives them."""

    values: dict[str, int | str]


def fill(session: Session, settings: Settings) -> Examples:
    """Load the demo and let things happen in it; commits."""
    load_demo(session, settings)
    session.flush()
    now = utc_now().replace(microsecond=0)
    residents = list(session.scalars(select(Resident).order_by(Resident.id)))
    services = {one.skill: one for one in session.scalars(select(Service).order_by(Service.id))}
    providers = list(session.scalars(select(Provider).order_by(Provider.id)))
    session.commit()
    alarm = raise_alarm(
        session, f"{now.timestamp():.0f}.901", AlarmSource.WORDS, now, resident_id=residents[3].id, words="我摔倒了起不来"
    )
    finished = _call(session, residents[0], now - timedelta(minutes=50), CallStatus.ENDED)
    waiting = _call(session, residents[1], now - timedelta(seconds=40), CallStatus.WAITING)
    unknown = _call(session, None, now - timedelta(minutes=9), CallStatus.ABANDONED)
    session.add(
        CallBack(
            call=unknown,
            number=unknown.number,
            waits_since=unknown.started_at,
            due_at=unknown.started_at + timedelta(minutes=10),
        )
    )
    orders = [
        _order(session, 4100 + number, resident, service, providers, now, number)
        for number, (resident, service) in enumerate(zip(residents * 2, list(services.values()) * 3, strict=False))
        if number < 16
    ]
    orders[0].call_id = finished.id
    colleague = Operator(login="li", name="李敏", role=Role.OPERATOR, seat=2, password_hash="")
    session.add(colleague)
    session.flush()
    month = now.date().replace(day=1)
    audit = Audit(call_id=finished.id, operator_id=colleague.id, month=month, place=1, seed="gallery", drawn_at=now)
    session.add(audit)
    _work_for_people(session, now, residents, orders, finished)
    session.commit()
    open_offer = session.scalars(select(Offer).where(Offer.status == OfferStatus.OPEN)).first()
    assert open_offer is not None
    return Examples(
        {
            "alarm_id": alarm.id,
            "call_id": finished.id,
            "channel": waiting.channel_id,
            "sos_channel": alarm.channel_id,
            "unknown_call_id": unknown.id,
            "resident_id": residents[1].id,
            "order_id": orders[0].id,
            "provider_id": providers[0].id,
            "service_id": orders[0].service_id,
            "device_id": session.scalars(select(Device.id).order_by(Device.id)).first() or 0,
            "offer_id": open_offer.id,
            "operator_id": colleague.id,
            "audit_id": audit.id,
            "name": "goodbye",
        }
    )


def _call(session: Session, resident: Resident | None, began: datetime, status: CallStatus) -> Call:
    nine = began.astimezone(ZoneInfo("Asia/Shanghai")).replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=1)
    when = [nine.isoformat(), (nine + timedelta(hours=1)).isoformat()]
    number = resident.phones[0].number if resident and resident.phones else "13900139000"
    call = Call(
        channel_id=f"{began.timestamp():.0f}.{900 if resident is None else resident.id}",
        number=number,
        resident=resident,
        status=status,
        started_at=began,
        collected={"words": "我家水管漏水了", "service": "repair", "when": when} if resident else {},
        outcome="goodbye" if status is CallStatus.ENDED else "operator:asked",
        handed_over_at=None if status is CallStatus.ENDED else began + timedelta(seconds=20),
        ended_at=None if status is CallStatus.WAITING else began + timedelta(seconds=95),
    )
    session.add(call)
    session.flush()
    said = [
        ("system", "您好，邻里热线。您要办什么事？", "welcome", {}),
        ("caller", "我家水管漏水了，找人来修一下", "", {"intent": "repair", "share": 0.93, "decision": "accept"}),
        ("system", "请问什么时候来？", "when", {}),
        ("caller", "明天上午九点", "", {"decision": "accept"}),
    ]
    for after, (speaker, words, prompt, heard) in enumerate(said):
        at = began + timedelta(seconds=2 + 5 * after)
        session.add(Turn(call_id=call.id, speaker=speaker, words=words, prompt=prompt, heard=heard, at=at))
    return call


def _order(
    session: Session, code: int, resident: Resident, service: Service, providers: list[Provider], now: datetime, number: int
) -> Order:
    placed, starts = now - timedelta(minutes=20 + 7 * number), now + timedelta(hours=20 + number)
    order = Order(
        code=str(code),
        resident=resident,
        service=service,
        starts_at=starts,
        ends_at=starts + timedelta(hours=1),
        when_words="明天上午九点到十点",
        words="麻烦找个人来看看",
        status=OrderStatus.PLACED,
        placed_at=placed,
    )
    order.record("placed", placed, "resident")
    session.add(order)
    if number == 1:
        order.move(OrderStatus.UNFILLED, now, "dispatch")
        return order
    provider = next((one for one in providers if service.skill in one.skills), providers[0])
    for at, status in enumerate(_ON_THE_WAY[: 1 + number % len(_ON_THE_WAY)]):
        order.move(status, placed + timedelta(minutes=2 + at), "dispatch", provider=provider.name)
    accepted = order.status is not OrderStatus.OFFERED
    order.provider = provider if accepted else None
    session.add(
        Offer(
            order=order,
            provider=provider,
            made_at=placed + timedelta(minutes=2),
            expires_at=now + timedelta(hours=3),
            status=OfferStatus.ACCEPTED if accepted else OfferStatus.OPEN,
            reasons=REASONS,
        )
    )
    body = f"【邻里】新订单{code}：{service.name}，明天上午九点。回复 1 {code} 接单，2 {code} 拒绝"
    message = {"direction": Direction.OUT, "status": MessageStatus.SENT, "created_at": placed + timedelta(minutes=2)}
    session.flush()
    session.add(Message(number=provider.number, body=body, order_id=order.id, gateway="demo", **message))
    return order


def _work_for_people(session: Session, now: datetime, residents: list[Resident], orders: list[Order], call: Call) -> None:
    """One of each kind of work that waits for a person."""
    done = next(one for one in orders if one.status is OrderStatus.CONFIRMED)
    session.flush()
    care_call = CareCall(resident=residents[2], reason=next(iter(CareReason)), status=CareStatus.HELD, due_at=now)
    session.add(care_call)
    session.flush()
    device = session.scalars(select(Device).order_by(Device.id.desc())).first()
    assert done.provider is not None
    assert device is not None
    session.add_all(
        [
            OrderFollowUp(order_id=done.id, status=FollowUpStatus.BY_HAND, due_at=now - timedelta(hours=2)),
            Complaint(order=done, provider=done.provider, words="来得太晚，地也没擦干净", raised_by="resident"),
            Supervision(order_id=orders[1].id, kind=LateKind.NOT_ACCEPTED),
            CareTask(care_call=care_call, concern=next(iter(CareConcern)), words="这两天头晕，药也吃完了"),
            DeviceFault(device=device, silent_since=now - timedelta(minutes=12), raised_at=now - timedelta(minutes=7)),
            VoiceMail(call_id=call.id, path="message.wav", words="麻烦给我回个电话", left_at=now - timedelta(hours=3)),
            Trouble(job="send_message", subject_id=1, times=4, first_at=now, last_at=now, error="GatewayUnavailable: timed out"),
            Repeat(
                resident=residents[1],
                service=orders[0].service,
                weekdays=[0, 3],
                starts=time(9),
                ends=time(11),
                first_on=now.date(),
                placed_at=now,
            ),
        ]
    )
