"""Calls with providers as transcripts: an offer, their own line, being put through, and a message that is read out."""

from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest

from dispatch.outbound.spoken import provider_calling, spoken_order
from dispatch.queue import JobQueue
from ivr.conversation import Conversation, Surroundings
from ivr.dialogues.connect_call import connect_call
from ivr.dialogues.desk import Desk
from ivr.dialogues.offer_call import offer_call
from ivr.dialogues.provider_line import provider_line
from ivr.dialogues.tell_call import spoken_pieces, tell_call
from ivr.errors import CallerHungUp, HandOver, PutThroughToResident
from ivr.record import begin_call
from ivr.slots.provider_keys import OfferSlot, WhileTold, Wish
from models.database import SessionMaker
from models.messages import Direction, Message, MessageStatus
from models.orders import Offer, OfferStatus, Order, OrderStatus
from models.outbound_calls import CallPurpose, OutboundCall
from models.residents import residents_by_number
from models.settings import Settings
from tests.ivr.conftest import NOW, SILENT, FakeEar, FakeLine, SilentVoice
from tests.ivr.plain_understanding import PlainUnderstanding
from tests.ivr.telling import ALONE
from tests.ivr.timeless import run_timeless

PROVIDER = "13700000001"
TOLD = ["offer_opening", "offer_told", "offer_question"]


@dataclass
class Held:
    """How a call ended, and what was said in it."""

    ending: str
    prompts: list[str]


Dialogue = Callable[[Conversation], Awaitable[object]]
Hold = Callable[..., Held]


@pytest.fixture
def database_url(one_database: str) -> str:
    return one_database


@pytest.fixture
def desk(settings: Settings) -> Desk:
    return Desk(JobQueue(f"redis://127.0.0.1:{settings.redis_port}/0"), settings.recordings_dir)


@pytest.fixture
def hold(sessions: SessionMaker, speech: bytes) -> Hold:
    """Hold one call with somebody who says and presses these things."""

    def hold_one(dialogue: Dialogue, *answers: str) -> Held:
        line, voice = FakeLine(deque(answers), speech), SilentVoice()
        around = Surroundings(sessions, voice, FakeEar(line), PlainUnderstanding(), lambda: NOW)
        with sessions() as session:
            call = begin_call(session, "provider.1", PROVIDER, None, [])
        try:
            ending = str(run_timeless(dialogue(Conversation(line, call.id, around))))
        except PutThroughToResident as through:
            ending = f"resident of {through.order_id}"
        except HandOver as over:
            ending = f"operator:{over.reason}"
        except CallerHungUp:
            ending = "hung up"
        return Held(ending, voice.said)

    return hold_one


def offered(sessions: SessionMaker, accepted: bool = False, after: timedelta = timedelta(days=1)) -> int:
    """The id of an offer to the provider, of work that begins then."""
    with sessions.begin() as session:
        [resident] = residents_by_number(session, ALONE)
        provider = provider_calling(session, PROVIDER)
        assert provider
        facts = {"starts_at": NOW + after, "ends_at": NOW + after + timedelta(hours=1), "when_words": "", "visit_code": "1234"}
        order = Order(code=f"{4000 + after.seconds % 5000}", resident_id=resident.id, service_id=1, placed_at=NOW, **facts)
        order.status = OrderStatus.ACCEPTED if accepted else OrderStatus.OFFERED
        order.provider_id = provider.id if accepted else None
        status = OfferStatus.ACCEPTED if accepted else OfferStatus.OPEN
        until = NOW + timedelta(minutes=5)
        offer = Offer(order=order, provider=provider, status=status, made_at=NOW, expires_at=until, reasons={})
        session.add(offer)
        session.flush()
        return offer.id


@pytest.fixture
def offer_id(sessions: SessionMaker) -> int:
    return offered(sessions)


@pytest.fixture
def ask_for_an_answer(sessions: SessionMaker, hold: Hold, desk: Desk, settings: Settings, offer_id: int) -> Callable[..., Held]:
    """Ring the provider about the offer."""
    with sessions() as session:
        order = spoken_order(session, offer_id)
    return lambda *answers: hold(lambda talk: offer_call(talk, desk, settings, order), *answers)


@pytest.fixture
def call_the_line(sessions: SessionMaker, hold: Hold, desk: Desk, settings: Settings) -> Callable[..., Held]:
    """The provider calls their line."""
    with sessions() as session:
        provider = provider_calling(session, PROVIDER)
    assert provider
    id_ = provider.id
    return lambda *answers: hold(lambda talk: provider_line(talk, desk, settings, id_), *answers)


