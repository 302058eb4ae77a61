"""The sound of prompts: made once, kept on disk, and a person's recording before any synthesis."""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from pathlib import Path

from audio.prompts.catalogue import PromptCatalogue
from audio.sound import SoundError, read_wav, write_wav
from audio.synthesizers import Synthesizer

# About 100 prompts of 5 s each: 8 MB.
KEPT_IN_MEMORY = 100


class PromptCache:
    """Sound by words. The files' names tell engine and words apart, so that a change of either never plays the old sound."""

    def __init__(self, folder: Path, synthesizer: Synthesizer, engine: str) -> None:
        self._folder = folder
        self._synthesizer = synthesizer
        self._engine = engine
        self._memory: OrderedDict[str, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def sound(self, words: str, name: str = "") -> bytes:
        """The sound of these words; blocks while it is made. Raises `SynthesisError`.

        With the name of a fixed prompt, a person's recording `recorded/<name>.wav` wins.
        """
        key = self._key(words, name)
        with self._lock:
            if key in self._memory:
                self._memory.move_to_end(key)
                return self._memory[key]
        sound = self._recorded(name) or self._kept(words) or self._made(words)
        with self._lock:
            self._memory[key] = sound
            while len(self._memory) > KEPT_IN_MEMORY:
                self._memory.popitem(last=False)
        return sound

    def render(self, catalogue: PromptCatalogue, extra: Iterable[str] = ()) -> Iterator[tuple[int, int]]:
        """Make the sound of every fixed prompt, and of other words known ahead; yields (done, of how many) as it goes on."""
        wanted = [*catalogue.fixed().items(), *(("", words) for words in extra)]
        for done, (name, words) in enumerate(wanted, start=1):
            self.sound(words, name)
            yield done, len(wanted)

    def export(self, catalogue: PromptCatalogue, folder: Path) -> None:
        """Write the fixed prompts where Asterisk plays them from, as `<name>.wav`."""
        for name, words in catalogue.fixed().items():
            write_wav(folder / f"{name}.wav", self.sound(words, name))

    def _key(self, words: str, name: str) -> str:
        return hashlib.sha256(f"{self._engine}\n{name}\n{words}".encode()).hexdigest()[:32]

    def _file(self, words: str) -> Path:
        return self._folder / self._engine / f"{self._key(words, '')}.wav"

    def _recorded(self, name: str) -> bytes | None:
        path = self._folder / "recorded" / f"{name}.wav"
        return read_wav(path) if name and path.is_file() else None

    def _kept(self, words: str) -> bytes | None:
        try:
            return read_wav(self._file(words)) if self._file(words).is_file() else None
        except SoundError:  # cut short by a full disk, say: it is made again
            return None

    def _made(self, words: str) -> bytes:
        sound = self._synthesizer.speak(words)
        write_wav(self._file(words), sound)
        return sound
