"""What no SMS brings is spoken; what can wait waits for the morning; who wants no SMS gets none."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from dispatch.answers import receive_message
from dispatch.gateways.errors import GatewayUnavailable, MessageRejected
from dispatch.means import Means
from dispatch.mending import send_again
from dispatch.opting import Choice, read_choice
from dispatch.outbox import write_message
from dispatch.quiet import quiet_until
from dispatch.receipts import record_receipt
from dispatch.sending import send_message
from dispatch.sweep import sweep
from models.database import SessionMaker
from models.messages import EarlyReceipt, Message, MessageStatus, OptOut
from models.orders import OfferStatus
from models.outbound_calls import CallPurpose, OutboundCall, OutboundStatus
from models.settings import Settings
from tests.dispatch.facts import NOW, Clock, Community, FakeGateway, messages_to, offers_of

NUMBER = "13800000001"


@pytest.fixture
def send(means: Means) -> Callable[..., Message]:
    """Write a message and try to send it; it as it is then."""

    def one(number: str = NUMBER, **facts: object) -> Message:
        with means.sessions() as session:
            message = write_message(session, number, "【邻里】谢谢。", means.clock(), **facts)  # type: ignore[arg-type]
            session.commit()
        send_message(means, message.id)
        return now_of(means.sessions, message.id)

    return one


def now_of(sessions: SessionMaker, message_id: int) -> Message:
    with sessions() as session:
        return session.get_one(Message, message_id)


def calls(sessions: SessionMaker) -> list[tuple[CallPurpose, str, int | None, OutboundStatus]]:
    with sessions() as session:
        return [(call.purpose, call.number, call.message_id, call.status) for call in session.scalars(select(OutboundCall))]


def test_a_rejected_message_is_spoken(
    means: Means, send: Callable[..., Message], gateway: FakeGateway, scheduled: Callable[[], list[str]]
) -> None:
    gateway.faults = [MessageRejected("code 30006")]
    message = send()
    assert (message.status, message.error) == (MessageStatus.BY_VOICE, "code 30006")
    assert calls(means.sessions) == [(CallPurpose.TELL, NUMBER, message.id, OutboundStatus.DUE)]


@pytest.mark.parametrize("number", ["05718888888", "88886666", "4008123123"])
def test_a_fixed_line_is_telephoned_at_once(
    means: Means, send: Callable[..., Message], gateway: FakeGateway, number: str
) -> None:
    assert send(number).status is MessageStatus.BY_VOICE
    assert gateway.sent == []


def test_an_sms_that_was_not_delivered_is_spoken_once_and_not_if_it_comes_after_all(
    means: Means, send: Callable[..., Message]
) -> None:
    message = send()
    with means.sessions() as session:
        for _ in range(2):
            record_receipt(session, means.queue, "demo", "fake-1", MessageStatus.FAILED, now=NOW)
    assert now_of(means.sessions, message.id).status is MessageStatus.BY_VOICE
    assert len(calls(means.sessions)) == 1
    with means.sessions() as session:
        record_receipt(session, means.queue, "demo", "fake-1", MessageStatus.DELIVERED, now=NOW)
    assert now_of(means.sessions, message.id).status is MessageStatus.DELIVERED
    assert [status for *_, status in calls(means.sessions)] == [OutboundStatus.DROPPED]


def test_what_is_sent_again_in_vain_is_spoken_after_all(means: Means, send: Callable[..., Message], gateway: FakeGateway) -> None:
    gateway.faults = [MessageRejected("code 30006"), MessageRejected("code 30006")]
    message = send()
    with means.sessions() as session:
        assert send_again(session, means.queue, message.id, means.clock())
    assert [status for *_, status in calls(means.sessions)] == [OutboundStatus.DROPPED]
    send_message(means, message.id)
    assert now_of(means.sessions, message.id).status is MessageStatus.BY_VOICE
    assert [status for *_, status in calls(means.sessions)] == [OutboundStatus.DUE]


def test_what_is_a_day_old_is_spoken_to_nobody(
    means: Means, send: Callable[..., Message], gateway: FakeGateway, clock: Clock
) -> None:
    gateway.faults = [GatewayUnavailable("down")]
    message = send()
    clock.advance(25 * 3600)
    send_message(means, message.id)
    assert now_of(means.sessions, message.id).status is MessageStatus.FAILED
    assert calls(means.sessions) == []


@pytest.mark.parametrize("template", ["sms_unknown_number", "reply_which_order", "new_link"])
def test_help_with_an_sms_is_not_spoken(
    send: Callable[..., Message], gateway: FakeGateway, sessions: SessionMaker, template: str
) -> None:
    gateway.faults = [MessageRejected("code 30006")]
    assert send(template=template).status is MessageStatus.FAILED
    assert calls(sessions) == []


def test_a_receipt_that_comes_before_its_message_is_written_down_is_kept_for_it(
    means: Means, sessions: SessionMaker, send: Callable[..., Message]
) -> None:
    with sessions() as session:
        for status in (MessageStatus.SENT, MessageStatus.DELIVERED, MessageStatus.FAILED):
            assert not record_receipt(session, means.queue, "demo", "fake-1", status, now=NOW)
    assert send().status is MessageStatus.DELIVERED
    with sessions() as session:
        assert session.scalars(select(EarlyReceipt)).all() == []


def test_receipts_of_another_gateway_are_about_another_message(
    means: Means, sessions: SessionMaker, send: Callable[..., Message]
) -> None:
    message = send()
    with sessions() as session:
        assert not record_receipt(session, means.queue, "city", "fake-1", MessageStatus.DELIVERED, now=NOW)
    assert now_of(sessions, message.id).status is MessageStatus.SENT


# The quiet hours, in Shanghai's time: 21:30-07:00.
LATE = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)  # 22:00
MORNING = datetime(2026, 11, 22, 23, 0, tzinfo=UTC)  # 7:00 on the next day


@pytest.mark.parametrize(
    ("hours", "now", "until"),
    [
        ("21:30-07:00", LATE, MORNING),
        ("21:30-07:00", MORNING.replace(hour=22), MORNING),  # 6:00
        ("21:30-07:00", MORNING, None),
        ("21:30-07:00", NOW, None),  # 10:00
        ("09:00-11:00", NOW, NOW.replace(hour=3)),
        ("", LATE, None),
    ],
)
def test_the_quiet_hours_end_in_the_morning(settings: Settings, hours: str, now: datetime, until: datetime | None) -> None:
    assert quiet_until(settings.model_copy(update={"quiet_hours": hours}), now) == until


def test_what_can_wait_waits_for_the_morning(
    means: Means, send: Callable[..., Message], gateway: FakeGateway, clock: Clock, work_off: Callable[[], list[str]]
) -> None:
    clock.now = LATE
    assert send().status is MessageStatus.SENT
    message = send(urgent=False)
    assert (message.status, message.not_before, message.attempts) == (MessageStatus.CREATED, MORNING, 0)
    clock.now = MORNING
    sweep(means.sessions, means.queue, clock())
    assert work_off() == []  # a moment is left to whoever is at it
    clock.advance(3)
    sweep(means.sessions, means.queue, clock())
    assert work_off() == ["send_message"]
    assert len(gateway.sent) == 2


@pytest.mark.parametrize("body", ["退订", "TD", "ｔｄ", "t", " 退订。", "STOP", "请退订，谢谢"])
def test_no_more_sms_are_asked_for(body: str) -> None:
    assert read_choice(body) is Choice.OUT


@pytest.mark.parametrize("body", ["开通", "START", "恢复短信", "kt"])
def test_sms_are_asked_for_again(body: str) -> None:
    assert read_choice(body) is Choice.IN


@pytest.mark.parametrize("body", ["1 4821", "取消", "不退订", "退订单4821", "to", "", "订单", "what does STOP do"])
def test_nothing_else_ends_sms(body: str) -> None:
    assert read_choice(body) is None


@pytest.fixture
def say(means: Means, sessions: SessionMaker, work_off: Callable[[], list[str]]) -> Callable[[str], None]:
    def one(body: str) -> None:
        with sessions() as session:
            receive_message(session, means.queue, means.settings, number=NUMBER, body=body, gateway_ref=None, now=means.clock())
        work_off()

    return one


def test_who_opts_out_is_told_so_and_telephoned_from_then_on(
    sessions: SessionMaker, say: Callable[[str], None], send: Callable[..., Message], gateway: FakeGateway
) -> None:
    say("退订")
    say("TD")
    assert [number for number, _ in gateway.sent] == [NUMBER, NUMBER]
    assert "已退订" in gateway.sent[0][1]
    message = send()
    assert (message.status, message.error) == (MessageStatus.BY_VOICE, "opted out of SMS")
    say("你们是谁")  # the answer to this would be an SMS about SMS
    assert len(gateway.sent) == 2
    assert len(calls(sessions)) == 1


def test_who_opts_in_again_gets_sms_again(
    sessions: SessionMaker, say: Callable[[str], None], send: Callable[..., Message]
) -> None:
    say("退订")
    say("开通")
    with sessions() as session:
        assert session.scalars(select(OptOut)).all() == []
    assert send().status is MessageStatus.SENT
    assert "已恢复" in messages_to(sessions, NUMBER)[1]


def test_an_offer_to_who_opted_out_goes_to_the_next(
    sessions: SessionMaker,
    community: Community,
    say: Callable[[str], None],
    place: Callable[..., int],
    work_off: Callable[[], list[str]],
    gateway: FakeGateway,
) -> None:
    community.provider("近水维修", NUMBER)
    community.provider("远水维修", "13800000002", latitude=30.28)
    say("退订")
    order_id = place()
    work_off()
    assert [offer.status for offer in offers_of(sessions, order_id)] == [OfferStatus.WITHDRAWN, OfferStatus.OPEN]
    assert [number for number, _ in gateway.sent] == [NUMBER, "13800000002"]
    assert calls(sessions) == []
