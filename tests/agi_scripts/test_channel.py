import socket
import threading
import time
from collections.abc import Iterator

import pytest
from asterisk.agi import AGIAppError, AGIDBError, AGIInvalidCommand, AGIUnknownError, AGIUsageError
from hypothesis import given
from hypothesis import strategies as st

import agi_scripts.channel
from agi_scripts.channel import Channel
from ivr.errors import CallEnded, CallerHungUp
from tests.agi_scripts.fake_asterisk import Answer, FakeAsterisk, environment

HOSTILE = [
    'Robert "; DROP TABLE residents; --',
    "${SHELL(touch /tmp/pwned)}",
    "a\nSET VARIABLE LINLI_OUTCOME goodbye",
    'a"\r\nEXEC System "reboot',
    "trailing backslash \\",
    '\\" EXEC',
    "nul\0byte",
    "tab\tand  spaces",
    "李秀英 😀",
    "",
    "hangup",
]


class Connected:
    """A channel with a fake Asterisk behind it."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        self.asterisk = FakeAsterisk(theirs)
        self.ours = ours
        theirs.sendall(environment())
        self.channel = Channel(ours)
        self.asterisk.start()

    def answers(self, answer: Answer | str) -> Channel:
        self.asterisk.answer = (lambda words: answer) if isinstance(answer, str) else answer
        return self.channel


@pytest.fixture
def call() -> Iterator[Connected]:
    connected = Connected()
    yield connected
    connected.ours.close()
    connected.asterisk.ended.wait(60)
    connected.asterisk.connection.close()


def test_the_environment_tells_who_calls(call: Connected) -> None:
    assert call.channel.script == "hotline"
    assert call.channel.name == "PJSIP/trunk-00000001"
    assert call.channel.unique_id == "1700000000.1"
    assert call.channel.caller_number == "13800000001"


@pytest.mark.parametrize("value", HOSTILE)
def test_a_hostile_value_arrives_as_one_word_of_one_command(call: Connected, value: str) -> None:
    call.answers("200 result=1").set_variable("LINLI_NOTE", value)
    call.channel.noop()
    wanted = value.replace("\r", " ").replace("\n", " ").replace("\0", " ")
    assert call.asterisk.commands == [["SET", "VARIABLE", "LINLI_NOTE", wanted], ["NOOP"]]


@pytest.mark.parametrize("value", [value for value in HOSTILE if value])
def test_what_pyst2_does_not_quote_is_quoted_too(call: Connected, value: str) -> None:
    call.channel.stream_file(value)
    assert [len(command) for command in call.asterisk.commands] == [5]


@given(st.text(max_size=200))
def test_any_text_comes_through(text: str) -> None:
    call = Connected()
    call.channel.appexec("NoOp", text)
    call.ours.close()
    call.asterisk.ended.wait(60)
    call.asterisk.connection.close()
    plain = text.replace("\r", " ").replace("\n", " ").replace("\0", " ")
    assert call.asterisk.commands == [["EXEC", "NoOp", plain]]


def test_a_command_longer_than_asterisk_reads_is_refused(call: Connected) -> None:
    with pytest.raises(ValueError, match="more than Asterisk reads"):
        call.channel.set_variable("LINLI_NOTE", "长" * 700)
    assert call.asterisk.commands == []


@pytest.mark.parametrize("name", ["SHELL(rm -rf /)", "A B", "", "X\nY", "FILE(/etc/passwd)", "${X}"])
def test_a_strange_name_is_no_variable(call: Connected, name: str) -> None:
    with pytest.raises(ValueError, match="not the name"):
        call.channel.set_variable(name, "x")
    with pytest.raises(ValueError, match="not the name"):
        call.channel.get_variable(name)


@pytest.mark.parametrize("value", ["", "hangup", "a (b) c", ") result=-1", "x=y", "two\nlines", "three\n\nlines"])
def test_a_variables_value_is_read_as_it_is(call: Connected, value: str) -> None:
    assert call.answers(f"200 result=1 ({value})").get_variable("LINLI_NOTE") == value
    assert call.answers("200 result=0").get_variable("NOTHING") == ""


def test_the_lease_is_the_channels_absolute_timeout(call: Connected) -> None:
    call.answers("200 result=1").renew_lease(15)
    assert call.asterisk.commands == [["SET", "VARIABLE", "TIMEOUT(absolute)", "15"]]


def test_the_database_is_asked_for_the_plain_key(call: Connected) -> None:
    assert call.answers("200 result=1 (13800000001)").database_get("keyholders", "device 7") == "13800000001"
    assert call.asterisk.commands == [["DATABASE", "GET", "keyholders", "device 7"]]
    with pytest.raises(AGIDBError):
        call.answers("200 result=0").database_get("keyholders", "device 8")


def test_a_hangup_line_is_not_an_answer_and_variables_can_still_be_read(call: Connected) -> None:
    assert call.answers("HANGUP\n200 result=1 (here)").get_variable("LINLI_NOTE") == "here"
    assert call.channel.hung_up
    assert call.answers("200 result=1 (still)").get_variable("LINLI_NOTE") == "still"


def test_a_failed_command_on_a_dead_channel_is_a_hangup(call: Connected) -> None:
    def dead(words: list[str]) -> str:
        return "HANGUP\n511 Command Not Permitted on a dead channel" if words[0] == "CHANNEL" else "200 result=-1"

    with pytest.raises(CallerHungUp):
        call.answers(dead).appexec("Wait", "10")
    assert not call.channel.channel_is_up()


def test_a_failed_command_on_a_live_channel_is_a_failure(call: Connected) -> None:
    with pytest.raises(AGIAppError):
        call.answers(lambda words: "200 result=6" if words[0] == "CHANNEL" else "200 result=-1").appexec("AudioSocket", "x")
    assert call.channel.channel_is_up()


def test_a_command_on_a_dead_channel_is_a_hangup(call: Connected) -> None:
    with pytest.raises(CallerHungUp):
        call.answers("511 Command Not Permitted on a dead channel or intercept routine").stream_file("hello")


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        ("510 Invalid or unknown command", AGIInvalidCommand),
        ("520-Invalid command syntax.  Proper usage follows:\nUsage: NOOP\n520 End of proper usage.", AGIUsageError),
        ("900 what", AGIUnknownError),
        ("rubbish", AGIUnknownError),
        ("200 rubbish", AGIUnknownError),
    ],
)
def test_other_answers_are_pyst2s_errors(call: Connected, reply: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        call.answers(reply).noop()
    call.answers("200 result=0").noop()


def test_asterisk_dying_ends_the_call(call: Connected) -> None:
    call.asterisk.close()
    with pytest.raises(CallEnded):
        call.channel.noop()
    with pytest.raises(CallEnded):
        call.channel.noop()


def test_a_silent_asterisk_does_not_hold_the_script(call: Connected, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agi_scripts.channel, "REPLY_WITHIN_S", 0.05)
    with pytest.raises(CallEnded, match="in time"):
        call.answers("").noop()


def test_an_answer_without_an_end_is_given_up(call: Connected) -> None:
    with pytest.raises(CallEnded, match="too long"):
        call.answers("x" * 100_000).noop()


def test_waiting_for_a_long_command_ends_at_the_answer(call: Connected) -> None:
    assert not call.channel.reply_ready(0.01)
    call.channel.send_command("NOOP")
    assert call.channel.reply_ready(5)
    assert call.channel.get_result() == {"result": ("0", "")}


def test_nothing_is_written_to_standard_error(call: Connected, capfd: pytest.CaptureFixture[str]) -> None:
    call.channel.noop()
    assert capfd.readouterr() == ("", "")


def connect(sent: bytes) -> Channel:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        threading.Thread(target=theirs.sendall, args=(sent,), daemon=True).start()
        return Channel(ours)


def test_a_caller_cannot_forge_what_asterisk_said_before() -> None:
    channel = connect(environment(agi_calleridname="x\nagi_callerid: 110\nagi_network_script: other"))
    assert (channel.caller_number, channel.script) == ("13800000001", "hotline")


def test_a_withheld_number_is_empty() -> None:
    assert connect(environment(agi_callerid="unknown")).caller_number == ""


def test_the_scripts_arguments_are_not_its_name() -> None:
    assert connect(environment("hotline?x=1")).script == "hotline"


@pytest.mark.parametrize("sent", [b"GET / HTTP/1.1\r\n\r\n", b"agi_x: " + b"y" * 100_000, b"agi_x: y\n" * 10_000, b"\xff\xfe\n"])
def test_what_is_no_agi_environment_is_refused(sent: bytes) -> None:
    with pytest.raises(CallEnded):
        connect(sent)


def test_an_environment_that_drips_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agi_scripts.channel, "ENVIRONMENT_WITHIN_S", 0.1)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(b"agi_network: yes\nagi_")
        began = time.monotonic()
        with pytest.raises(CallEnded, match="in time"):
            Channel(ours)
        assert time.monotonic() - began < 10
