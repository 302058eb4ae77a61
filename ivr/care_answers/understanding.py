"""What an answer in a care call means: all of it and each of its clauses are read, and a worry wins over good news."""

import re
from dataclasses import dataclass

from audio.recognizers import Hearing, Hypothesis
from ivr.care_answers.meanings import CONCERNS, MACHINE
from ivr.understanding.meaning import Decision, Meaning, Understanding
from ivr.understanding.pinyin import syllables

_CLAUSES = re.compile(r"[，。？！,.?!；;\s]+")
# A clause of less says little by itself.
LEAST_SYLLABLES = 2
# A worry is looked after by a person even where it is only likely: a needless call costs less than a missed one.
WORRY_FROM = 0.35
CLAUSE_FROM = 0.4
SAID_FROM = 0.4


@dataclass(frozen=True)
class CareMeanings:
    """What was meant, worries first; empty where nothing was understood."""

    said: tuple[str, ...] = ()

    @property
    def concerns(self) -> tuple[str, ...]:
        """Those that a person must look after."""
        return tuple(one for one in self.said if one in CONCERNS)


def read_answer(understanding: Understanding, hearing: Hearing, likely: frozenset[str]) -> CareMeanings:
    """Everything that an answer says; `likely` is what the question asks for."""
    whole = understanding.mean(hearing, likely)
    # A clause may be about something else than what was asked.
    meanings = [(whole, WORRY_FROM), *((understanding.mean(clause), CLAUSE_FROM) for clause in _clauses(hearing))]
    if any(meaning.accepts(MACHINE) for meaning, _ in meanings):  # it reads a text to us, whatever is in it
        return CareMeanings((MACHINE,))
    said = {meaning.intent for meaning, least in meanings if _is_said(meaning, least)}
    return CareMeanings((*(one for one in CONCERNS if one in said), *sorted(said - CONCERNS.keys())))


def _is_said(meaning: Meaning, worry_from: float) -> bool:
    return meaning.decision is not Decision.AGAIN and meaning.share >= (worry_from if meaning.intent in CONCERNS else SAID_FROM)


def _clauses(hearing: Hearing) -> list[Hearing]:
    parts = [part for part in _CLAUSES.split(hearing.best) if len(syllables(part)) >= LEAST_SYLLABLES]
    return [Hearing((Hypothesis(part, 0.0),)) for part in parts] if len(parts) > 1 else []
