"""What a person sees of a call that `linli call` places, line by line as it goes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.text import Text

from linli.softphone import Span


@dataclass(frozen=True)
class TurnLine:
    """One turn of the conversation as the hotline wrote it down; `speaker` is "system" or "caller"."""

    speaker: str
    words: str
    prompt: str = ""


class CallScreen:
    """Shows a call on a console.

    `transcript` gives the turns written down so far, in their order; where it knows no words for what the system said,
    the screen tells how long it spoke.
    """

    def __init__(self, console: Console, transcript: Callable[[], Sequence[TurnLine]] = tuple) -> None:
        self._console = console
        self._transcript = transcript
        self.lines: list[TurnLine] = []
        self._spans_shown = 0

    @property
    def last_prompt(self) -> str:
        """The name of what the system said last, where it is known."""
        return next((line.prompt for line in reversed(self.lines) if line.speaker == "system"), "")

    def show_note(self, words: str, style: str = "dim") -> None:
        """Something about the call itself."""
        self._console.print(Text(words, style))

    def show_ours(self, words: str) -> None:
        """What we say or press now."""
        self._console.print(Text.assemble(("我 you      ", "bold green"), words))

    def show_theirs(self, spans: Sequence[Span]) -> None:
        """What has been heard and written down since the last time; `spans` is all that was heard so far."""
        written = list(self._transcript())[len(self.lines) :]
        self.lines += written
        for line in written:
            if line.speaker == "system":
                self._console.print(Text.assemble(("热线 hotline ", "bold cyan"), line.words))
            else:
                self._console.print(Text(f"听成 heard as {line.words}", "dim"))
        if not any(line.speaker == "system" for line in written):
            for span in spans[self._spans_shown :]:
                length_s = span.end_s - span.start_s
                self._console.print(Text.assemble(("热线 hotline ", "bold cyan"), f"… {length_s:.1f} 秒话音 / s of speech"))
        self._spans_shown = len(spans)
