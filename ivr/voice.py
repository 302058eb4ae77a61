"""What Linli says: the prompt catalogue's words, and the sound that the cache keeps of them, for one listener's ears."""

from collections.abc import Iterator

from audio.pace import USUAL_PERCENT, speak_to
from audio.prompts.cache import PromptCache
from audio.prompts.catalogue import PromptCatalogue, Wording


class PromptVoice:
    """Words and sound of prompts in the caller's language, at the usual pace and loudness unless `at` says otherwise."""

    def __init__(
        self,
        catalogue: PromptCatalogue,
        cache: PromptCache,
        language: str = "zh",
        pace_percent: int = USUAL_PERCENT,
        louder_db: int = 0,
    ) -> None:
        self._catalogue = catalogue
        self._cache = cache
        self._language = language
        self.pace_percent = pace_percent
        self.louder_db = louder_db
        self._recordings = {(name, words): file for name, words, file in catalogue.recordable(language)}

    def at(self, pace_percent: int, louder_db: int) -> "PromptVoice":
        """The same voice, so fast and so much louder: one for each conversation; what is kept of sound is shared."""
        return PromptVoice(self._catalogue, self._cache, self._language, pace_percent, louder_db)

    def text(self, name: str, /, wording: Wording = Wording.FIRST, **fields: str) -> str:
        """The words of a prompt."""
        return self._catalogue.text(name, self._language, wording, **fields)

    def sound(self, name: str, text: str) -> bytes:
        """The sound of a prompt's words; blocks while it is made for the first time."""
        return b"".join(self.pieces(name, text))

    def pieces(self, name: str, text: str) -> Iterator[bytes]:
        """The same, sentence by sentence: the first can be played while the next is made. Taking one blocks."""
        for piece in self._cache.pieces(text, self._recordings.get((name, text), "")):
            yield speak_to(piece, self.pace_percent, self.louder_db)
