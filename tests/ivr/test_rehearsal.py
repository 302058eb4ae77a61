"""Rehearsing goes on where it was, begins with what matters most, and keeps each hearing once."""

import logging
from collections.abc import Sequence
from pathlib import Path
from threading import Barrier

import pytest

from audio.recognizers import Hearing, Hypothesis, RecognitionError
from audio.sound import RATE_HZ, from_samples, to_samples
from audio.synthesizers import SynthesisError
from audio.synthesizers.manner import Manner
from ivr.understanding.learning.conditions import NOISES_DB, conditions
from ivr.understanding.learning.corpus import Example, Misheard, read_corpus, read_heard, write_heard
from ivr.understanding.learning.heard_files import HeardFiles, worth_keeping
from ivr.understanding.learning.rehearsal import in_order, rehearse

TAP = Example("repair", "repair-1", "水龙头坏了，麻烦来修")
LAMP = Example("repair", "repair-2", "灯不亮")
FALL = Example("emergency", "emergency-1", "我摔倒了，起不来")
CORPUS = [TAP, LAMP, FALL]


class PlainVoice:
    """Says a text as a tone, and remembers it."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def speak(self, text: str) -> bytes:
        self.said.append(text)
        return from_samples(to_samples(bytes(RATE_HZ)) + 0.1)


class ManyVoices(PlainVoice):
    """Says it in the manner it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.manners: list[Manner] = []

    def perform(self, text: str, manner: Manner) -> bytes:
        self.manners.append(manner)
        return self.speak(text)


class Recognizer:
    """Hears what it is told to, one after another, the last one for ever."""

    def __init__(self, *heard: tuple[str, ...]) -> None:
        self.heard = list(heard)
        self.sounds: list[bytes] = []

    def recognize(self, sound: bytes, hints: Sequence[str] = (), answers: Sequence[str] = ()) -> Hearing:
        self.sounds.append(sound)
        heard = self.heard.pop(0) if len(self.heard) > 1 else self.heard[0]
        return Hearing(tuple(Hypothesis(text, -0.1 * rank) for rank, text in enumerate(heard)))

    def recognize_again(self, sound: bytes, first: Hearing, hints: Sequence[str] = ()) -> Hearing:
        return first

    def stream(self, hints: Sequence[str] = (), answers: Sequence[str] = ()) -> None:
        return None


class DeafRecognizer(Recognizer):
    def recognize(self, sound: bytes, hints: Sequence[str] = (), answers: Sequence[str] = ()) -> Hearing:
        raise RecognitionError("broken")


def run(folder: Path, examples: Sequence[Example], recognizer: Recognizer, voice: PlainVoice | None = None) -> list[Misheard]:
    files = HeardFiles(folder)
    work = rehearse(in_order(examples, files), files, voice or PlainVoice(), recognizer, workers=1)
    return [one for one in work if one]


def test_emergencies_come_first_then_short_sentences_but_what_was_never_rehearsed_before_them(tmp_path: Path) -> None:
    files = HeardFiles(tmp_path)
    assert in_order(CORPUS, files) == [FALL, LAMP, TAP]
    files.keep([Misheard(FALL, ("我帅倒了",), 12)])
    assert in_order(CORPUS, HeardFiles(tmp_path)) == [LAMP, TAP, FALL]


def test_it_may_be_ended_at_any_time_and_goes_on_where_it_was(tmp_path: Path) -> None:
    files = HeardFiles(tmp_path)
    voice = PlainVoice()
    work = rehearse(in_order(CORPUS, files), files, voice, Recognizer(("我帅倒了",)), workers=1)
    assert next(work) == Misheard(FALL, ("我帅倒了",), conditions(FALL.text, 0).noise_db)
    work.close()
    assert read_heard(tmp_path)
    voice.said.clear()
    run(tmp_path, CORPUS, Recognizer(("灯布料",), ("龙头坏了",), ("我摔到了",)), voice)
    assert voice.said[-1] == FALL.text
    assert {one.example for one in read_heard(tmp_path)} == set(CORPUS)


