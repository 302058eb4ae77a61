"""Sentences that stand neither in the corpus nor among its frames: off-topic talk, and cries for help."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from ivr.understanding.intents import EMERGENCY, NONE, YES
from ivr.understanding.learning.corpus import read_corpus
from ivr.understanding.learning.frames import compose
from ivr.understanding.meaning import Decision, Meaning

# The first test waits for a model to be learned, where there is none yet.
pytestmark = pytest.mark.timeout(900)

Mean = Callable[..., Meaning]

# What the hotline is held to: off-topic talk acted upon, emergencies found.
ACCEPTED_AT_MOST = 0.03
FOUND_AT_LEAST = 0.97


def sentences(intent: str) -> list[str]:
    with (Path(__file__).parent / "unlearned.tsv").open(encoding="utf-8", newline="") as file:
        return [row["text"] for row in csv.DictReader(file, delimiter="\t") if row["intent"] == intent]


def test_none_of_them_was_learned() -> None:
    learned = {example.text for example in (*read_corpus(), *compose())}
    assert not learned & {*sentences(NONE), *sentences(EMERGENCY)}


def test_talk_about_nothing_we_do_is_hardly_ever_acted_upon(mean: Mean) -> None:
    talk = sentences(NONE)
    accepted = [text for text in talk if mean(text).decision is Decision.ACCEPT]
    # A yes to no question is no wish.
    wrong = [text for text in accepted if not mean(text).accepts(YES)]
    assert len(wrong) <= ACCEPTED_AT_MOST * len(talk), wrong


def test_talk_about_nothing_we_do_is_no_emergency(mean: Mean) -> None:
    assert [text for text in sentences(NONE) if mean(text).suggests(EMERGENCY)] == []


def test_cries_for_help_are_heard(mean: Mean) -> None:
    cries = sentences(EMERGENCY)
    missed = [text for text in cries if not mean(text).suggests(EMERGENCY)]
    assert len(missed) <= (1 - FOUND_AT_LEAST) * len(cries), missed
