"""Training: from the corpus to a model that understands, in a few minutes on one core."""

import hashlib
import math
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import vstack
from sklearn.linear_model import SGDClassifier
from sklearn.neural_network import MLPClassifier

from ivr.understanding.encoder import Points, encode
from ivr.understanding.features import describe
from ivr.understanding.learning.corpus import CORPUS, Example, Misheard
from ivr.understanding.learning.mishearing import Confusions
from ivr.understanding.model import LearnedModel, LinearModel, SenseModel
from ivr.understanding.sounds import Said, as_said

# Each sentence is learned as it was written, and so often as it may be misheard.
TIMES_MISHEARD = 2
HYPOTHESES = 3
# Rare intents count more, frequent ones less, but not so much that each intent were as frequent: a share to this power.
EVENNESS = 0.5
_REGULARISATION = 4e-6
_PASSES = 8
# Several learners of one kind, each begun otherwise, are together right more often: of 190 fresh cries for help, as text, they
# find 188 where of 717 other sentences 2 or 3 are taken for one; one learner by itself finds 181 to 183 there.
_SENSE_LEARNERS = 4
_SENSE_NEURONS = 512
_SENSE_PASSES = 6
_SENSE_RATE = 2e-3
_SENSE_AT_ONCE = 512
# Each point is learned a second time, moved anywhere by so much of its distance from the middle: what is said a little otherwise
# lies a little beside it.
_SENSE_BLUR = 0.5
_SHORTEST_BEGINNING = 2
_TIMES_BROKEN_OFF = 2
_PAUSES = "，。？"

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Lesson:
    """What is learned from: examples, what recognisers made of some of them, and sentences that were put together."""

    examples: Sequence[Example]
    heard: Sequence[Misheard]
    composed: Sequence[Example] = ()


def train(lesson: Lesson, progress: Progress = lambda done, total: None) -> LearnedModel:
    """Learn from a lesson; the same lesson always gives the same model. `progress` is told (steps done, of how many)."""
    known = {example.text: example.intent for example in lesson.examples}
    heard = [one for one in lesson.heard if known.get(one.example.text) == one.example.intent]
    chance = random.Random(1)  # noqa: S311 - chance is for variety here
    confusions = Confusions(heard)
    utterances: list[Said] = []
    intents: list[str] = []
    for example in (*lesson.examples, *lesson.composed):
        said = as_said(example.text)
        utterances += [said, *(confusions.mishear(said, chance) for _ in range(TIMES_MISHEARD))]
        intents += [example.intent] * (1 + TIMES_MISHEARD)
    for one in heard:
        spoken = [as_said(text) for text in one.heard[:HYPOTHESES]]
        utterances += spoken
        intents += [one.example.intent] * len(spoken)
    senses = [*lesson.examples, *lesson.composed, *(Example(one.example.intent, "", one.heard[0]) for one in heard)]
    progress(1, 5)
    rows = vstack([describe(utterances[at : at + 5000]) for at in range(0, len(utterances), 5000)])
    progress(2, 5)
    meaning = _fit(rows, np.array(intents))
    progress(3, 5)
    sense = _fit_sense([as_said(one.text) for one in senses], np.array([one.intent for one in senses]))
    progress(4, 5)
    endings = _learn_endings([*lesson.examples, *lesson.composed], heard, confusions)
    progress(5, 5)
    return LearnedModel(meaning, sense, endings)


def fingerprint(lesson: Lesson) -> str:
    """What tells whether a model is of this lesson and of this way to learn."""
    told = hashlib.sha256()
    for example in (*lesson.examples, *lesson.composed):
        told.update(f"{example.intent}\t{example.text}\n".encode())
    for one in lesson.heard:
        told.update(f"{one.example.intent}\t{one.heard}\n".encode())
    here = Path(__file__).parent
    for code in (
        here / "training.py",
        here / "mishearing.py",
        CORPUS.parent / "features.py",
        CORPUS.parent / "encoder.py",
        CORPUS.parent / "sounds.py",
    ):
        told.update(code.read_bytes())
    return told.hexdigest()[:32]


