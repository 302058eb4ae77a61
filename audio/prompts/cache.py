"""The sound of prompts: a person's recording before any synthesis; what is known ahead is kept on disk, the rest in memory."""

import hashlib
import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from itertools import zip_longest
from pathlib import Path

from audio.loudness import shape_for_telephone
from audio.pace import CHARACTERS_A_MINUTE, bring_to_pace, count_characters
from audio.prompts.catalogue import PromptCatalogue
from audio.prompts.sentences import pause_between_s, split_sentences
from audio.sound import SoundError, from_samples, read_wav, silence, to_samples, write_wav
from audio.synthesizers import Synthesizer
from audio.synthesizers.speakable import speakable

log = logging.getLogger(__name__)

# Sentences of about 3 s: 15 MB.
KEPT_IN_MEMORY = 300
GREETINGS = "greetings"


class PromptCache:
    """Sound by words, sentence by sentence; may be used by several threads.

    The files' names tell engine, pace and words apart, so that a change of any never plays the old sound. Of what names somebody
    only the greetings of present residents are kept on disk: other names, and times, would pile up there, and are nobody's
    business afterwards.
    """

    def __init__(self, folder: Path, synthesizer: Synthesizer, engine: str) -> None:
        self._folder = folder
        self._synthesizer = synthesizer
        self._engine = engine
        self._memory: OrderedDict[str, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def sound(self, words: str, name: str = "") -> bytes:
        """The sound of these words; blocks while it is made. Raises `SynthesisError`.

        With the name of a fixed prompt a person's recording `recorded/<name>.wav` wins, brought to the prompts' loudness
        and band.
        """
        return b"".join(self.pieces(words, name))

    def pieces(self, words: str, name: str = "") -> Iterator[bytes]:
        """The same, sentence by sentence: the first can be played while the next is made."""
        recorded = self._recording(name)
        if recorded is not None:
            yield recorded
            return
        sentences = split_sentences(words)
        for sentence, following in zip_longest(sentences, sentences[1:]):
            pause = silence(pause_between_s(sentence, following)) if following else b""
            yield self._sentence(sentence) + pause

    def render(self, sentences: Sequence[str]) -> Iterator[tuple[int, int]]:
        """Make and keep the sound of these sentences, which must name nobody; yields (done, of how many) as it goes on."""
        for done, sentence in enumerate(sentences, start=1):
            if self._kept(sentence) is None:
                write_wav(self._file(sentence), self._sentence(sentence))
            yield done, len(sentences)

    def render_greetings(self, sentences: Sequence[str]) -> Iterator[tuple[int, int]]:
        """Do the same for sentences that name residents, and forget those of other residents."""
        wanted = {self._greeting(sentence): sentence for sentence in sentences}
        for old in (self._folder / self._engine / GREETINGS).glob("*.wav"):
            if old not in wanted:
                old.unlink(missing_ok=True)
        for done, (file, sentence) in enumerate(wanted.items(), start=1):
            if self._kept(sentence) is None:
                write_wav(file, self._sentence(sentence))
            yield done, len(wanted)

    def export(self, catalogue: PromptCatalogue, folder: Path) -> None:
        """Write the fixed prompts where Asterisk plays them from, as `<name>.wav`."""
        for name, words in catalogue.fixed().items():
            write_wav(folder / f"{name}.wav", self.sound(words, name))

    def _sentence(self, sentence: str) -> bytes:
        return self._remembered(sentence, lambda: self._kept(sentence) or self._spoken(sentence))

    def _spoken(self, sentence: str) -> bytes:
        return bring_to_pace(self._synthesizer.speak(sentence), count_characters(speakable(sentence)))

    def _recording(self, name: str) -> bytes | None:
        path = self._folder / "recorded" / f"{name}.wav"
        if not name or not path.is_file():
            return None
        try:  # a recording may be replaced while calls go on
            return self._remembered(f"{path} {path.stat().st_mtime_ns}", lambda: _shaped(read_wav(path)))
        except (SoundError, OSError) as error:
            log.warning("%s is no recording to play, the voice speaks instead: %s", path.name, error)
            return None

    def _remembered(self, key: str, make: Callable[[], bytes]) -> bytes:
        with self._lock:
            if key in self._memory:
                self._memory.move_to_end(key)
                return self._memory[key]
        sound = make()
        with self._lock:
            self._memory[key] = sound
            while len(self._memory) > KEPT_IN_MEMORY:
                self._memory.popitem(last=False)
        return sound

    def _kept(self, sentence: str) -> bytes | None:
        path = next((path for path in (self._file(sentence), self._greeting(sentence)) if path.is_file()), None)
        try:
            return read_wav(path) if path else None
        except SoundError:  # cut short by a full disk, say: it is made again
            return None

    def _file(self, sentence: str) -> Path:
        return self._folder / self._engine / f"{_key_of(sentence)}.wav"

    def _greeting(self, sentence: str) -> Path:
        return self._folder / self._engine / GREETINGS / f"{_key_of(sentence)}.wav"


def _key_of(sentence: str) -> str:
    return hashlib.sha256(f"{CHARACTERS_A_MINUTE} {sentence}".encode()).hexdigest()[:32]


def _shaped(recording: bytes) -> bytes:
    return from_samples(shape_for_telephone(to_samples(recording)))
