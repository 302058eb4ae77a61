"""The script of calls about orders: what each kind says, what becomes of the attempt, and whom the dialplan is told to ring."""

import socket
from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import pytest

from agi_scripts.announcing import Announcements
from agi_scripts.channel import Channel
from agi_scripts.family import FamilyCalls
from agi_scripts.outbound import OutboundCalls
from agi_scripts.talking import Talks
from dispatch.outbound.asking import ask_for_call
from dispatch.queue import JobQueue
from exchange.ami import AsteriskManager
from ivr.conversation import Conversation, Surroundings
from ivr.dialogues.desk import Desk
from ivr.errors import CallerHungUp
from ivr.media.server import MediaServer
from ivr.media.thread import MediaThread
from ivr.recorder import Recorder
from models.base import utc_now
from models.calls import Call
from models.database import SessionMaker
from models.follow_ups import FollowUpStatus, OrderFollowUp
from models.messages import Direction, Message, MessageStatus
from models.orders import Offer, OfferStatus, Order, OrderStatus
from models.outbound_calls import CallPurpose, OutboundAttempt, OutboundCall, OutboundResult, OutboundStatus
from models.providers import Provider
from models.residents import residents_by_number
from models.settings import Settings
from tests.agi_scripts.fake_asterisk import FakeAsterisk, environment
from tests.ivr.conftest import HANG_UP, NOW, SILENT, FakeEar, FakeLine, SilentVoice
from tests.ivr.plain_care import PlainCare
from tests.ivr.plain_understanding import PlainUnderstanding
from tests.ivr.telling import ALONE
from tests.ivr.timeless import run_timeless

PROVIDER = "13700000001"
T = TypeVar("T")


@dataclass(frozen=True)
class TimelessTalks(Talks):
    """Holds the conversation with somebody who says and presses these things, as fast as it can be."""

    answers: deque[str] = field(default_factory=deque)
    speech: bytes = b""

    def hold(self, channel: Channel, call: Call, dialogue: Callable[[Conversation], Awaitable[T]]) -> T:
        line = FakeLine(self.answers, self.speech)
        around = self.surroundings
        surroundings = Surroundings(around.sessions, around.voice, FakeEar(line), around.understanding, around.clock)
        result: T = run_timeless(dialogue(Conversation(line, call.id, surroundings)))
        return result


@pytest.fixture
def database_url(one_database: str) -> str:
    return one_database


@dataclass
class Script:
    """The script with everything around it; `told` is what the dialplan was told last."""

    calls: Callable[[deque[str]], OutboundCalls]
    sessions: SessionMaker
    voice: SilentVoice

    def answer(self, attempt_id: int | str, *answers: str) -> dict[str, str]:
        """Somebody answers the attempt; the channel's variables afterwards."""
        ours, theirs = socket.socketpair()
        with ours, theirs:
            theirs.sendall(environment("outbound", agi_extension=str(attempt_id), agi_uniqueid=f"1.00{attempt_id}"))
            asterisk = FakeAsterisk(theirs).start()
            try:
                self.calls(deque(answers))(Channel(ours))
            except CallerHungUp:
                pass
            finally:
                ours.shutdown(socket.SHUT_RDWR)
                asterisk.ended.wait(60)
            return {words[2]: words[3] for words in asterisk.commands if words[:2] == ["SET", "VARIABLE"]}

    def result(self, attempt_id: int) -> OutboundResult | None:
        with self.sessions() as session:
            return session.get_one(OutboundAttempt, attempt_id).result


@pytest.fixture
def script(sessions: SessionMaker, settings: Settings, speech: bytes, tmp_path: Path) -> Iterator[Script]:
    voice = SilentVoice()
    recorder = Recorder(tmp_path)
    manager = AsteriskManager("127.0.0.1", settings.ami_port, "linli", "")  # which nobody starts
    around = Surroundings(sessions, voice, FakeEar(FakeLine(deque(), speech)), PlainUnderstanding(), lambda: NOW)
    desk = Desk(JobQueue(f"redis://127.0.0.1:{settings.redis_port}/0"), tmp_path)
    family = FamilyCalls(Announcements(voice, tmp_path))

    def calls(answers: deque[str]) -> OutboundCalls:
        media = MediaThread(MediaServer("127.0.0.1", settings.media_port))  # never entered
        talks = TimelessTalks(around, media, manager, recorder, family, settings, answers, speech)
        return OutboundCalls(talks, desk, PlainCare())

    yield Script(calls, sessions, voice)
    recorder.close()


def attempt_at(sessions: SessionMaker, purpose: CallPurpose, status: OrderStatus) -> int:
    """A telephone that rings about an order in this status, its provider's or its resident's."""
    now = utc_now()
    with sessions.begin() as session:
        [resident] = residents_by_number(session, ALONE)
        provider = session.query(Provider).filter_by(number=PROVIDER).one()
        order = Order(
            code="4821", resident_id=resident.id, service_id=1, starts_at=NOW, ends_at=NOW, when_words="", placed_at=now
        )
        order.status = status
        order.provider = None if status is OrderStatus.OFFERED else provider
        session.add(order)
        session.flush()
        number, about = PROVIDER, {}
        if purpose is CallPurpose.OFFER:
            offer = Offer(order=order, provider=provider, made_at=now, expires_at=now, reasons={})
            session.add(offer)
            session.flush()
            about = {"offer_id": offer.id}
        if purpose is CallPurpose.TELL:
            number = ALONE
            facts = {"number": ALONE, "body": "【邻里】老李明天来。", "status": MessageStatus.BY_VOICE, "order_id": order.id}
            message = Message(direction=Direction.OUT, **facts)
            session.add(message)
            session.flush()
            about = {"message_id": message.id}
        if purpose is CallPurpose.FOLLOW_UP:
            number = ""
            follow_up = OrderFollowUp(order_id=order.id, due_at=now)
            session.add(follow_up)
            session.flush()
            about = {"follow_up_id": follow_up.id}
        call = ask_for_call(session, purpose, number, now, order_id=order.id, **about)
        call.status = OutboundStatus.CALLING
        attempt = OutboundAttempt(outbound_call=call, way=number or ALONE, began_at=now)
        session.add(attempt)
        session.flush()
        return attempt.id


