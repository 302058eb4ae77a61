"""The learned model: which intent an utterance has, and whether it is whole."""

import io
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from ivr.understanding.encoder import encode
from ivr.understanding.features import describe
from ivr.understanding.sounds import Said

Shares = NDArray[np.float64]
# What numpy raises for files that are missing, cut short or something else.
_UNREADABLE = (OSError, ValueError, KeyError, EOFError, BadZipFile)

# What the sense counts beside words and sounds. Of 907 fresh sentences, as text, the sense alone has 91 % right, words and sounds
# 93 %, and both together 96 % at 0.4; of what was misheard in strange voices more is right at 0.25 than at 0.4.
SENSE = 0.25


class ModelError(Exception):
    """There is no model, or it cannot be read: `linli train` makes one."""


@dataclass(frozen=True)
class LinearModel:
    """One weight a class and feature; classes are told apart one against all the others."""

    classes: tuple[str, ...]
    weights: NDArray[np.float16]  # (classes, features)
    offsets: NDArray[np.float32]

    def shares(self, utterances: Sequence[Said]) -> Shares:
        """(utterances, classes) shares that add up to 1 in each row."""
        rows = describe(utterances)
        scores = np.tile(self.offsets.astype(np.float64), (len(utterances), 1))
        for at in range(len(utterances)):
            begin, end = rows.indptr[at], rows.indptr[at + 1]
            scores[at] += self.weights[:, rows.indices[begin:end]].astype(np.float32) @ rows.data[begin:end]
        likely = 1.0 / (1.0 + np.exp(-scores))
        shares: Shares = likely / likely.sum(axis=1, keepdims=True)
        return shares


@dataclass(frozen=True)
class SenseModel:
    """The mean of some perceptrons of one hidden layer (ReLU) over the sentence encoder; classes as in the words' model."""

    hidden_weights: NDArray[np.float32]  # (perceptrons, dimensions, hidden)
    hidden_offsets: NDArray[np.float32]  # (perceptrons, 1, hidden)
    weights: NDArray[np.float32]  # (perceptrons, hidden, classes)
    offsets: NDArray[np.float32]  # (perceptrons, 1, classes)

    def shares(self, utterances: Sequence[Said]) -> Shares:
        """(utterances, classes) shares that add up to 1 in each row."""
        hidden = np.maximum(encode(utterances) @ self.hidden_weights + self.hidden_offsets, 0.0)
        scores = hidden @ self.weights + self.offsets
        likely = np.exp(scores - scores.max(axis=2, keepdims=True))
        shares: Shares = (likely / likely.sum(axis=2, keepdims=True)).mean(axis=0)
        return shares


@dataclass(frozen=True)
class LearnedModel:
    """What was learned: the meanings of utterances by their words and sounds and by their sense, and how whole ones end."""

    meanings: LinearModel
    sense: SenseModel
    endings: LinearModel

    def shares(self, utterances: Sequence[Said]) -> Shares:
        """(utterances, intents) shares; the intents are those of `meanings`."""
        return (1.0 - SENSE) * self.meanings.shares(utterances) + SENSE * self.sense.shares(utterances)

    def save(self, path: Path, fingerprint: str) -> None:
        """Keep the model with the fingerprint of what it was learned from; a reader never sees half of it."""
        packed = io.BytesIO()
        parts: dict[str, LinearModel | SenseModel] = {"meanings": self.meanings, "sense": self.sense, "endings": self.endings}
        arrays: dict[str, Any] = {
            f"{name}_{entry.name}": getattr(part, entry.name) for name, part in parts.items() for entry in fields(part)
        }
        np.savez(packed, fingerprint=fingerprint, **arrays)
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, unfinished = tempfile.mkstemp(dir=path.parent, suffix=".part")
        with os.fdopen(descriptor, "wb") as file:
            file.write(packed.getvalue())
        os.chmod(unfinished, 0o644)
        os.replace(unfinished, path)


def load_model(path: Path) -> LearnedModel:
    """Read a model; raise `ModelError` when there is none or it is broken."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:

            def linear(name: str) -> LinearModel:
                classes = tuple(arrays[f"{name}_classes"].tolist())
                return LinearModel(classes, arrays[f"{name}_weights"], arrays[f"{name}_offsets"])

            sense = SenseModel(*(arrays[f"sense_{entry.name}"] for entry in fields(SenseModel)))
            return LearnedModel(linear("meanings"), sense, linear("endings"))
    except _UNREADABLE as error:
        raise ModelError(f"没有能用的理解模型，请运行 linli train / no usable model in {path}: run linli train") from error


def fingerprint_of(path: Path) -> str:
    """What the model was learned from; empty when there is no usable model."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            return str(arrays["fingerprint"])
    except _UNREADABLE:
        return ""
