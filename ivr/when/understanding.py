"""From a sentence to the span in which somebody should come."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from ivr.when.days import FARTHEST
from ivr.when.phrases import Phrase, Tie, find_phrases, is_refused, tie_between
from ivr.when.plain import plain_words
from ivr.when.soon import as_soon_as_possible, counted_from_now, is_urgent, later, next_step
from ivr.when.span import Span
from ivr.when.stretch import Stretch
from ivr.when.windows import WHOLE_DAY, Window

_ONE_DAY = timedelta(days=1)
_SHORTEST = timedelta(minutes=15)  # what must be left of a part of the day that has begun
_ONWARD_UNTIL = timedelta(hours=2)
_LONGEST_SENTENCE = 200  # characters; nobody says more about a time

# What follows one of these replaces what came before; 今天还是明天都行 is a choice.
_CORRECTION = re.compile(r"不对|错了|哦不|噢不|还是|改成|改到|改在|改为|换成|换到|应该是|我是说")
_EITHER = re.compile(r"还是(?=[^，]{1,12}，?都(?:行|可以|成|好|方便|中))")
_FROM_NOW = re.compile(r"(?:从现在|现在)(?:开始|起)?，?(?:一直)?到，?$")
_GOOD = r"(?:行|可以|好|成|中|方便|来|有空|在家|合适|没问题|无所谓)"
_WHENEVER = r"什么时候|啥时候|什么时间|啥时间|哪个时间|几时|多会儿?|啥会儿?|哪天|哪一天|几点|何时|任何时[候间]"
_ANY_TIME = re.compile(
    rf"(?:{_WHENEVER})(?:过来|来|做|弄|修|送|上门)?[都也]{_GOOD}|随便(?:{_WHENEVER})|随时都?{_GOOD}"
    r"|(?:天天|每天|一直|整天|全天)都(?:在家|有空|方便|闲着)|不挑时间|时间不限|时间(?:都|我都)?无所谓"
    r"|(?:^|，)(?:我|时间|都|那|就|哎|啊)*随便(?:你们|您|你|哪天|什么时候|啥时候|几点|都行|都可以|来|吧|了|啦)*，?(?:$|，)"
    r"|(?:看|听|由|随)(?:你们|您|你|师傅|他们)(?:的|们)?(?:方便|时间|安排|便|什么时候|定|来)|(?:你们|您|你)(?:看着|决定|定吧|安排吧|来安排)"
    r"|(?:^|，)(?:我)?(?:都|哪个都|怎么都)(?:行|可以|成)(?:吧|的|啊)?，?$|(?:什么|啥)时候方便(?:就)?(?:什么|啥)时候来"
    r"|(?:有空|得空|方便)(?:的时候)?(?:就|再)来"
)


def understand_when(text: str, now: datetime, instead_of: Span | None = None) -> Span | None:
    """The span that `text` asks for, or None when it names no time that is still to come, within a year.

    `now` is aware and in the community's time zone, and so is the span. A correction that names only a day or only a
    time (不对，是下午三点) keeps the rest of `instead_of`. Several days are one span (明天或后天).
    """
    span = instead_of
    understood = None
    for part in _CORRECTION.split(_EITHER.sub("或者", plain_words(text[:_LONGEST_SENTENCE]))):
        if read := _read(part, now, span):
            understood = span = read
    return understood


def _read(words: str, now: datetime, instead_of: Span | None) -> Span | None:
    urgent = is_urgent(words)
    phrases = find_phrases(words, now.date())
    kept = [phrase for phrase in phrases if phrase.choices != () and not is_refused(phrase, words)]
    if not kept:
        return counted_from_now(words, now) or _without_a_time(words, now, urgent, refused=bool(phrases))
    main = max(kept, key=lambda phrase: phrase.weight)
    group = _group_of(main, kept, words)
    if len(group) > 1 and (span := _read_group(group, words, now, instead_of, urgent)):
        return span
    choices = main.choices or next((phrase.choices for phrase in kept if phrase.choices), None)
    time = main.time or next((phrase.time for phrase in kept if phrase.time), None)
    if time is None or not time.exact:
        counted = counted_from_now(words, now)
        if counted and choices is None:
            return counted
    span = _choose(replace(main, choices=choices, time=time), now, instead_of, urgent)
    if span and _FROM_NOW.search(words, 0, main.start):
        return _joined(Span(next_step(now), later(next_step(now), timedelta(minutes=5))), _end_of(span, main))
    return span


def _without_a_time(words: str, now: datetime, urgent: bool, refused: bool) -> Span | None:
    if urgent and not refused:
        return as_soon_as_possible(now)
    if _ANY_TIME.search(words):
        return _place(Stretch(now.date(), now.date() + 2 * _ONE_DAY), WHOLE_DAY[0], now, urgent=False)
    return None


def _group_of(main: Phrase, kept: list[Phrase], words: str) -> list[Phrase]:
    """The phrases around the main one that are said as alternatives to it, or as the two ends of one span."""
    first = last = kept.index(main)
    while first > 0 and tie_between(kept[first - 1], kept[first], words) is not Tie.NONE:
        first -= 1
    while last + 1 < len(kept) and tie_between(kept[last], kept[last + 1], words) is not Tie.NONE:
        last += 1
    return kept[first : last + 1]


def _read_group(group: list[Phrase], words: str, now: datetime, instead_of: Span | None, urgent: bool) -> Span | None:
    """From the beginning of the first to the end of the last; what the later ones leave out is the first one's."""
    whole: Span | None = None
    before: Phrase | None = None
    for phrase, following in zip(group, [*group[1:], None], strict=True):
        tie = tie_between(before, phrase, words) if before else Tie.NONE
        same_time = following and phrase.time is None and tie_between(phrase, following, words) is Tie.OR
        told = replace(phrase, time=following.time) if same_time and following else phrase
        if whole and told.choices is None:
            told = replace(told, choices=(_only(whole.start.date()),))
        if whole and told.choices and (later_on := tuple(s for s in told.choices if s.last >= whole.start.date())):
            told = replace(told, choices=later_on)  # 下星期二或者星期四
        span = _choose(told, now, instead_of, urgent)
        if whole and span:
            whole = Span(min(whole.start, span.start), whole.end)
            whole = _joined(whole, _end_of(span, phrase) if tie is Tie.UP_TO else span.end) or whole
        else:
            whole = whole or span
        before = phrase
    return whole