def offer_of(sessions: SessionMaker, offer_id: int) -> Offer:
    with sessions() as session:
        offer = session.get_one(Offer, offer_id)
        _ = offer.order
        return offer


def sms_of(sessions: SessionMaker) -> list[str]:
    with sessions() as session:
        return [message.body for message in session.query(Message).filter_by(number=PROVIDER)]


def test_what_is_wanted_is_told_as_by_sms(
    sessions: SessionMaker, hold: Hold, desk: Desk, settings: Settings, offer_id: int
) -> None:
    with sessions.begin() as session:
        session.get_one(Offer, offer_id).order.details = {"份": 2, "要买的": "一袋米"}
    with sessions() as session:
        order = spoken_order(session, offer_id)
    assert order.details == "2份，要买的：一袋米"
    told = hold(lambda talk: offer_call(talk, desk, settings, order), "key:2")
    assert told.prompts == ["offer_opening", "offer_told", "tell_words", "offer_question", "offer_declined", "provider_goodbye"]


@pytest.mark.parametrize("answer", ["key:1", "我接", "可以", "好的"])
def test_one_takes_the_order_and_the_address_comes_by_sms(
    sessions: SessionMaker, ask_for_an_answer: Callable[..., Held], offer_id: int, answer: str
) -> None:
    told = ask_for_an_answer(answer)
    assert told.prompts == [*TOLD, "offer_taken", "provider_goodbye"]
    assert told.ending == "done"
    offer = offer_of(sessions, offer_id)
    assert (offer.status, offer.order.status) == (OfferStatus.ACCEPTED, OrderStatus.ACCEPTED)
    [sms] = sms_of(sessions)
    assert offer.order.code in sms
    assert "502" in sms


@pytest.mark.parametrize("answer", ["key:2", "接不了", "没空"])
def test_two_leaves_it(sessions: SessionMaker, ask_for_an_answer: Callable[..., Held], offer_id: int, answer: str) -> None:
    told = ask_for_an_answer(answer)
    assert told.prompts == [*TOLD, "offer_declined", "provider_goodbye"]
    assert offer_of(sessions, offer_id).status is OfferStatus.REFUSED
    assert sms_of(sessions) == []


def test_nine_tells_the_order_again(ask_for_an_answer: Callable[..., Held]) -> None:
    told = ask_for_an_answer("key:9", "key:1")
    assert told.prompts == [*TOLD, "offer_told", "offer_question", "offer_taken", "provider_goodbye"]


def test_what_is_said_while_the_order_is_told_counts() -> None:
    slot = WhileTold(OfferSlot())
    assert (slot.press("1"), slot.press("2"), slot.press("7")) == (Wish.ACCEPT, Wish.REFUSE, Wish.LISTENS)
    assert slot.patience.first_ms == 0


def test_a_key_that_is_stuck_does_not_keep_the_line_for_ever(ask_for_an_answer: Callable[..., Held]) -> None:
    told = ask_for_an_answer(*["key:9"] * 9)
    assert told.prompts.count("offer_told") == 5


@pytest.mark.parametrize("answers", [[SILENT, SILENT], ["您拨打的电话暂时无法接通请留言", SILENT]])
def test_a_voicemail_answers_nothing(
    sessions: SessionMaker, ask_for_an_answer: Callable[..., Held], offer_id: int, answers: list[str]
) -> None:
    assert ask_for_an_answer(*answers).ending in ("operator:silence", "operator:not_understood")
    assert offer_of(sessions, offer_id).status is OfferStatus.OPEN


def test_who_is_too_late_is_told(sessions: SessionMaker, ask_for_an_answer: Callable[..., Held], offer_id: int) -> None:
    with sessions.begin() as session:
        offer = session.get_one(Offer, offer_id)
        offer.status, offer.order.status = OfferStatus.WITHDRAWN, OrderStatus.CANCELLED
    assert ask_for_an_answer("key:1").prompts == [*TOLD, "offer_gone", "provider_goodbye"]


def test_zero_brings_a_person(ask_for_an_answer: Callable[..., Held]) -> None:
    assert ask_for_an_answer("key:0").ending == "operator:asked"


def test_a_provider_with_nothing_to_do_is_told_so(call_the_line: Callable[..., Held]) -> None:
    assert call_the_line().prompts == ["line_opening", "line_nothing", "provider_goodbye"]


