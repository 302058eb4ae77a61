"""From a sentence to the span in which somebody should come."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from ivr.when.clocks import WHOLE_DAY, TimeOfDay, Window, find_times
from ivr.when.days import Day, find_days
from ivr.when.plain import plain_words
from ivr.when.soon import as_soon_as_possible, counted_from_now, is_urgent, later, next_step
from ivr.when.span import Span

FARTHEST = timedelta(days=60)
_ONE_DAY = timedelta(days=1)
_SHORTEST = timedelta(minutes=15)  # what must be left of a part of the day that has begun
_LONGEST_SENTENCE = 200  # characters; nobody says more about a time

# What follows one of these replaces what came before.
_CORRECTION = re.compile(r"不对|错了|哦不|噢不|还是|改成|改到|改在|改为|换成|换到|应该是|我是说")
_REFUSED_BEFORE = re.compile(r"(?:不是|不要|不想|别|除了|不能)$")
_REFUSED_AFTER = re.compile(
    r"，?(?:我|都|就|可能|恐怕)*(?:不行|不可以|不方便|没空|不在|没时间|没有时间|不成|不好|有事|来不及|不用|不要)"
)
_BETWEEN = re.compile(r"[，的在是]?")
_ANY_TIME = re.compile(r"(?:什么时候|啥时候|哪天|随便哪天|几点)都(?:行|可以|好|成|方便)|随时都?(?:行|可以|来|好|方便)")


@dataclass(frozen=True)
class _Phrase:
    """Days and a time that are said together; `dates` is None where no day is named, and empty where the day is past."""

    start: int
    end: int
    dates: tuple[date, ...] | None = None
    time: TimeOfDay | None = None

    @property
    def weight(self) -> int:
        """How much it says: a clock more than a day, and a day more than a part of one."""
        exact = 4 if self.time and self.time.exact else 0
        return exact + (2 if self.dates is not None else 0) + (1 if self.time else 0)


def understand_when(text: str, now: datetime, instead_of: Span | None = None) -> Span | None:
    """The span that `text` asks for, or None when it names no time that is still to come, within 60 days.

    `now` is aware and in the community's time zone, and so is the span. A correction that names only a day or only a
    time (不对，是下午三点) keeps the rest of `instead_of`.
    """
    span = instead_of
    understood = None
    for part in _CORRECTION.split(plain_words(text[:_LONGEST_SENTENCE])):
        if read := _read(part, now, span):
            understood = span = read
    return understood


def _read(words: str, now: datetime, instead_of: Span | None) -> Span | None:
    urgent = is_urgent(words)
    phrases = _phrases(words, now.date())
    kept = [phrase for phrase in phrases if phrase.dates != () and not _is_refused(phrase, words)]
    if not kept:
        return counted_from_now(words, now) or _without_a_time(words, now, urgent, refused=bool(phrases))
    main = max(kept, key=lambda phrase: phrase.weight)
    dates = main.dates or next((phrase.dates for phrase in kept if phrase.dates), None)
    time = main.time or next((phrase.time for phrase in kept if phrase.time), None)
    if time is None or not time.exact:
        counted = counted_from_now(words, now)
        if counted and dates is None:
            return counted
    return _choose(dates, time.windows if time else None, now, instead_of, urgent)


def _without_a_time(words: str, now: datetime, urgent: bool, refused: bool) -> Span | None:
    if urgent and not refused:
        return as_soon_as_possible(now)
    if _ANY_TIME.search(words):
        return _place_first([now.date(), now.date() + timedelta(days=1)], WHOLE_DAY[:1], now, urgent=False)
    return None


def _phrases(words: str, today: date) -> list[_Phrase]:
    phrases: list[_Phrase] = []
    tokens: list[Day | TimeOfDay] = sorted([*find_days(words, today), *find_times(words)], key=lambda token: token.start)
    for token in tokens:
        last = phrases[-1] if phrases else None
        beside = last is not None and _BETWEEN.fullmatch(words, last.end, token.start) is not None
        if last and beside and (joined := _join(last, token)):
            phrases[-1] = joined
        elif isinstance(token, Day):
            phrases.append(_Phrase(token.start, token.end, dates=token.dates))
        elif not token.faint:
            phrases.append(_Phrase(token.start, token.end, time=token))
    return phrases


def _join(phrase: _Phrase, token: Day | TimeOfDay) -> _Phrase | None:
    """The phrase with the token that stands beside it, unless the two contradict each other."""
    if isinstance(token, TimeOfDay):
        return replace(phrase, end=token.end, time=token) if phrase.time is None else None
    if phrase.dates is None:
        return replace(phrase, end=token.end, dates=token.dates)
    both = tuple(day for day in phrase.dates if day in token.dates)
    return replace(phrase, end=token.end, dates=both) if both and phrase.time is None else None


def _is_refused(phrase: _Phrase, words: str) -> bool:
    return bool(_REFUSED_BEFORE.search(words, 0, phrase.start) or _REFUSED_AFTER.match(words, phrase.end))


def _choose(
    dates: Sequence[date] | None,
    windows: Sequence[Window] | None,
    now: datetime,
    instead_of: Span | None,
    urgent: bool,
) -> Span | None:
    today = now.date()
    if windows is None:
        windows = [_window_of(instead_of)] if instead_of else WHOLE_DAY
    if dates:
        return _place_first(dates, windows, now, urgent)
    if instead_of and (span := _place_first([instead_of.start.date()], windows, now, urgent)):
        return span
    coming = [today, today + timedelta(days=1)]
    # The likeliest reading tomorrow goes before an unlikely one today: 九点 is rarely nine in the evening.
    spans = (_place_first(coming, [window], now, urgent) for window in windows)
    return next((span for span in spans if span), None)


def _window_of(span: Span) -> Window:
    start = span.start.hour * 60 + span.start.minute
    return Window(start, start + int((span.end - span.start) / timedelta(minutes=1)))


def _place_first(dates: Sequence[date], windows: Sequence[Window], now: datetime, urgent: bool) -> Span | None:
    return next((span for day in dates for window in windows if (span := _place(day, window, now, urgent))), None)


def _place(day: date, window: Window, now: datetime, urgent: bool) -> Span | None:
    midnight = datetime(day.year, day.month, day.day, tzinfo=now.tzinfo)
    start, end = (midnight + timedelta(minutes=minutes) for minutes in (window.start, window.end))
    from_now = day == now.date() or (urgent and end - next_step(now) <= _ONE_DAY)
    if window.deadline and from_now:
        start = next_step(now)
    elif window.flexible:
        start = max(start, next_step(now))
    too_late = start < now or end - start < (_SHORTEST if window.flexible else timedelta(minutes=1))
    return None if too_late or start > later(now, FARTHEST) else Span(start, end)