def _learn_endings(examples: Sequence[Example], heard: Sequence[Misheard], confusions: Confusions) -> LinearModel:
    """Tell whole sentences from sentences that were broken off somewhere."""
    # Its own chance: whatever else was heard, the same sentences are broken off at the same places.
    chance = random.Random(1)  # noqa: S311
    wholes = _wholes([example.text for example in examples])
    utterances = [as_said(text).ending for text in wholes]
    # 明天来打扫卫生 is whole, and so no beginning of 明天来打扫卫生间的人几点到 that would teach anything.
    endings = {said.characters for said in utterances}
    for text in (example.text for example in examples):
        ends = {at for at, character in enumerate(text) if character in _PAUSES}
        inside = [at for at in range(_SHORTEST_BEGINNING, len(text) - 1) if not {at, at + 1, at - 1} & ends]
        for at in chance.sample(inside, min(_TIMES_BROKEN_OFF, len(inside))):
            broken = as_said(text[:at]).ending
            if broken.characters not in endings:
                utterances.append(broken)
    whole = ["whole"] * len(wholes) + ["broken"] * (len(utterances) - len(wholes))
    spoiled = [confusions.mishear(said, chance) for said in utterances]
    heard_out = [as_said(one.heard[0]).ending for one in heard]
    return _fit(describe([*utterances, *spoiled, *heard_out]), np.array([*whole, *whole, *["whole"] * len(heard_out)]))


def _wholes(texts: Sequence[str]) -> list[str]:
    """The sentences, and their beginnings that end where another sentence would: after 水管漏水了，, not after 我家空调，."""
    sentences = {as_said(text).characters for text in texts}
    wholes = [*texts]
    for text in texts:
        began = 0
        for at in (at for at, character in enumerate(text) if character in _PAUSES and at < len(text) - 1):
            if as_said(text[began:at]).characters in sentences:
                wholes.append(text[:at])
            began = at
    return wholes


def _fit(rows: object, intents: NDArray[np.str_]) -> LinearModel:
    learner = SGDClassifier(
        loss="log_loss", alpha=_REGULARISATION, max_iter=_PASSES, tol=None, average=True, random_state=1, n_jobs=-1
    )
    learner.fit(rows, intents, sample_weight=_weights(intents))
    weights = learner.coef_ if len(learner.classes_) > 2 else np.vstack([-learner.coef_, learner.coef_])
    offsets = learner.intercept_ if len(learner.classes_) > 2 else np.concatenate([-learner.intercept_, learner.intercept_])
    return LinearModel(tuple(map(str, learner.classes_)), weights.astype(np.float16), offsets.astype(np.float32))


def _fit_sense(utterances: Sequence[Said], intents: NDArray[np.str_]) -> SenseModel:
    points = np.concatenate([encode(utterances[at : at + 500]) for at in range(0, len(utterances), 500)])
    learners = [_sense_learner(points, intents, number) for number in range(_SENSE_LEARNERS)]
    hidden, out = zip(*(learner.coefs_ for learner in learners), strict=True)
    hidden_offsets, out_offsets = zip(*(learner.intercepts_ for learner in learners), strict=True)
    return SenseModel(
        np.stack(hidden), np.stack(hidden_offsets)[:, np.newaxis], np.stack(out), np.stack(out_offsets)[:, np.newaxis]
    )


def _sense_learner(points: Points, intents: NDArray[np.str_], number: int) -> MLPClassifier:
    chance = np.random.default_rng(number)
    moves = chance.standard_normal(points.shape, dtype=np.float32) * np.linalg.norm(points, axis=1, keepdims=True)
    both = np.concatenate([points, points + moves * (_SENSE_BLUR / math.sqrt(points.shape[1]))])
    learner = MLPClassifier(
        (_SENSE_NEURONS,),
        alpha=1e-3,
        batch_size=min(_SENSE_AT_ONCE, len(points)),
        learning_rate_init=_SENSE_RATE,
        random_state=number,
    )
    classes = np.unique(intents)
    for _ in range(_SENSE_PASSES):
        learner.partial_fit(both, np.concatenate([intents, intents]), classes=classes)
    return learner


def _weights(intents: NDArray[np.str_]) -> NDArray[np.float64]:
    counts = Counter(intents.tolist())
    even = len(intents) / len(counts)
    return np.array([(even / counts[intent]) ** EVENNESS for intent in intents.tolist()])