def test_the_line_tells_what_is_theirs_and_then_what_waits(sessions: SessionMaker, call_the_line: Callable[..., Held]) -> None:
    theirs = offered(sessions, accepted=True, after=timedelta(hours=2))
    waits = offered(sessions)
    told = call_the_line("key:3", "key:1")
    assert told.prompts == [
        "line_opening",
        *("line_yours", "line_whose", "line_question", "line_arrived"),
        *("line_offered", "offer_told", "offer_question", "offer_taken"),
        "provider_goodbye",
    ]
    assert offer_of(sessions, waits).order.status is OrderStatus.ACCEPTED
    assert offer_of(sessions, theirs).order.status is OrderStatus.ARRIVED


@pytest.mark.parametrize("answer", ["key:4", "完成了"])
def test_four_reports_that_it_is_done(sessions: SessionMaker, call_the_line: Callable[..., Held], answer: str) -> None:
    theirs = offered(sessions, accepted=True)
    assert "line_completed" in call_the_line(answer).prompts
    assert offer_of(sessions, theirs).order.status is OrderStatus.COMPLETED


def test_five_has_us_call_back_and_put_the_provider_through(sessions: SessionMaker, call_the_line: Callable[..., Held]) -> None:
    theirs = offered(sessions, accepted=True)
    told = call_the_line("key:9", "key:5")
    assert told.prompts.count("line_yours") == 2
    assert told.prompts[-1] == "line_calls_back"
    order_id = offer_of(sessions, theirs).order_id
    with sessions() as session:
        [call] = session.query(OutboundCall)
        assert (call.purpose, call.number) == (CallPurpose.CONNECT, PROVIDER)
        assert call.order_id == order_id
        assert call.due_at > NOW


def test_who_says_nothing_to_one_hears_the_next(sessions: SessionMaker, call_the_line: Callable[..., Held]) -> None:
    first = offered(sessions)
    offered(sessions, accepted=True, after=timedelta(hours=3))
    told = call_the_line(SILENT, SILENT)
    assert told.prompts[-2:] == ["offer_question", "provider_goodbye"]
    assert offer_of(sessions, first).status is OfferStatus.OPEN


def test_a_worker_calls_for_their_provider(sessions: SessionMaker) -> None:
    with sessions() as session:
        assert provider_calling(session, "+86 136 0000 0001") == provider_calling(session, PROVIDER)
        assert provider_calling(session, ALONE) is None
        assert provider_calling(session, "") is None


@pytest.mark.parametrize(("answer", "ending"), [("key:1", "resident of 7"), ("接通", "resident of 7"), ("key:2", "done")])
def test_a_provider_who_presses_one_is_put_through(hold: Hold, answer: str, ending: str) -> None:
    answer = "是的" if answer == "接通" else answer
    assert hold(lambda talk: connect_call(talk, 7, "王奶奶"), answer).ending == ending


def test_a_message_is_read_out_twice_and_then_counts_as_told(sessions: SessionMaker, hold: Hold) -> None:
    body = "【邻里】老李明天上午九点来。确认码1234，请在做完后告诉师傅。"
    message_id = told_message(sessions, body)
    told = hold(lambda talk: tell_call(talk, message_id, body))
    assert told.prompts == ["tell_opening", *["tell_words"] * 2, "tell_once_more", *["tell_words"] * 2, "tell_goodbye"]
    assert told.ending == "done"
    with sessions() as session:
        assert session.get_one(Message, message_id).delivered_at == NOW


def test_who_hangs_up_before_the_end_was_not_told(sessions: SessionMaker, hold: Hold) -> None:
    message_id = told_message(sessions, "老李明天来。")

    async def hung_up(talk: Conversation) -> object:
        await talk.say("tell_opening")
        raise CallerHungUp

    assert hold(hung_up).ending == "hung up"
    with sessions() as session:
        assert session.get_one(Message, message_id).delivered_at is None


def told_message(sessions: SessionMaker, body: str) -> int:
    with sessions.begin() as session:
        message = Message(direction=Direction.OUT, number=ALONE, body=body, status=MessageStatus.BY_VOICE, created_at=NOW)
        session.add(message)
        session.flush()
        return message.id


def test_what_is_read_out_comes_in_pieces_that_can_be_followed() -> None:
    body = "【邻里】新订单4821：水电维修，11月23日（周一）上午9点，桂花苑3幢，王奶奶。接单回复1 4821，见http://a/p/x_Y 谢谢！"
    assert spoken_pieces(body) == [
        "新订单4 8 2 1：水电维修，11月23日（周一）上午9点。",
        "桂花苑3幢，王奶奶。",
        "接单回复1 4 8 2 1，见 谢谢！",
    ]
