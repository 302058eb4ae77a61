"""Anything else that a resident wants to say."""

from dataclasses import dataclass
from datetime import datetime

from audio.recognizers import Hearing
from ivr.slots.slot import Slot
from ivr.slots.wish import Wish, read_when
from ivr.turn import Patience
from ivr.understanding.answers import has_nothing_more, yes_or_no
from ivr.understanding.pinyin import syllables
from ivr.understanding.services import Catalogue

NO_KEY = "2"


@dataclass(frozen=True)
class Note:
    """What else the caller said: words for whoever comes, or another wish, or neither."""

    words: str = ""
    wish: Wish | None = None


@dataclass(frozen=True)
class NoteSlot(Slot[Note]):
    """A further wish, a word for whoever comes, or nothing."""

    catalogue: Catalogue
    patience = Patience(end_ms=1_500)

    def read(self, hearing: Hearing, now: datetime) -> Note | None:
        """A note in the caller's words, a new wish, or an empty note; a lone yes announces more, and is no answer yet."""
        if has_nothing_more(hearing):
            return Note()
        if yes_or_no(hearing) and len(syllables(hearing.best)) <= 2:
            return None
        meant = self.catalogue.understand(hearing)
        if meant and meant.sure:
            return Note(wish=Wish(meant.service, read_when(hearing, now), hearing.best))
        return Note(words=hearing.best)

    def press(self, digit: str) -> Note | None:
        """2 is no."""
        return Note() if digit == NO_KEY else None
