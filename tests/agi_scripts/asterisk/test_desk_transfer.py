"""A caller is handed on from the desk: real telephones, what each of them hears, and nobody is ever lost."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

import pytest

from exchange.conference import Conference
from exchange.desk_calls import QUEUE, DeskCalls
from exchange.obstacles import CannotAct, Obstacle
from exchange.switchboard import Switchboard
from linli.softphone import Call, Identity, Softphone
from models.secrets import own_secret
from tests.agi_scripts.asterisk.joined import WORDS, hears, wait_until_aside, wait_until_free, wait_until_joined
from tests.agi_scripts.asterisk.manager_events import Events
from tests.agi_scripts.asterisk.running import RunningAsterisk
from tests.desk_manager import desk_manager
from tests.e2e.voices import OPERATOR_HZ, OTHER_HZ, RESIDENT_HZ, recorded, tone

pytestmark = pytest.mark.e2e

DAUGHTER = "13900000001"
ACTS = count(1001)


@pytest.fixture(scope="module")
def switchboard(asterisk: RunningAsterisk) -> Iterator[Switchboard]:
    with desk_manager(asterisk.settings) as manager:
        yield Switchboard(manager)


@pytest.fixture(scope="module")
def desk_calls(switchboard: Switchboard) -> DeskCalls:
    return DeskCalls(switchboard, Conference(switchboard))


@pytest.fixture
def colleague(asterisk: RunningAsterisk, switchboard: Switchboard, talk: "Talk") -> Iterator[Softphone]:
    """Another desk, which came after the resident was answered."""
    server = f"127.0.0.1:{asterisk.settings.sip_port}"
    with Softphone(server, Identity("desk-2", own_secret(asterisk.settings, "desk-2"))) as phone:
        phone.register()
        wait_until_free(switchboard, 2)
        yield phone


@dataclass
class Talk:
    """A resident whom an operator has answered."""

    events: Events
    phones: dict[str, Softphone]
    switchboard: Switchboard
    desk_calls: DeskCalls
    call_id: str
    resident: Call
    operator: Call
    act: int = field(default_factory=lambda: next(ACTS))

    def ask_aside(self, words: str) -> Call:
        """The daughter's telephone, which rings while the resident waits and the operator hears it ring."""
        self.desk_calls.ask_aside(self.call_id, self.act, 1, DAUGHTER, words)
        daughter = self.phones["outside"].wait_incoming(30)
        wait_until_aside(self.switchboard, self.call_id)
        return daughter

    def told(self, outcome: str) -> None:
        """What became of the act."""
        self.events.wait_for("UserEvent", UserEvent="LinliDesk", Act=str(self.act), Outcome=outcome)

    def answered_again(self) -> Call:
        """The operator's telephone rings again and is answered."""
        again = self.phones["desk"].wait_incoming(30)
        again.answer()
        return again


@pytest.fixture
def talk(events: Events, phones: dict[str, Softphone], switchboard: Switchboard, desk_calls: DeskCalls) -> Iterator[Talk]:
    """The resident has asked for a person; they are both free again afterwards."""
    resident = phones["resident"].dial("service")
    call_id = events.wait_for("QueueCallerJoin", Queue="operators")["Uniqueid"]
    operator = phones["desk"].wait_incoming(30)
    operator.answer()
    wait_until_joined(switchboard, call_id)
    yield Talk(events, phones, switchboard, desk_calls, call_id, resident, operator)
    resident.hang_up()
    operator.hang_up()
    events.wait_for("Hangup", Uniqueid=call_id)


def test_the_daughter_presses_one_and_talks_with_the_resident(asterisk: RunningAsterisk, talk: Talk) -> None:
    talk.desk_calls.transfer(talk.call_id, talk.act, 1, DAUGHTER, "family")
    assert talk.operator.wait_ended(30).status == 200
    daughter = talk.phones["outside"].wait_incoming(30)
    assert daughter.number == asterisk.settings.hotline_number
    daughter.answer()
    daughter.press("1")
    hears(talk.resident, daughter)
    talk.told("ANSWER")
    daughter.hang_up()
    talk.resident.wait_ended(30)
    assert talk.events.lacks("QueueCallerJoin", 0.2, Queue="sos")


