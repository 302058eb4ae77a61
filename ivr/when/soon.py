"""Times counted from now: 马上, 半个小时以后, 两小时以内."""

import re
from datetime import UTC, datetime, timedelta

from ivr.when.numerals import NUMBER, read_number
from ivr.when.span import Span

STEP = timedelta(minutes=5)
AS_SOON_AS_POSSIBLE = timedelta(hours=2)

_SOON = re.compile(
    r"马上|立刻|立马|立即|现在|这会儿|尽快|尽早|越快越好|越早越好|赶快|赶紧|快[点些]|快一[点些]"
    r"|急[用需死事]|(?:很|挺|好|太|真|加|比较)急|着急|最快"
)
_NOT_SOON_BEFORE = re.compile(r"不(?:用|要|是|太|着|那么)?$")
_NOT_SOON_AFTER = re.compile(r"我?(?:不在|不行|不方便|不要|不用|没空|没时间|有事)")
_LENGTH = (
    rf"(?P<half>半个?小时)|(?P<hours>{NUMBER})个?(?P<and_half>半)?小时(?P<and_half_too>半)?"
    rf"|(?P<minutes>{NUMBER})分钟|(?P<quarters>{NUMBER})刻钟"
)
_LATER = re.compile(rf"(?P<passing>再?过)?(?:{_LENGTH})(?:(?P<within>以内|之内|内|里面)|(?P<after>以后|之后|过后|后(?!天)))?")
_IN_A_WHILE = re.compile(r"待会|过一?会|等一?会儿?(?:再|过来|来)|一会儿?(?:再来|过来|来)")


def next_step(now: datetime) -> datetime:
    """Now, or the next full five minutes."""
    past = timedelta(minutes=now.minute % 5, seconds=now.second, microseconds=now.microsecond)
    return now if not past else later(now, STEP - past)


def later(moment: datetime, by: timedelta) -> datetime:
    """`moment` plus real elapsed time, in its own time zone."""
    return (moment.astimezone(UTC) + by).astimezone(moment.tzinfo)


def is_urgent(words: str) -> bool:
    """Whether `words` ask for somebody as soon as possible."""
    return any(
        not _NOT_SOON_BEFORE.search(words, 0, match.start()) and not _NOT_SOON_AFTER.match(words, match.end())
        for match in _SOON.finditer(words)
    )


def as_soon_as_possible(now: datetime) -> Span:
    """From now on, for two hours."""
    start = next_step(now)
    return Span(start, later(start, AS_SOON_AS_POSSIBLE))


def counted_from_now(words: str, now: datetime) -> Span | None:
    """The span that `words` count from now on, if they do."""
    for match in _LATER.finditer(words):
        length = _length(match)
        if not timedelta() < length <= timedelta(days=1):
            continue
        if match["within"]:
            return Span(next_step(now), later(next_step(now), max(length, 3 * STEP)))
        if match["after"] or match["passing"]:
            start = next_step(later(now, length))
            return Span(start, later(start, timedelta(hours=1)))
    if _IN_A_WHILE.search(words):
        start = next_step(later(now, timedelta(minutes=30)))
        return Span(start, later(start, AS_SOON_AS_POSSIBLE))
    return None


def _length(match: re.Match[str]) -> timedelta:
    if match["half"]:
        return timedelta(minutes=30)
    if match["hours"]:
        half = 30 if match["and_half"] or match["and_half_too"] else 0
        return timedelta(hours=_count(match["hours"]), minutes=half)
    return timedelta(minutes=_count(match["minutes"]) if match["minutes"] else 15 * _count(match["quarters"]))


def _count(words: str) -> int:
    number = read_number(words)
    return number if 0 < number < 1000 else 0