def test_what_was_heard_just_so_before_is_said_again_in_another_way_and_kept_once(tmp_path: Path) -> None:
    run(tmp_path, [LAMP], Recognizer(("灯不亮",)))
    again = run(tmp_path, [LAMP], Recognizer(("灯不亮",), ("等不了",)))
    assert [one.heard for one in again] == [("等不了",)]
    assert run(tmp_path, [LAMP], Recognizer(("等不了",))) == []
    assert sorted(one.heard for one in read_heard(tmp_path)) == [("灯不亮",), ("等不了",)]


def test_each_intent_has_a_sorted_file_that_gains_only_the_new_lines(tmp_path: Path) -> None:
    run(tmp_path, CORPUS, Recognizer(("一",), ("二",), ("三",)))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["emergency.tsv", "repair.tsv"]
    before = (tmp_path / "repair.tsv").read_text().splitlines()
    assert [line.split("\t")[1] for line in before[1:]] == ["repair-1", "repair-2"]
    run(tmp_path, [TAP], Recognizer(("四",)))
    after = (tmp_path / "repair.tsv").read_text().splitlines()
    assert len(after) == len(before) + 1
    assert [line for line in after if line in before] == before


def test_what_was_heard_is_no_part_of_the_corpus(tmp_path: Path) -> None:
    (tmp_path / "lamp.tsv").write_text("intent\twording\ttext\talso\nrepair\trepair-2\t灯不亮\t\n", encoding="utf-8")
    run(tmp_path / "heard", [LAMP], Recognizer(("等不了",)))
    assert read_corpus(tmp_path) == [LAMP]


def test_a_voice_with_manners_is_told_how_to_speak_and_the_line_is_noisy(tmp_path: Path) -> None:
    voice, recognizer = ManyVoices(), Recognizer(("一",), ("二",))
    run(tmp_path, [LAMP], recognizer, voice)
    run(tmp_path, [LAMP], recognizer, voice)
    assert voice.manners == [conditions(LAMP.text, 0).manner, conditions(LAMP.text, 1).manner]
    assert recognizer.sounds[0] != recognizer.sounds[1]


def test_conditions_are_the_same_for_whoever_asks_and_take_all_noises_in_turn() -> None:
    assert conditions(TAP.text, 3) == conditions(TAP.text, 3) != conditions(LAMP.text, 3)
    noises = [conditions(TAP.text, times).noise_db for times in range(len(NOISES_DB))]
    assert sorted(noises, key=str) == sorted(NOISES_DB, key=str)


def test_all_workers_hear_at_once(tmp_path: Path) -> None:
    both = Barrier(2, timeout=60)

    class Waiting(Recognizer):
        def recognize(self, sound: bytes, hints: Sequence[str] = (), answers: Sequence[str] = ()) -> Hearing:
            both.wait()
            return super().recognize(sound)

    files = HeardFiles(tmp_path)
    assert len(list(rehearse([TAP, LAMP], files, PlainVoice(), Waiting(("一",)), workers=2))) == 2


def test_a_sentence_that_cannot_be_spoken_is_passed_over(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    class Stumbling(PlainVoice):
        def speak(self, text: str) -> bytes:
            if text == FALL.text:
                raise SynthesisError("a character this voice does not know")
            return super().speak(text)

    with caplog.at_level(logging.WARNING):
        assert len(run(tmp_path, CORPUS, Recognizer(("一",)), Stumbling())) == 2
    assert "does not know" in caplog.text


def test_an_engine_that_is_broken_ends_it(tmp_path: Path) -> None:
    with pytest.raises(RecognitionError):
        run(tmp_path, [Example("none", "none-1", f"第{number}句") for number in range(20)], DeafRecognizer())


def test_only_a_few_hypotheses_with_characters_are_kept_and_nothing_that_separates_fields() -> None:
    assert worth_keeping(["Thank you", " 灯\t不|亮 ", "灯 不 亮", "等不了", "灯不料", "灯"]) == ("灯 不 亮", "等不了", "灯不料")
    assert worth_keeping(["...", ""]) == ()


def test_heard_lines_are_read_as_they_were_written(tmp_path: Path) -> None:
    told = [Misheard(TAP, ('水龙头"坏了', "水龙投"), 8), Misheard(LAMP, ("灯不亮",), None)]
    write_heard(tmp_path / "repair.tsv", told)
    assert read_heard(tmp_path) == told