def about(sessions: SessionMaker, attempt_id: int) -> OutboundCall:
    with sessions() as session:
        call = session.get_one(OutboundAttempt, attempt_id).outbound_call
        for one in (call.offer, call.message, call.follow_up, call.order):
            _ = one and one.id
        if call.order:
            _ = [line.id for line in call.order.history]
        return call


def test_a_provider_takes_an_order(script: Script, sessions: SessionMaker) -> None:
    attempt = attempt_at(sessions, CallPurpose.OFFER, OrderStatus.OFFERED)
    script.answer(attempt, "key:1")
    call = about(sessions, attempt)
    assert script.result(attempt) is OutboundResult.DONE
    assert call.status is OutboundStatus.DONE
    assert call.offer
    assert call.offer.status is OfferStatus.ACCEPTED


@pytest.mark.parametrize(("answers", "result"), [([SILENT, SILENT], OutboundResult.SILENT), ([HANG_UP], OutboundResult.CUT_OFF)])
def test_a_provider_who_says_nothing_is_not_brought_to_a_person(
    script: Script, sessions: SessionMaker, answers: list[str], result: OutboundResult
) -> None:
    attempt = attempt_at(sessions, CallPurpose.OFFER, OrderStatus.OFFERED)
    told = script.answer(attempt, *answers)
    assert "LINLI_OUTCOME" not in told or told["LINLI_OUTCOME"] == "goodbye"
    assert script.result(attempt) is result
    assert about(sessions, attempt).status is OutboundStatus.UNREACHED


def test_a_provider_who_wants_a_person_is_shown_to_them_by_their_own_number(script: Script, sessions: SessionMaker) -> None:
    attempt = attempt_at(sessions, CallPurpose.OFFER, OrderStatus.OFFERED)
    told = script.answer(attempt, "key:0")
    assert (told["LINLI_OUTCOME"], told["CALLERID(num)"]) == ("operator", PROVIDER)
    assert script.result(attempt) is OutboundResult.DONE


def test_what_is_not_wanted_any_more_when_it_is_answered_ends_with_an_apology(script: Script, sessions: SessionMaker) -> None:
    attempt = attempt_at(sessions, CallPurpose.FOLLOW_UP, OrderStatus.COMPLETED)
    with sessions.begin() as session:  # a person has asked while it rang
        session.query(OrderFollowUp).one().status = FollowUpStatus.HELD
    told = script.answer(attempt, "key:1", "key:5")
    assert "LINLI_OUTCOME" not in told or told["LINLI_OUTCOME"] == "goodbye"
    assert script.result(attempt) is OutboundResult.DONE
    call = about(sessions, attempt)
    assert call.follow_up
    assert call.follow_up.score is None
    assert script.voice.said == ["call_not_wanted"]


def test_a_provider_who_presses_one_has_the_resident_rung(script: Script, sessions: SessionMaker) -> None:
    attempt = attempt_at(sessions, CallPurpose.CONNECT, OrderStatus.ACCEPTED)
    told = script.answer(attempt, "key:1")
    assert (told["LINLI_OUTCOME"], told["LINLI_WAY_1"]) == ("connect", ALONE)
    assert script.result(attempt) is OutboundResult.DONE
    call = about(sessions, attempt)
    assert call.order
    assert [line.happened for line in call.order.history] == ["connected"]


def test_a_text_is_told_in_the_residents_own_call(script: Script, sessions: SessionMaker) -> None:
    attempt = attempt_at(sessions, CallPurpose.TELL, OrderStatus.ACCEPTED)
    script.answer(attempt)
    call = about(sessions, attempt)
    assert script.result(attempt) is OutboundResult.DONE
    assert call.message
    assert call.message.delivered_at
    with sessions() as session:
        spoken = session.get_one(Call, session.get_one(OutboundAttempt, attempt).call_id)
        assert spoken.resident
        assert spoken.number == ALONE


def test_a_resident_is_asked_how_it_was(script: Script, sessions: SessionMaker) -> None:
    attempt = attempt_at(sessions, CallPurpose.FOLLOW_UP, OrderStatus.COMPLETED)
    script.answer(attempt, "key:1", "key:5", SILENT)
    call = about(sessions, attempt)
    assert script.result(attempt) is OutboundResult.DONE
    assert call.follow_up
    assert (call.follow_up.status, call.follow_up.score) == (FollowUpStatus.HELD, 5)


@pytest.mark.parametrize("extension", ["999", "s", "-1"])
def test_an_attempt_that_is_not_there_is_hung_up(script: Script, extension: str) -> None:
    assert script.answer(extension)["LINLI_OUTCOME"] == "goodbye"
    assert script.voice.said == []


def test_an_attempt_is_answered_once(script: Script, sessions: SessionMaker) -> None:
    attempt = attempt_at(sessions, CallPurpose.OFFER, OrderStatus.OFFERED)
    script.answer(attempt, "key:1")
    said = len(script.voice.said)
    assert script.answer(attempt)["LINLI_OUTCOME"] == "goodbye"
    assert len(script.voice.said) == said
