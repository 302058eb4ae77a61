"""A voice that only says what it would say."""

from collections.abc import Callable, Iterator

from audio.prompts.catalogue import PromptCatalogue, Wording


class ReplayVoice:
    """The catalogue's words without their sound; `asked` is told of each prompt before it is played, and may raise."""

    def __init__(self, catalogue: PromptCatalogue, asked: Callable[[str, str], None]) -> None:
        self._catalogue = catalogue
        self._asked = asked

    def text(self, name: str, /, wording: Wording = Wording.FIRST, **fields: str) -> str:
        """The words of a prompt."""
        words = self._catalogue.text(name, wording=wording, **fields)
        self._asked(wording.after(name), words)
        return words

    def pieces(self, name: str, text: str) -> Iterator[bytes]:
        """No sound."""
        return iter(())

    def at(self, pace_percent: int, louder_db: int) -> "ReplayVoice":
        """The same."""
        return self
