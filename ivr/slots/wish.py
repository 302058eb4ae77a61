"""What a resident wants, and when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from audio.recognizers import Hearing
from ivr.slots.detail import Detail, detail_said
from ivr.slots.slot import Slot
from ivr.understanding.meaning import Heard
from ivr.understanding.services import Catalogue, Offering
from ivr.when import Span, understand_when

# Who names an hour means a time no longer than this (三点以后, 中午); 上午 is longer.
HOURS_NAMED = timedelta(hours=3)
# What joins a time to another.
GOES_ON = ("到", "至", "从", "和", "或者", "还是", "要不")


@dataclass(frozen=True)
class Wish:
    """What the resident wants, as far as it is known; one sentence can say it all. `detail` answers the service's question."""

    service: Offering | None = None
    when: Span | None = None
    detail: Detail = ""
    words: str = ""

    def completed_by(self, other: "Wish") -> "Wish":
        """This wish with what the other one says instead or in addition; another service has other details."""
        same = other.service in (None, self.service)
        words = "；".join(part for part in (self.words, other.words) if part)
        return Wish(other.service or self.service, other.when or self.when, other.detail or (self.detail if same else ""), words)


def read_wish(service: Offering | None, hearing: Hearing, now: datetime) -> Wish:
    """All that one sentence says of a wish whose service is this."""
    detail = detail_said(service.question, hearing) if service else ""
    return Wish(service, read_when(hearing, now), detail, hearing.best)


@dataclass(frozen=True)
class WishSlot(Slot[Wish]):
    """A service, and maybe a time in the same sentence. No key means a service: there is no menu."""

    catalogue: Catalogue

    @property
    def hints(self) -> Sequence[str]:
        """The services by name."""
        return [offering.name for offering in self.catalogue.offerings]

    def read(self, heard: Heard, now: datetime) -> Wish | None:
        """A wish whose service is known."""
        service = self.catalogue.meant_by(heard.meaning)
        return read_wish(service, heard.hearing, now) if service else None


class WhenSlot(Slot[Wish]):
    """A day and a time. People think aloud about it (嗯，后天，下午吧), so a day alone is given more time."""

    def read(self, heard: Heard, now: datetime) -> Wish | None:
        """A wish whose time is known."""
        when = read_when(heard.hearing, now)
        return Wish(when=when, words=heard.hearing.best) if when else None

    def is_whole(self, value: Wish) -> bool:
        """With the hour it is; a day or a part of it is often followed by the hour, and 九点到 by another.

        Only what the likeliest words say themselves is whole: in 上午……九点, 上午 was heard as 教育, and less likely as 上五点.
        """
        assert value.when  # noqa: S101 - it was read here
        said = understand_when(value.words, value.when.start - timedelta(days=1))
        named = said is not None and value.when.end - value.when.start <= HOURS_NAMED
        return named and not value.words.endswith(GOES_ON)


def read_when(hearing: Hearing, now: datetime, instead_of: Span | None = None) -> Span | None:
    """The first time that any hypothesis speaks of, the likeliest first; a correction keeps the day of what it corrects."""
    for hypothesis in hearing.hypotheses:
        if hypothesis.tells_details and (span := understand_when(hypothesis.text, now, instead_of)):
            return span
    return None
