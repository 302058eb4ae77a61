"""What Linli says: the prompt catalogue's words, and the sound that the cache keeps of them."""

from audio.prompts.cache import PromptCache
from audio.prompts.catalogue import PromptCatalogue


class PromptVoice:
    """Words and sound of prompts in the caller's language."""

    def __init__(self, catalogue: PromptCatalogue, cache: PromptCache, language: str = "zh") -> None:
        self._catalogue = catalogue
        self._cache = cache
        self._language = language
        self._fixed = catalogue.fixed(language)

    def text(self, name: str, /, **fields: str) -> str:
        """The words of a prompt."""
        return self._catalogue.text(name, language=self._language, **fields)

    def sound(self, name: str, text: str) -> bytes:
        """The sound of these words; blocks while it is made for the first time."""
        return self._cache.sound(text, name if name in self._fixed else "")
