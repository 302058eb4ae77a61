"""The sound of prompts: a person's recording before any synthesis; what is known ahead is kept on disk, the rest in memory."""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Iterator
from pathlib import Path

from audio.prompts.catalogue import PromptCatalogue
from audio.prompts.sentences import PAUSE_S, split_sentences
from audio.sound import SoundError, read_wav, silence, write_wav
from audio.synthesizers import Synthesizer

# Sentences of about 3 s: 15 MB.
KEPT_IN_MEMORY = 300


class PromptCache:
    """Sound by words, sentence by sentence; may be used by several threads.

    The files' names tell engine and words apart, so that a change of either never plays the old sound. Only words of the
    catalogue itself are kept on disk: names and times would pile up there, and are nobody's business afterwards.
    """

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
        recorded = self._recorded(name)
        if recorded is not None:
            return recorded
        return silence(PAUSE_S).join(self._sentence(sentence) for sentence in split_sentences(words))

    def render(self, catalogue: PromptCatalogue, language: str = "zh") -> Iterator[tuple[int, int]]:
        """Make and keep the sound of every sentence that has no fields; yields (done, of how many) as it goes on."""
        sentences = catalogue.fixed_sentences(language)
        for done, sentence in enumerate(sentences, start=1):
            if self._kept(sentence) is None:
                write_wav(self._file(sentence), self._sentence(sentence))
            yield done, len(sentences)

    def export(self, catalogue: PromptCatalogue, folder: Path) -> None:
        """Write the fixed prompts where Asterisk plays them from, as `<name>.wav`."""
        for name, words in catalogue.fixed().items():
            write_wav(folder / f"{name}.wav", self.sound(words, name))

    def _sentence(self, sentence: str) -> bytes:
        with self._lock:
            if sentence in self._memory:
                self._memory.move_to_end(sentence)
                return self._memory[sentence]
        sound = self._kept(sentence) or self._synthesizer.speak(sentence)
        with self._lock:
            self._memory[sentence] = sound
            while len(self._memory) > KEPT_IN_MEMORY:
                self._memory.popitem(last=False)
        return sound

    def _recorded(self, name: str) -> bytes | None:
        path = self._folder / "recorded" / f"{name}.wav"
        return read_wav(path) if name and path.is_file() else None

    def _kept(self, sentence: str) -> bytes | None:
        path = self._file(sentence)
        try:
            return read_wav(path) if path.is_file() else None
        except SoundError:  # cut short by a full disk, say: it is made again
            return None

    def _file(self, sentence: str) -> Path:
        return self._folder / self._engine / f"{hashlib.sha256(sentence.encode()).hexdigest()[:32]}.wav"
