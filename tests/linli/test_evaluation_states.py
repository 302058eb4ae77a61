"""What an answer comes to is told as a conversation would act on it."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from audio.recognizers import Hearing, Hypothesis, RecognitionError
from audio.sound import read_wav, silence, write_wav
from audio.synthesizers import SYNTHESIZERS
from ivr.understanding.services import Catalogue, Offering
from linli.evaluate import named_as_in
from linli.evaluation.figures import Figures, confusions
from linli.evaluation.hearing import Result, hear
from linli.evaluation.manifest import Recorded
from linli.evaluation.states import Decided, states
from models.demo import read_demo
from tests.ivr.plain_understanding import PlainUnderstanding

NOW = datetime(2026, 11, 23, 10, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
CATALOGUE = Catalogue([Offering(at, one.key, one.name, tuple(one.spoken)) for at, one in enumerate(read_demo().services)])


class ScriptedEar:
    """Hears these words in every sound, after a while."""

    def __init__(self, words: str, again: str = "", takes_s: float = 0.0) -> None:
        self._words = words
        self._again = again
        self._takes_s = takes_s
        self.sounds: list[bytes] = []

    async def recognize(self, sound: bytes, hints: Sequence[str] = (), answers: Sequence[str] = ()) -> Hearing:
        self.sounds.append(sound)
        await asyncio.sleep(self._takes_s)
        return Hearing((Hypothesis(self._words, 0.0),))

    async def stream(self, hints: Sequence[str] = (), answers: Sequence[str] = ()) -> None:
        return None

    async def recognize_again(self, sound: bytes, first: Hearing, hints: Sequence[str] = ()) -> Hearing:
        await asyncio.sleep(self._takes_s)
        return Hearing((Hypothesis(self._again, 0.0),)) if self._again else first

    async def recognize_at_other_paces(self, sound: bytes, before: Hearing, hints: Sequence[str]) -> Hearing:
        return before


class BrokenEar(ScriptedEar):
    async def recognize(self, sound: bytes, hints: Sequence[str] = (), answers: Sequence[str] = ()) -> Hearing:
        raise RecognitionError("broken")


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of somebody who says a sentence."""
    folder = tmp_path_factory.mktemp("spoken")
    path = folder / "sentence.wav"
    write_wav(path, SYNTHESIZERS["pyttsx3"](folder).speak("我想请人来打扫卫生"))
    return path


def told(file: Path, ear: ScriptedEar, intent: str = "cleaning") -> Result:
    asked = states(CATALOGUE, NOW)
    recorded = Recorded(file.name, file, "…", intent, "somebody", "clean")
    return asyncio.run(hear(recorded, asked.get(intent, asked[""]), ear, PlainUnderstanding(), NOW))


@pytest.mark.parametrize(
    ("heard", "intent", "understood", "decision"),
    [
        ("我要打扫卫生", "cleaning", "cleaning", "accept"),
        ("好像要打扫卫生", "cleaning", "cleaning", "confirm"),
        ("今天天气真好", "none", None, "again"),
        ("阿巴阿巴", "cleaning", None, "again"),
        ("救命", "emergency", "emergency", "accept"),
        ("好像在喊救命", "emergency", "emergency", "confirm"),
        ("我找话务员", "operator", "operator", "accept"),
        ("好像找话务员", "cleaning", "operator", "confirm"),
        ("慢一点说", "slower", "slower", "accept"),
        ("好像慢一点", "slower", "slower", "confirm"),
        ("好像等一下", "cleaning", None, "again"),
        ("对的", "yes", "yes", "accept"),
        ("不对", "no", "no", "accept"),
        ("不要了", "no", "no", "accept"),
        ("救命", "yes", "emergency", "accept"),
        ("后天下午三点", "time", "time", "accept"),
        ("阿巴阿巴", "time", None, "again"),
        ("两份", "number", "number", "accept"),
        ("三号楼二单元五零二", "address", "address", "accept"),
    ],
)
def test_each_intent_is_read_in_the_state_that_asks_for_it(
    spoken: Path, heard: str, intent: str, understood: str | None, decision: str
) -> None:
    result = told(spoken, ScriptedEar(heard), intent)
    assert (result.understood, result.decision, result.transcript) == (understood, decision, heard)


