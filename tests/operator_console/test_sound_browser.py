"""Sound and charts in a real browser: a recording is played, a prompt is recorded by the microphone, reports are drawn."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from audio.sound import duration_s, read_wav, write_wav
from models.base import utc_now
from models.calls import Call, CallStatus, Recording, Turn
from models.daily_figures import DailyFigure, FigurePart
from models.file_openings import RecordingPlay
from models.prompt_voices import PromptVoice
from models.providers import Provider
from models.settings import Settings
from tests.e2e.operator_page import operator_page, speaking_browser
from tests.e2e.town import eventually
from tests.e2e.voices import OPERATOR_HZ, is_heard, tone
from tests.operator_console.program import first_line, running_console

pytestmark = pytest.mark.e2e

RECORDING_S = 40
PROMPT = "goodbye"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with speaking_browser(tmp_path_factory.mktemp("operator")) as browser:
        yield browser


@pytest.fixture
def page(browser: Browser, settings: Settings, database_url: str) -> Iterator[Page]:
    """The administrator's page."""
    with running_console(settings, database_url) as console:
        assert "console at" in first_line(console)
        with operator_page(browser, settings.console_port) as page:
            yield page


@pytest.fixture
def recorded(call: Call, facts: Session, settings: Settings) -> Call:
    """A call in which something is said every ten seconds."""
    name, began = f"{call.channel_id}.wav", call.started_at
    call.status, call.ended_at = CallStatus.ENDED, began + timedelta(seconds=RECORDING_S)
    facts.add(Recording(call_id=call.id, path=name, made_at=began))
    for after_s in range(0, RECORDING_S, 10):
        told = {"began_ms": after_s * 1000}
        at = began + timedelta(seconds=after_s)
        facts.add(Turn(call_id=call.id, speaker="system", words=f"{after_s}秒", heard=told, at=at))
    facts.commit()
    settings.recordings_dir.mkdir(parents=True, exist_ok=True)
    write_wav(settings.recordings_dir / name, tone(OPERATOR_HZ, RECORDING_S))
    return call


def test_the_waveform_leads_to_a_place_and_the_line_is_marked_in_step_with_the_sound(
    page: Page, recorded: Call, facts: Session
) -> None:
    page.goto(f"/recordings/{recorded.id}")
    wave, sound, line = page.locator(".wave > div"), page.locator("audio"), page.locator("li.current")
    expect(wave).to_be_visible()  # drawn

    def click_at(second: float) -> None:
        box = wave.bounding_box()
        assert box
        page.mouse.click(box["x"] + box["width"] * second / RECORDING_S, box["y"] + box["height"] / 2)

    click_at(25)
    expect(line).to_contain_text("20秒")
    assert facts.scalar(select(RecordingPlay.path)) is None  # nothing has been listened to
    facts.rollback()
    click_at(29)
    page.keyboard.press(" ")
    expect(line).to_contain_text("30秒")  # by itself, as it is played
    assert not sound.evaluate("one => one.paused")
    page.keyboard.press("ArrowUp")
    expect(line).to_contain_text("20秒")
    page.locator("li", has_text="10秒").get_by_role("button").click()
    expect(line).to_contain_text("10秒")
    page.keyboard.press("]")
    assert sound.evaluate("one => one.playbackRate") == 1.25

    def played() -> str | None:
        facts.rollback()
        return facts.scalar(select(RecordingPlay.path))

    assert eventually(played) == f"{recorded.channel_id}.wav"  # once listened to, it is written down
    facts.rollback()
    page.goto("/calls/")
    expect(page.locator("audio")).to_have_count(0)


def test_a_prompt_is_recorded_in_the_browser_listened_to_and_put_live(page: Page, facts: Session, settings: Settings) -> None:
    heard = settings.data_dir / "sounds/linli" / f"{PROMPT}.wav"
    write_wav(heard, tone(1900, 1))
    page.goto(f"/prompts/{PROMPT}")
    page.get_by_role("button", name="开始录").click()
    expect(page.locator("[data-clock]")).to_contain_text("2 /")
    page.get_by_role("button", name="停").click()
    just_recorded = page.get_by_label("刚才录的")
    expect(just_recorded).to_be_visible()
    eventually(lambda: just_recorded.evaluate("one => one.readyState"))  # what came out of the recorder can be played
    page.get_by_role("button", name="存下这段录音").click()
    expect(page.get_by_role("status").filter(has_text="录好了")).to_be_visible()
    kept = page.get_by_label("录音 Recording 1")
    kept.evaluate("one => one.play()")
    eventually(lambda: kept.evaluate("one => one.currentTime") > 0.3)
    page.get_by_role("button", name="启用").click()
    expect(page.get_by_text("正在用", exact=True)).to_be_visible()
    voice = facts.scalars(select(PromptVoice)).one()
    assert voice.live_since
    for path in (heard, settings.prompts_dir / "recorded" / f"{PROMPT}.wav"):
        sound = read_wav(path)
        assert is_heard(sound, OPERATOR_HZ)
        assert 1 < duration_s(sound) < 30


def test_a_chart_draws_what_its_table_says(page: Page, provider: Provider, facts: Session) -> None:
    day = utc_now().date()
    for ago, calls in ((1, 17), (2, 23)):
        figure = {"part": FigurePart.AREA, "part_id": provider.areas[0].id}
        facts.add(
            DailyFigure(day=day - timedelta(days=ago), **figure, calls=calls, by_machine=6, waited=4, answered=4, in_15_s=3)
        )
    facts.commit()
    page.goto("/reports")
    chart = page.locator("[data-chart=table-calls]")
    expect(chart.locator("canvas")).to_be_visible()
    assert {"17", "23"} <= set(str(chart.get_attribute("aria-label")).replace("，", " ").replace(",", " ").split())
    count_colours = """canvas => {
            const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
            const seen = new Set();
            for (let at = 0; at < data.length; at += 4) if (data[at + 3]) seen.add(data.slice(at, at + 3).join());
            return seen.size;
        }"""
    eventually(lambda: chart.locator("canvas").evaluate(count_colours) > 10)  # it is drawn a moment after it is there
