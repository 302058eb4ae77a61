"""What a resident needs of us, as the last question of a care call."""

from dataclasses import dataclass
from datetime import datetime

from ivr.care_answers.meanings import NEED, NOTHING_NEEDED, OF_A_RESIDENT
from ivr.care_answers.understanding import read_answer
from ivr.slots.care_answer import CareReply
from ivr.slots.request import Request, read_request
from ivr.slots.slot import Slot
from ivr.understanding.answers import has_nothing_more, yes_or_no
from ivr.understanding.meaning import Heard, Understanding
from ivr.understanding.services import Catalogue

LIKELY = frozenset({NEED, NOTHING_NEEDED})


@dataclass(frozen=True)
class Need:
    """What was answered, and the request in it, if it makes one."""

    reply: CareReply
    request: Request | None = None


@dataclass(frozen=True)
class NeedSlot(Slot[Need]):
    """A request, nothing, or a worry. No key means a service: 2 is no, and 1 that there is something."""

    understanding: Understanding
    catalogue: Catalogue

    def read(self, heard: Heard, now: datetime) -> Need | None:
        """A sure request first; then what is said of oneself, and then what may be a request."""
        hearing = heard.hearing
        request = read_request(self.catalogue, heard, now)
        if request and request.sure:
            return Need(CareReply(hearing.best, (NEED,)), request)
        if has_nothing_more(hearing):
            return Need(CareReply(hearing.best, (NOTHING_NEEDED,)))
        said = tuple(one for one in read_answer(self.understanding, hearing, LIKELY).said if one in OF_A_RESIDENT)
        if said and not (request and NEED in said):
            return Need(CareReply(hearing.best, said))
        if request:
            return Need(CareReply(hearing.best, (NEED,)), request)
        wanted = yes_or_no(hearing)
        return None if wanted is None else Need(CareReply(hearing.best, (NEED if wanted else NOTHING_NEEDED,)))

    def press(self, digit: str) -> Need | None:
        """1 is yes, 2 is no."""
        meaning = {"1": NEED, "2": NOTHING_NEEDED}.get(digit)
        return Need(CareReply(f"（按键 {digit}）", (meaning,))) if meaning else None
