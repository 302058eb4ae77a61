"""The lesson of care calls: its own corpus, worries that come after good news, and how recognisers mishear."""

import random
from pathlib import Path

from ivr.care_answers.meanings import CONCERNS, EATEN, HERE, MEDICINE_TAKEN, NEED, NOTHING_NEEDED, WELL
from ivr.understanding.learning.corpus import Example, Misheard, read_corpus, read_heard
from ivr.understanding.learning.training import Lesson

CORPUS = Path(__file__).parent / "corpus"
# Old people begin with what is well; the worry comes after it, and is what counts.
FIRST_SAID = (WELL, EATEN, MEDICINE_TAKEN, HERE, NOTHING_NEEDED)
JOINED_BY = ("，就是", "，不过", "，", "，可是")
# How recognisers mishear is learned from what they made of requests for services: of each so many, which are needs here too.
SERVICES = ("repair", "cleaning", "meal", "shopping", "haircut", "escort")
OF_EACH = 25


def care_lesson() -> Lesson:
    """Everything that is learned; the same each time. Raises `CorpusError`."""
    examples = read_corpus(CORPUS)
    needs, heard = _needs()
    known = {example.text for example in examples}
    return Lesson([*examples, *_mixed(examples), *(need for need in needs if need.text not in known)], heard)


def _mixed(examples: list[Example]) -> list[Example]:
    chance = random.Random(1)  # noqa: S311 - chance is for variety here
    calm = [example for example in examples if example.intent in FIRST_SAID]
    mixed = {}
    for example in examples:
        if example.intent in CONCERNS:
            text = chance.choice(calm).text + chance.choice(JOINED_BY) + example.text
            mixed[text] = Example(example.intent, example.wording, text)
    return list(mixed.values())


def _needs() -> tuple[list[Example], list[Misheard]]:
    """Requests that were rehearsed, as needs, with what was heard of them."""
    rehearsed: dict[str, dict[str, list[Misheard]]] = {service: {} for service in SERVICES}
    for one in read_heard():
        if one.example.intent in rehearsed:
            rehearsed[one.example.intent].setdefault(one.example.text, []).append(one)
    chosen = [(text, several) for texts in rehearsed.values() for text, several in sorted(texts.items())[:OF_EACH]]
    needs = {text: Example(NEED, f"{NEED}-{several[0].example.wording}", text) for text, several in chosen}
    heard = [Misheard(needs[text], one.heard, one.noise_db) for text, several in chosen for one in several]
    return list(needs.values()), heard