def test_a_daughter_who_is_engaged_brings_the_resident_back_to_the_operator_and_the_recording_goes_on(
    asterisk: RunningAsterisk, talk: Talk
) -> None:
    talk.operator.say(tone(OPERATOR_HZ, 1))
    talk.resident.say(tone(RESIDENT_HZ, 1))
    talk.desk_calls.transfer(talk.call_id, talk.act, 1, DAUGHTER, "family")
    talk.phones["outside"].wait_incoming(30).decline()
    again = talk.answered_again()
    talk.told("BUSY")
    hears(talk.resident, again)
    again.say(tone(OTHER_HZ, 1))
    again.hang_up()
    talk.resident.wait_ended(30)
    talk.events.wait_for("Hangup", Uniqueid=talk.call_id)
    assert recorded(asterisk.settings.recordings_dir / f"{talk.call_id}.wav", OPERATOR_HZ, RESIDENT_HZ, OTHER_HZ)


def test_a_voicemail_presses_nothing_and_the_resident_comes_to_another_where_the_operator_is_engaged(talk: Talk) -> None:
    """The operator's own telephone is taken meanwhile: the queue has the resident, before all others."""
    talk.desk_calls.transfer(talk.call_id, talk.act, 1, DAUGHTER, "desk")
    talk.phones["outside"].wait_incoming(30).hang_up()
    ringing = talk.phones["desk"].wait_incoming(30)
    ringing.decline()
    assert talk.events.wait_for("QueueCallerJoin", Queue="operators")["Uniqueid"] == talk.call_id
    hears(talk.resident, talk.answered_again())


def test_back_to_the_queue_is_a_place_before_those_who_call_anew(talk: Talk) -> None:
    talk.desk_calls.transfer(talk.call_id, talk.act, 1, QUEUE, "")
    talk.told("ANSWER")
    hears(talk.resident, talk.answered_again())


def test_a_colleague_takes_the_call_and_it_is_no_longer_the_first_one_s(
    talk: Talk, colleague: Softphone, switchboard: Switchboard
) -> None:
    talk.desk_calls.transfer(talk.call_id, talk.act, 1, "seat-2", "")
    answering = colleague.wait_incoming(30)
    answering.answer()
    hears(talk.resident, answering)
    wait_until_joined(switchboard, talk.call_id)
    talk.told("ANSWER")
    with pytest.raises(CannotAct, match=Obstacle.NOT_YOURS):
        talk.desk_calls.transfer(talk.call_id, talk.act, 1, QUEUE, "")


def test_the_daughter_is_asked_alone_and_then_talks_with_the_resident(asterisk: RunningAsterisk, talk: Talk) -> None:
    daughter = talk.ask_aside("desk")
    with pytest.raises(CannotAct, match=Obstacle.NOT_YET):
        talk.desk_calls.complete(talk.call_id, 1)
    with pytest.raises(CannotAct, match=Obstacle.ASIDE):
        talk.desk_calls.transfer(talk.call_id, talk.act, 1, QUEUE, "")
    daughter.answer()
    daughter.press("1")
    hears(talk.operator, daughter)
    so_far = len(talk.resident.speech)
    hears(daughter, talk.operator)
    assert len(talk.resident.speech) == so_far
    talk.desk_calls.complete(talk.call_id, 1)
    talk.operator.wait_ended(30)
    hears(talk.resident, daughter)
    hears(daughter, talk.resident)
    talk.told("COMPLETED")
    daughter.hang_up()
    talk.resident.wait_ended(30)