def _end_of(span: Span, phrase: Phrase) -> datetime:
    """Where a span ends that lasts up to this one: a clock is a moment."""
    return span.start if phrase.time and phrase.time.exact else span.end


def _joined(first: Span, end: datetime) -> Span | None:
    """The span up to a later end; None where that is no later, or much too late."""
    return Span(first.start, max(first.end, end)) if first.start < end <= first.start + FARTHEST else None


def _choose(phrase: Phrase, now: datetime, instead_of: Span | None, urgent: bool) -> Span | None:
    today = now.date()
    windows: Sequence[Window] = phrase.time.windows if phrase.time else WHOLE_DAY
    if phrase.time is None and instead_of and instead_of.end - instead_of.start <= _ONE_DAY:
        windows = [_window_of(instead_of)]
    if phrase.choices and phrase.is_today:
        return _place_first(phrase.choices, windows, now, urgent)
    if instead_of and not phrase.choices and (span := _place_first([_only(instead_of.start.date())], windows, now, urgent)):
        return span
    choices = phrase.choices or (_only(today), _only(today + _ONE_DAY))
    # The likeliest reading on a later day goes before an unlikely one today: 九点 is rarely nine in the evening.
    spans = (_place_first(choices, [window], now, urgent) for window in windows)
    return next((span for span in spans if span), None)


def _only(day: date) -> Stretch:
    return Stretch(day, day)


def _window_of(span: Span) -> Window:
    start = span.start.hour * 60 + span.start.minute
    return Window(start, start + int((span.end - span.start) / timedelta(minutes=1)))


def _place_first(choices: Sequence[Stretch], windows: Sequence[Window], now: datetime, urgent: bool) -> Span | None:
    return next((span for days in choices for window in windows if (span := _place(days, window, now, urgent))), None)


def _place(days: Stretch, window: Window, now: datetime, urgent: bool) -> Span | None:
    """The window on the first of the days that has room for it; a vague one goes on until the last of them."""
    day = days.first
    while day <= days.last:
        if span := _place_on(day, window, now, urgent):
            end = _midnight(days.last, now) + timedelta(minutes=window.end)
            return Span(span.start, end) if window.flexible and end > span.end else span
        day += _ONE_DAY
    return None


def _place_on(day: date, window: Window, now: datetime, urgent: bool) -> Span | None:
    start, end = (_midnight(day, now) + timedelta(minutes=minutes) for minutes in (window.start, window.end))
    from_now = day == now.date() or (urgent and end - next_step(now) <= _ONE_DAY)
    if window.deadline and from_now:
        start = next_step(now)
    elif window.onward and not urgent and start + _ONWARD_UNTIL < now:
        return None
    elif window.flexible:
        start = max(start, next_step(now))
    too_late = start < now or end - start < (_SHORTEST if window.flexible else timedelta(minutes=1))
    return None if too_late or start > later(now, FARTHEST) else Span(start, end)


def _midnight(day: date, now: datetime) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=now.tzinfo)
