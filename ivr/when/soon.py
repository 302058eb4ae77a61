"""Times counted from now: 马上, 半个小时以后, 两小时以内."""

import re
from datetime import UTC, datetime, timedelta

from ivr.when.counts import COUNT, read_count
from ivr.when.span import Span

STEP = timedelta(minutes=5)
AS_SOON_AS_POSSIBLE = timedelta(hours=2)

_SOON = re.compile(
    r"马上|眼下|立刻|立马|立即|现在|这会儿|这就|当下|尽快|尽早|尽量[快早]|能[早快]就[早快]|有多快来?多快|越快越好|越早越好|能多快|多快都|赶快|赶紧|火速|快[点些]|快一[点些]"
    r"|早来早好|^早[点些]儿?来?吧?$|急着[用要]|急[用需死事]|(?:很|挺|好|太|真|加|比较)急|着急|最快"
)
_NOT_SOON_BEFORE = re.compile(r"不(?:用|要|是|太|着|那么)?$")
_NOT_SOON_AFTER = re.compile(r"我?(?:是?几点|不在|不行|不方便|不要|不用|没空|没时间|有事)")
_LENGTH = (
    rf"(?P<half>半个?小时)|(?P<hours>{COUNT})个?(?P<and_half>半)?多?个?小时(?P<and_half_too>半)?"
    rf"|(?P<minutes>{COUNT})多?分钟|(?P<quarters>{COUNT})刻钟"
)
_LATER = re.compile(
    rf"(?P<passing>再?过|隔|再?等我?)?[上个]?(?:{_LENGTH})(?:左右)?(?:(?P<within>之?内|以内|内|里面|里头)|(?P<after>以后|之后|过后|后(?!天)))?"
)
_IN_A_WHILE = re.compile(
    r"待一?会|过一?会|等一?会儿?(?:再|过来|来)|一会儿?(?:再来|过来|来|以后|之后|后)|稍后|过一?阵|等一歇|过一?歇"
    r"|晚[点些]儿?(?:再|过)?来|回头再?来|^再?等?一?会儿?(?:吧|再说|就行|就好)?，?$|等我?吃[完了过]饭|吃完饭(?:以后|之后|再|就)|^饭后|等一?[等下]再|晚[些点]儿?时候"
)


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
    """Of what is only roughly known, the least: 两三个小时 is two."""
    if match["half"]:
        return timedelta(minutes=30)
    if match["hours"]:
        half = 30 if match["and_half"] or match["and_half_too"] else 0
        return timedelta(hours=_count(match["hours"]), minutes=half)
    return timedelta(minutes=_count(match["minutes"]) if match["minutes"] else 15 * _count(match["quarters"]))


def _count(words: str) -> int:
    least, _ = read_count(words)
    return least if 0 < least < 1000 else 0
