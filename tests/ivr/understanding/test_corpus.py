"""The corpus is whole, and is read strictly."""

import re
from collections import Counter
from pathlib import Path

import pytest

from ivr.understanding import intents
from ivr.understanding.learning.corpus import CorpusError, Example, Misheard, read_corpus, read_heard, write_heard
from ivr.understanding.learning.mishearing import Confusions, align
from ivr.understanding.learning.report import split
from ivr.understanding.learning.training import Lesson
from ivr.understanding.sounds import as_said
from models.demo import read_demo

HEADER = "intent\twording\ttext\talso\n"


@pytest.fixture(scope="module")
def examples() -> list[Example]:
    return read_corpus()


def test_the_corpus_covers_every_service_and_every_other_intent(examples: list[Example]) -> None:
    counts = Counter(example.intent for example in examples)
    services = {service.key for service in read_demo().services}
    assert set(counts) == services | intents.RESERVED
    assert not services & intents.RESERVED
    assert len(examples) >= 6_000
    assert min(counts.values()) >= 70
    assert len({example.wording for example in examples}) >= 4_000


def test_the_corpus_is_written_as_a_recogniser_writes(examples: list[Example]) -> None:
    odd = [example.text for example in examples if not re.fullmatch(r"[\u4e00-\u9fff，。？]+", example.text)]
    assert odd == []


def test_every_fault_of_a_corpus_is_named_by_its_line(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_text(HEADER + "meal\tm-1\t送饭\t\nmeal\t\t送饭来\t\n", encoding="utf-8")
    (tmp_path / "b.tsv").write_text(HEADER + "cleaning\tc-1\t送饭\t\n", encoding="utf-8")
    with pytest.raises(CorpusError) as fault:
        read_corpus(tmp_path)
    assert "a.tsv:3" in str(fault.value)
    assert "b.tsv:2" in str(fault.value)


def test_a_wrong_header_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_text("intent\ttext\nmeal\t送饭\n", encoding="utf-8")
    with pytest.raises(CorpusError, match=r"a\.tsv"):
        read_corpus(tmp_path)


def test_what_was_heard_is_read_as_it_was_written(tmp_path: Path) -> None:
    heard = [
        Misheard(Example("meal", "m-1", "我要订午饭"), ("我要第五份", "我要订午饭"), 10),
        Misheard(Example("meal", "m-1", "送饭"), ("送饭",), None),
    ]
    write_heard(tmp_path / "meal.tsv", heard)
    assert read_heard(tmp_path) == heard


def test_recognisers_errors_are_of_sentences_of_the_corpus(examples: list[Example]) -> None:
    heard = read_heard()
    known = {example.text for example in examples}
    assert len(heard) >= 2_000
    assert {one.example.text for one in heard} <= known


def test_no_paraphrase_of_an_examined_sentence_is_learned(examples: list[Example]) -> None:
    lesson = Lesson(examples, [])
    held_back = split(lesson)
    learned = {example.text for example in examples if example.wording not in held_back}
    asked = {example.text for example in examples if example.wording in held_back}
    assert not learned & asked
    assert 0.15 < len(asked) / len(examples) < 0.6
    pairs = {text: {text[at : at + 2] for at in range(len(text) - 1)} for text in learned | asked}
    for text in sorted(asked)[::40]:
        near = [
            other for other in learned if len(pairs[text] & pairs[other]) >= 0.6 * max(len(pairs[text]), len(pairs[other]), 1)
        ]
        assert near == []


def test_syllables_are_paired_where_they_sound_alike() -> None:
    pairs = align(as_said("我要订午饭").syllables, as_said("我要第五份").syllables)
    assert [one is not None and other is not None for one, other in pairs] == [True] * 5
    assert align(as_said("救命啊").syllables, as_said("救命").syllables)[-1][1] is None


def test_a_mishearing_is_one_that_a_recogniser_made() -> None:
    import random

    confusions = Confusions([Misheard(Example("meal", "m-1", "午饭"), ("五份",), 10)])
    chance = random.Random(1)
    misheard = {confusions.mishear(as_said("午饭"), chance).syllables for _ in range(200)}
    assert as_said("五份").syllables in misheard
    assert len(misheard) > 1
