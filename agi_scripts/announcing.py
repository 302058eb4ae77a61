"""The words by which those whom Linli rings for a resident learn who it is; Asterisk plays them, also with Python down."""

import hashlib
import logging
from dataclasses import dataclass
from pathlib import Path

from audio.sound import write_wav
from audio.synthesizers import SynthesisError
from ivr.speaking import Voice

log = logging.getLogger(__name__)

PROMPT = "who_calls"


@dataclass(frozen=True)
class Announcements:
    """Files `who-<key>.wav` in the folder that Asterisk plays our words from; the key is the words' own, none is ever stale."""

    voice: Voice
    sounds_dir: Path

    def key_of(self, name: str) -> str:
        """What the words for a resident of this name are filed under."""
        return hashlib.sha256(self._words(name).encode()).hexdigest()[:16]

    def are_made(self, name: str) -> bool:
        """Whether Asterisk finds them."""
        return self._file(name).is_file()

    def make(self, name: str) -> str:
        """Make the words unless they are there, and return their key; they are only left out where they cannot be made."""
        if not self.are_made(name):
            try:
                sound = b"".join(self.voice.pieces(PROMPT, self._words(name)))
                self.sounds_dir.mkdir(parents=True, exist_ok=True)
                write_wav(self._file(name), sound)
            except (SynthesisError, OSError):
                log.exception("the words for a resident's family could not be made; they are called without")
        return self.key_of(name)

    def forget_all_but(self, names: set[str]) -> None:
        """Delete the words of whoever is gone or has another name now."""
        kept = {self._file(name).name for name in names}
        for path in self.sounds_dir.glob("who-*.wav"):
            if path.name not in kept:
                path.unlink(missing_ok=True)

    def _words(self, name: str) -> str:
        return self.voice.text(PROMPT, resident=name)

    def _file(self, name: str) -> Path:
        return self.sounds_dir / f"who-{self.key_of(name)}.wav"
