"""Anything else that a resident wants to say."""

from dataclasses import dataclass
from datetime import datetime

from ivr.slots.request import Request, read_request
from ivr.slots.slot import Slot
from ivr.understanding.answers import has_nothing_more, yes_or_no
from ivr.understanding.meaning import Heard
from ivr.understanding.pinyin import syllables
from ivr.understanding.services import Catalogue, Offering

NO_KEY = "2"


@dataclass(frozen=True)
class Note:
    """What else the caller said: words for whoever comes, or another request, or neither; an unsure request may be either."""

    words: str = ""
    request: Request | None = None


@dataclass(frozen=True)
class NoteSlot(Slot[Note]):
    """A further request, a word for whoever comes, or nothing."""

    catalogue: Catalogue
    ordered: Offering

    def read(self, heard: Heard, now: datetime) -> Note | None:
        """A note in the caller's words, a new request, or an empty note; a lone yes announces more, and is no answer yet.

        More about the service just ordered is a note, and so is what only may be a request other than for a service.
        """
        hearing = heard.hearing
        if has_nothing_more(hearing):
            return Note()
        if yes_or_no(hearing) and len(syllables(hearing.best)) <= 2:
            return None
        request = read_request(self.catalogue, heard, now)
        if request and request.wish.service != self.ordered and (request.sure or request.wish.service):
            return Note(hearing.best, request)
        return Note(hearing.best)

    def is_whole(self, value: Note) -> bool | None:
        """没有了 is."""
        return True if value == Note() else None

    def press(self, digit: str) -> Note | None:
        """2 is no."""
        return Note() if digit == NO_KEY else None
