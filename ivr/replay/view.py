"""One turn, then or now, as it is shown side by side with the other."""

from dataclasses import dataclass
from typing import Any

from ivr.replay.script import Exchange

View = dict[str, Any]
# What of a turn is a decision; all else (shares, times, how often it was heard) may differ by itself.
DECIDED = ("prompt", "transcript", "intent", "decision", "value", "key", "silence", "nothing", "failed", "ended")
_SHOWN = ("intent", "decision", "share", "value", "key", "silence", "failed", "passes", "waited_ms", "seconds", "nothing")


@dataclass
class ReplayedTurn:
    """A turn of the caller's, as it was and as it is."""

    then: View
    now: View

    @property
    def differing(self) -> set[str]:
        """What today is otherwise; what was not written down then is not compared."""
        other = {name for name in DECIDED if self.then.get(name, False) != self.now.get(name, False)}
        return other if "value" in self.then else other - {"value"}

    @property
    def same(self) -> bool:
        """Whether today's code decides alike."""
        return not self.differing


def view(prompt: str, asked: str, transcript: str, heard: dict[str, Any]) -> View:
    """A turn of which these facts are kept."""
    shown = {name: heard[name] for name in _SHOWN if name in heard and (name == "value" or heard[name] not in (None, False, ""))}
    return {"prompt": prompt, "asked": asked} | ({"transcript": transcript} if transcript else {}) | shown


def then_of(exchange: Exchange) -> View:
    """A turn as it was recorded."""
    assert exchange.reply  # noqa: S101 - only what was answered is shown
    heard = exchange.reply.heard
    # Of keys the words are the keys.
    return view(exchange.prompt, exchange.words, "" if "key" in heard else exchange.reply.words, heard)