def test_where_recognition_fails_a_person_comes(spoken: Path) -> None:
    result = told(spoken, BrokenEar(""))
    assert (result.understood, result.decision, result.transcript) == (None, Decided.PERSON, "")


def test_a_file_without_speech_is_not_understood(tmp_path: Path) -> None:
    write_wav(tmp_path / "nobody.wav", silence(2))
    ear = ScriptedEar("我要打扫卫生")
    result = told(tmp_path / "nobody.wav", ear)
    assert (result.understood, result.decision, result.seconds) == (None, Decided.AGAIN, 0.0)
    assert ear.sounds == []


def test_what_was_not_understood_is_heard_again_however_slow_the_recogniser_is(spoken: Path) -> None:
    result = told(spoken, ScriptedEar("阿巴阿巴", again="我要打扫卫生", takes_s=1.0))
    assert (result.understood, result.transcript) == ("cleaning", "我要打扫卫生")
    assert 2.0 <= result.seconds < 4.0


def test_the_recogniser_is_given_the_whole_sentence(spoken: Path) -> None:
    ear = ScriptedEar("我要打扫卫生")
    told(spoken, ear)
    assert len(ear.sounds[-1]) >= 0.8 * len(read_wav(spoken))


def result_of(
    intent: str, understood: str | None, decision: Decided = Decided.ACCEPT, text: str = "…", seconds: float = 1.0
) -> Result:
    return Result(Recorded("a.wav", Path("a.wav"), text, intent, "v", "clean"), understood, decision, "…", seconds)


def test_an_appliance_is_a_repair_unless_the_manifest_tells_them_apart() -> None:
    result = result_of("repair", "appliance")
    assert named_as_in({"repair"}, result).understood == "repair"
    assert named_as_in({"repair", "appliance"}, result).understood == "appliance"


def test_who_asks_for_a_moment_wishes_for_nothing_unless_the_manifest_knows_of_it() -> None:
    result = result_of("none", "wait")
    granted = named_as_in({"none"}, result)
    assert (granted.understood, granted.decision) == (None, Decided.AGAIN)
    assert named_as_in({"none", "wait"}, result).understood == "wait"


def test_the_figures_count_what_became_of_the_files() -> None:
    figures = Figures(
        [
            result_of("cleaning", "cleaning", seconds=3.0),
            result_of("cleaning", "meal"),
            result_of("cleaning", "emergency", Decided.CONFIRM),
            result_of("cleaning", None, Decided.AGAIN),
            result_of("none", None, Decided.AGAIN),
            result_of("none", "meal"),
            result_of("emergency", "emergency", Decided.CONFIRM),
            result_of("emergency", None, Decided.PERSON),
            result_of("yes", "yes"),
            result_of("none", "emergency", text=""),
        ]
    )
    assert (figures.right, figures.wrong, figures.rejected) == (0.4, 0.4, 0.2)
    assert (figures.accepted_right, figures.accepted_wrong) == (0.2, 0.3)
    assert figures.right_without_context == pytest.approx(3 / 9)
    assert figures.off_topic_accepted == 0.5
    assert (figures.emergency_recall, figures.emergency_recall_at_once) == (0.5, 0.0)
    assert figures.false_alarms == 0.0
    assert figures.needless_questions == pytest.approx(1 / 7)
    assert figures.false_alarms_on_noise == 1.0
    assert figures.sent_to_a_person == 0.1
    assert figures.seconds(50) == 1.0
    assert figures.seconds(100) == 3.0


def test_where_there_is_nothing_to_count_there_is_no_figure() -> None:
    figures = Figures([result_of("cleaning", "cleaning")])
    assert figures.emergency_recall is None
    assert figures.off_topic_accepted is None
    assert Figures([]).seconds(50) is None


def test_confusions_are_counted_by_what_was_meant_and_understood() -> None:
    results = [result_of("cleaning", "meal"), result_of("cleaning", "meal"), result_of("none", None), result_of("noise", "meal")]
    assert confusions(results) == {("cleaning", "meal"): 2, ("nothing", "nothing"): 1, ("nothing", "meal"): 1}
