"""How well a lesson teaches: learned on most wordings, asked about the others, which the model has never met in any form."""

import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from audio.recognizers import Hearing, Hypothesis
from ivr.understanding.intents import EMERGENCY, NONE
from ivr.understanding.learning.corpus import Misheard
from ivr.understanding.learning.training import Lesson, Progress, train
from ivr.understanding.meaning import Decision
from ivr.understanding.reading import LearnedUnderstanding

HELD_BACK = 0.2
# Wordings that share this much of their characters, in pairs, are one wording where data are split.
ALIKE_FROM = 0.6
WRITTEN = "written"


@dataclass
class Score:
    """Counts of one kind of utterance, and the confusions among them."""

    utterances: int = 0
    right: int = 0
    accepted: int = 0
    accepted_wrong: int = 0
    off_topic: int = 0
    off_topic_accepted: int = 0
    emergencies: int = 0
    emergencies_found: int = 0
    false_alarms: int = 0
    confusions: Counter[tuple[str, str]] = field(default_factory=Counter)


def report(lesson: Lesson, progress: Progress = lambda done, total: None) -> dict[str, Score]:
    """Train without a fifth of the wordings and read them, as written and as heard: a score by noise in dB, or `written`."""
    held_back = split(lesson)
    asked_texts = {example.text for example in lesson.examples if example.wording in held_back}
    rest = Lesson(
        [example for example in lesson.examples if example.text not in asked_texts],
        [one for one in lesson.heard if one.example.text not in asked_texts],
        [example for example in lesson.composed if example.wording not in held_back],
    )
    understanding = LearnedUnderstanding(train(rest, progress))
    scores: defaultdict[str, Score] = defaultdict(Score)
    for example in lesson.examples:
        if example.text in asked_texts:
            _judge(understanding, Misheard(example, (example.text,), None), scores[WRITTEN])
    for one in lesson.heard:
        if one.example.text in asked_texts:
            _judge(understanding, one, scores["clean" if one.noise_db is None else f"{one.noise_db} dB"])
    return dict(scores)


def split(lesson: Lesson) -> frozenset[str]:
    """The wordings to hold back: a fifth by chance, with every wording that is nearly one of them."""
    pairs: defaultdict[str, set[str]] = defaultdict(set)
    texts: defaultdict[str, list[set[str]]] = defaultdict(list)
    for example in (*lesson.examples, *lesson.composed):
        bits = {example.text[at : at + 2] for at in range(len(example.text) - 1)}
        texts[example.wording].append(bits)
        for bit in bits:
            pairs[bit].add(example.wording)
    wordings = sorted({example.wording for example in lesson.examples})
    chosen = set(random.Random(2).sample(wordings, int(HELD_BACK * len(wordings))))  # noqa: S311 - chance is for fairness here
    unseen = sorted(chosen)
    while unseen:  # what is near to one that is near, too
        for bits in texts[unseen.pop()]:
            near = Counter(other for bit in bits for other in pairs[bit])
            for other, shared in near.items():
                if other not in chosen and any(shared >= ALIKE_FROM * max(len(bits), len(own)) for own in texts[other]):
                    chosen.add(other)
                    unseen.append(other)
    return frozenset(chosen)


def _judge(understanding: LearnedUnderstanding, one: Misheard, score: Score) -> None:
    meant = one.example.intent
    # The recogniser's scores are not kept with the corpus: about 0.15 lies between its hypotheses.
    meaning = understanding.mean(Hearing(tuple(Hypothesis(text, -0.15 * at) for at, text in enumerate(one.heard))))
    accepted = meaning.decision is Decision.ACCEPT
    score.utterances += 1
    score.right += meaning.intent == meant
    score.accepted += accepted
    score.accepted_wrong += accepted and meaning.intent != meant
    score.off_topic += meant == NONE
    score.off_topic_accepted += accepted and meant == NONE
    score.emergencies += meant == EMERGENCY
    score.emergencies_found += meaning.intent == meant == EMERGENCY
    score.false_alarms += meaning.intent == EMERGENCY != meant
    if meaning.intent != meant:
        score.confusions[meant, meaning.intent] += 1


def worst(scores: Sequence[Score], most: int = 12) -> list[tuple[str, str, int]]:
    """The intents that are taken for others most often: (meant, understood, times)."""
    confusions = sum((score.confusions for score in scores), Counter[tuple[str, str]]())
    return [(meant, understood, times) for (meant, understood), times in confusions.most_common(most)]