@pytest.mark.parametrize("how", ["declines", "hangs up", "is let go", "is let go while it rings"])
def test_who_was_asked_is_gone_and_the_operator_is_with_the_resident_again(talk: Talk, how: str) -> None:
    daughter = talk.ask_aside("")
    if how == "declines":
        daughter.decline()
    elif how != "is let go while it rings":
        daughter.answer()
        hears(talk.operator, daughter)
    if how == "hangs up":
        daughter.hang_up()
    elif how.startswith("is let go"):
        talk.desk_calls.take_back(talk.call_id, 1)
        daughter.wait_ended(30)
    hears(talk.resident, talk.operator)
    talk.desk_calls.call_in(talk.call_id, next(ACTS), 1, "120", "")  # and all else is possible again
    talk.phones["outside"].wait_incoming(30).decline()
    hears(talk.operator, talk.resident)
    talk.operator.hang_up()
    talk.resident.wait_ended(30)


def test_all_three_talk_together_and_an_operator_who_leaves_ends_nothing(talk: Talk) -> None:
    daughter = talk.ask_aside("")
    daughter.answer()
    hears(talk.operator, daughter)
    talk.desk_calls.talk_together(talk.call_id, 1)
    hears(talk.resident, daughter)
    hears(talk.resident, talk.operator)
    with pytest.raises(CannotAct, match=Obstacle.THREE):
        talk.desk_calls.transfer(talk.call_id, talk.act, 1, QUEUE, "")
    talk.operator.hang_up()
    hears(daughter, talk.resident)
    daughter.hang_up()
    talk.resident.wait_ended(30)


def test_an_operator_who_is_gone_while_it_rings_leaves_the_resident_to_another(talk: Talk) -> None:
    daughter = talk.ask_aside("")
    talk.operator.hang_up()
    again = talk.answered_again()
    talk.told("LEFT")
    hears(talk.resident, again)
    daughter.answer()
    hears(again, daughter)
    again.hang_up()
    daughter.hang_up()


def test_a_resident_who_hangs_up_meanwhile_ends_it_for_all_once_they_have_talked(talk: Talk) -> None:
    daughter = talk.ask_aside("")
    daughter.answer()
    hears(talk.operator, daughter)
    talk.resident.hang_up()
    hears(daughter, talk.operator)
    daughter.hang_up()
    talk.operator.wait_ended(30)


def test_a_third_person_is_rung_on_when_the_operator_leaves_and_the_resident_waits_for_them(talk: Talk) -> None:
    talk.desk_calls.call_in(talk.call_id, talk.act, 1, DAUGHTER, "family")
    daughter = talk.phones["outside"].wait_incoming(30)
    hears(talk.resident, talk.operator)
    talk.operator.hang_up()
    daughter.answer()
    daughter.press("1")
    hears(talk.resident, daughter)
    daughter.hang_up()
    talk.resident.wait_ended(30)


@pytest.mark.parametrize("way", ["listen", "whisper", "join"])
def test_a_supervisor_hears_the_call(talk: Talk, colleague: Softphone, way: str) -> None:
    if way == "join":
        talk.desk_calls.join(talk.call_id, talk.act, 2)
    else:
        talk.desk_calls.listen(talk.call_id, talk.act, 2, whisper=way == "whisper")
    supervisor = colleague.wait_incoming(30)
    supervisor.answer()
    talk.told("ANSWER")
    hears(supervisor, talk.resident)
    hears(supervisor, talk.operator)
    hears(talk.resident, talk.operator)  # who has heard all that was said so far
    if way == "join":
        hears(talk.resident, supervisor)
    before = len(talk.resident.speech)
    if way == "whisper":
        hears(talk.operator, supervisor)
    elif way == "listen":
        supervisor.say(WORDS)
        hears(talk.resident, talk.operator)
        assert len(talk.operator.speech) <= 2
    if way == "whisper":
        assert len(talk.resident.speech) == before
    talk.operator.hang_up()
    if way != "join":
        supervisor.wait_ended(30)


def test_nobody_is_listened_to_where_nobody_talks(desk_calls: DeskCalls) -> None:
    with pytest.raises(CannotAct, match=r"no_phone|over"):
        desk_calls.listen("1790000000.1", 1, 2, whisper=False)
