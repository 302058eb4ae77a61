"""A scripted call against a hotline that is a phone in a thread."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from rich.console import Console

from audio.sound import silence
from linli import scripted_call
from linli.call_screen import CallScreen, TurnLine
from linli.scripted_call import Action, CallReport, Kind, place_call
from linli.softphone import Call, Identity, Softphone
from tests.linli.softphone.sounds import sweep

WORDS = {"水管漏水": sweep(0.5), "是的": sweep(0.5, 1900, 700)}


pytestmark = pytest.mark.usefixtures("short_gap")


@contextmanager
def played_by(hotline: Softphone, part: Callable[[Call], None]) -> Iterator[Future[Call]]:
    """The hotline takes the next call and plays its part in a thread; yields its end of the call."""

    def take_call() -> Call:
        call = hotline.wait_incoming(60)
        part(call)
        call.wait_ended(60)
        return call

    with ThreadPoolExecutor(1) as pool:
        yield pool.submit(take_call)


def place(hotline: Softphone, actions: list[Action], screen: CallScreen | None = None, **chosen: object) -> CallReport:
    return place_call(
        actions,
        server=f"127.0.0.1:{hotline.port}",
        identity=Identity("13800000001"),
        number="96345",
        speak=WORDS.__getitem__,
        screen=screen or CallScreen(Console(quiet=True)),
        **chosen,  # type: ignore[arg-type]
    )


def test_the_caller_stays_until_it_has_been_quiet_and_then_hangs_up(hotline: Softphone) -> None:
    def talk_on(call: Call) -> None:
        call.answer()
        call.say(sweep(0.3) + silence(0.6) + sweep(0.3))

    with played_by(hotline, talk_on):
        report = place(hotline, [], stay_s=1.2)
    assert report.hung_up_by == "caller"
    assert len(report.heard) == 2


def test_what_could_not_be_said_any_more_is_told(hotline: Softphone) -> None:
    def hang_up_after_the_first(call: Call) -> None:
        call.answer()
        call.say(sweep(0.3))
        call.wait_prompt_end(30)
        call.hang_up()

    with played_by(hotline, hang_up_after_the_first):
        report = place(hotline, [Action(Kind.SAY, "水管漏水"), Action(Kind.SAY, "是的")])
    assert report.hung_up_by == "system"
    assert [action.span is None for action in report.actions] == [False, True]
    assert report.as_json()["actions"][1]["at"] is None


def test_the_caller_waits_on_while_the_hotline_only_asks_for_a_moment(hotline: Softphone) -> None:
    written: list[TurnLine] = []
    looked = threading.Event()
    order = []

    def read() -> list[TurnLine]:
        so_far = list(written)
        looked.set()
        return so_far

    def think(call: Call) -> None:
        call.answer()
        written.append(TurnLine("system", "请稍等。", "one_moment"))
        call.say(sweep(0.3))
        assert looked.wait(30)
        order.append("asked")
        written.append(TurnLine("system", "您好，请讲", "welcome"))
        call.say(sweep(0.3))
        call.wait_prompt_end(30)
        order.append("answered")
        call.hang_up()

    with played_by(hotline, think):
        report = place(hotline, [Action(Kind.SAY, "是的")], CallScreen(Console(quiet=True), read))
    assert order == ["asked", "answered"]
    [said] = report.actions
    assert said.span is not None
    assert said.span.start_s > report.heard[1].end_s


def test_a_hotline_that_never_speaks_is_told_in_words(hotline: Softphone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scripted_call, "PROMPT_WITHIN_S", 0.3)
    with played_by(hotline, Call.answer):
        report = place(hotline, [Action(Kind.SAY, "是的")])
    assert report.error is not None
    assert "0.3" in report.error
    assert (report.hung_up_by, report.ended_at is None) == ("caller", False)


def test_a_busy_hotline_is_told_in_words(hotline: Softphone) -> None:
    with played_by(hotline, Call.decline):
        report = place(hotline, [Action(Kind.SAY, "是的")])
    assert report.error is not None
    assert "占线" in report.error
    assert report.answered_at is None


def test_the_screen_shows_words_where_the_hotline_wrote_them_down(hotline: Softphone) -> None:
    def prompt_twice(call: Call) -> None:
        call.answer()
        call.say(sweep(0.3))
        call.wait_prompt_end(30)
        call.say(sweep(0.3) + silence(1))
        call.hang_up()

    written = [TurnLine("system", "您好，请讲"), TurnLine("caller", "是的")]
    console = Console(width=80, record=True, quiet=True)
    with console.capture() as shown, played_by(hotline, prompt_twice):
        console.quiet = False
        place(hotline, [Action(Kind.SAY, "是的")], CallScreen(console, lambda: written))
    lines = shown.get().splitlines()
    assert [line.split()[0] for line in lines] == ["拨打", "已接通", "热线", "听成", "我", "热线"]
    assert "您好，请讲" in lines[2]
    assert "0.3 秒" in lines[5]
