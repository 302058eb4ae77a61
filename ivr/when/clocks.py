"""The times of day that a sentence names: 九点半, 下午三点到五点, 上午, 晚饭前, 十点以后."""

import re
from dataclasses import dataclass, replace

from ivr.when.hours import CLOSES, DAY, HABITS, HOUR, LATE, OPENS, PARTS
from ivr.when.numerals import NUMBER, NUMERALS, read_number
from ivr.when.windows import TimeOfDay, Window

_LONG_BEFORE = 2 * HOUR
NOON = 12 * HOUR


_PART = "|".join(sorted(PARTS, key=len, reverse=True))
_BEFORE = r"以前|之前|前(?![后面天])"
_AFTER = r"以后|之后|过后|往后|后(?![面天来])"
_EDGE = rf"(?:(?P<before>{_BEFORE})|(?P<after>{_AFTER}))?"
_HOURS = rf"(?:[{NUMERALS}]{{1,3}}|\d{{1,2}})"
_MINUTES = (
    rf"半钟?|[一三]刻钟?|整|{NUMBER}分(?!钟)"
    rf"|(?:零[{NUMERALS}]|[二三四五]?十[一二三四五六七八九]?|\d{{2}})(?![{NUMERALS}\d个斤份块元袋盒瓶只条号楼点月天分:到至])"
)
_CLOCK = re.compile(
    rf"(?:(?P<part>{_PART})[，的]?)?(?<![{NUMERALS}\d:第百千有这那])"
    rf"(?:差(?P<short>一刻|{NUMBER}分))?"
    rf"(?P<hour>{_HOURS})来?(?:(?:点(?!水|意见|建议|要求|儿?事)|时(?![候间段常辰]))(?:过(?=[一三]刻|{NUMBER}分))?(?:(?P<minute>{_MINUTES})|钟)?|:(?P<digits>[0-5]\d)(?::[0-5]\d)?)"
    rf"(?:多钟?|来钟|左右|上下|前后|出头|光景|样子|差不多)?(?:[差欠](?P<short_after>一刻|{NUMBER}分))?(?:(?P<short_of>不到)|(?P<on>开始|起(?!来|床))|{_EDGE})"
)
# 最迟明天下午五点, 过了三点
_LATEST_BEFORE = re.compile(r"(?:最[迟晚]|至迟|顶晚|不晚于|[不别]要?超过|赶在)[^，]{0,7}$|不到$")
_EARLIEST_BEFORE = re.compile(r"(?:最早|不早于)[^，]{0,7}$|过了?$")
_TO = re.compile(r"，?(?:到|至|~|-|—|(?P<and>[跟和与同]))(?P<next_day>第二天|次日)?，?")
_AMID = re.compile(r"[的]?(?:之间|中间)")
_THEN = re.compile(r"[，、的]?")  # between 九点以后 and 十一点以前
_PART_ALONE = re.compile(rf"(?P<part>{_PART})(?!好){_EDGE}")
# 一点 is one o'clock only where it cannot be "a little" (快一点, 一点都不).
_LITTLE_BEFORE = re.compile(r"(?:^|[，到至在是就改天号一二三四五六日])$")
_LITTLE_AFTER = re.compile(r"(?:$|[，吧钟来到至左以之前后行可好过去])")

_HABIT = re.compile(
    rf"(?P<done>[吃睡起上下看](?:过|完|好|醒|罢|了|毕))?(?P<what>{'|'.join(HABITS)})"
    rf"(?:(?:了|的时候)?(?P<before>{_BEFORE})|(?P<after>{_AFTER}|吃完|吃好|起来|醒了?来?|了(?=再|就|来))|(?P<at>的?时候|时间|那会儿?|时分?(?!间)))?"
)
_EARLY = re.compile(r"早(?:一点|点|些|一些)")


def find_times(words: str) -> list[TimeOfDay]:
    """The times of day named in `words`, in their order."""
    times = _clocks(words)
    for other in [*_habits(words), *_parts(words)]:
        if not any(other.start < time.end and time.start < other.end for time in times):
            times.append(other)
    return _with_both_edges(sorted(times, key=lambda time: time.start), words)


def _with_both_edges(times: list[TimeOfDay], words: str) -> list[TimeOfDay]:
    """九点以后十一点以前, 晚饭以后八点以前: one time from the first to the second."""
    joined: list[TimeOfDay] = []
    for time in times:
        last = joined[-1] if joined else None
        if last and (last.edge, time.edge) == ("after", "before") and _THEN.fullmatch(words, last.end, time.start):
            ends = sorted(window.end + later for window in time.windows for later in (0, 12 * HOUR))
            windows = tuple(
                Window(window.start, end, flexible=True)
                for window in last.windows
                if (end := next((end for end in ends if end > window.start), None))
            )
            joined[-1] = TimeOfDay(last.start, time.end, windows, exact=time.exact or last.exact)
        else:
            joined.append(time)
    return joined


@dataclass(frozen=True)
class _Clock:
    """One clock time; `minutes` are those it can mean, the likeliest first."""

    start: int
    end: int
    minutes: tuple[int, ...]
    edge: str
    in_morning: bool


def _clocks(words: str) -> list[TimeOfDay]:
    clocks = [clock for match in _CLOCK.finditer(words) if (clock := _clock(match, words)) and clock.minutes]
    times = []
    i = 0
    while i < len(clocks):
        following = clocks[i + 1] if i + 1 < len(clocks) else None
        joined = _TO.fullmatch(words, clocks[i].end, following.start) if following else None
        if following and joined and (not joined["and"] or _AMID.match(words, following.end)):
            windows = _between(clocks[i], following, next_day=bool(joined["next_day"]))
            times.append(TimeOfDay(clocks[i].start, following.end, windows, exact=True))
            i += 2
        else:
            windows = tuple(_at(minutes, clocks[i].edge, clocks[i].in_morning) for minutes in clocks[i].minutes)
            times.append(TimeOfDay(clocks[i].start, clocks[i].end, windows, exact=True, edge=clocks[i].edge))
            i += 1
    return times


def _clock(match: re.Match[str], words: str) -> _Clock | None:
    hour = read_number(match["hour"])
    hours = _hours_of_a_pair(match["hour"]) or (hour,)
    minute = _minute(match)
    if not hours or not 0 <= minute < HOUR or not all(0 <= hour <= 24 for hour in hours):
        return None
    if match["hour"] == "一" and match[0] == "一点" and not _is_one_o_clock(words, match):
        return None
    short = match["short"] or match["short_after"]
    late = _minute_count(short) if short else 0
    minutes = tuple(
        whole * HOUR + minute - late for whole in (_in_part(hours[0], match["part"]) if match["part"] else _alone(hours[0]))
    )
    before = match["before"] or match["short_of"] or _LATEST_BEFORE.search(words, 0, match.start())
    after = match["after"] or match["on"] or _EARLIEST_BEFORE.search(words, 0, match.start())
    edge = "before" if before else "after" if after else ""
    return _Clock(
        match.start(), match.end(), tuple(one for one in minutes if one >= 0), edge, _half_of(match["part"]) == "morning"
    )


def _half_of(part: str | None) -> str:
    return PARTS[part][2] if part else ""


def _is_one_o_clock(words: str, match: re.Match[str]) -> bool:
    return bool(_LITTLE_BEFORE.search(words, 0, match.start()) and _LITTLE_AFTER.match(words, match.end()))


def _hours_of_a_pair(words: str) -> tuple[int, ...]:
    """九十点 is nine or ten, 两三点 is two or three."""
    hours = tuple(read_number(word) for word in words)
    return hours if len(hours) == 2 and hours[1] == hours[0] + 1 and not words.isdecimal() else ()


def _minute(match: re.Match[str]) -> int:
    if match["digits"]:
        return int(match["digits"])
    return _minute_count(match["minute"]) if match["minute"] else 0


def _minute_count(words: str) -> int:
    words = words.removesuffix("钟")
    if words in ("半", "整"):
        return 30 if words == "半" else 0
    if words.endswith("刻"):
        return 15 * read_number(words[0])
    return read_number(words.removesuffix("分"))


def _alone(hour: int) -> tuple[int, ...]:
    """The hours that a bare one can mean: working hours first, and rather in the evening than at dawn."""
    if hour > 12:
        return (hour,)
    if hour == 0:
        return (24, 0)
    if hour == 12:
        return (12, 24)
    return (hour, hour + 12) if hour >= OPENS // HOUR else (hour + 12, hour)


def _in_part(hour: int, part: str) -> tuple[int, ...]:
    if hour > 12:
        return (hour,)
    half = PARTS[part][2]
    if half == "day":
        return _alone(hour)[:1]
    if half == "morning":
        return (0 if hour == 12 and part == "凌晨" else hour,)
    if half == "noon":
        return (hour if hour >= 10 else hour + 12,)
    if half == "afternoon":
        # 下午十点 was 下午四点, or was not said: the afternoon alone is left.
        return (hour + 12,) if hour < 9 else (12,) if hour == 12 else ()
    return (hour + 12 if hour >= 5 else hour + 24,)


def _at(minutes: int, edge: str, in_morning: bool) -> Window:
    if edge == "before":
        return _until(minutes)
    if edge == "after":
        since = _since(minutes)
        return replace(since, end=NOON if in_morning and minutes < NOON - HOUR else since.end, onward=True)
    return Window(minutes, minutes + HOUR)


def _until(minutes: int) -> Window:
    return Window(max(0, min(OPENS, minutes - _LONG_BEFORE)), minutes, flexible=True, deadline=True)


def _since(minutes: int) -> Window:
    end = CLOSES if minutes < CLOSES - HOUR else LATE
    return Window(minutes, max(end, minutes + HOUR), flexible=True)


def _between(first: _Clock, last: _Clock, next_day: bool) -> tuple[Window, ...]:
    windows = []
    for start in first.minutes:
        # Half a day and a whole day later are what 到一点 and 到第二天 can mean.
        ends = [end + later for later in ((DAY,) if next_day else (0, 12 * HOUR)) for end in last.minutes]
        if later := [end for end in ends if start < end <= start + DAY]:
            windows.append(Window(start, min(later) if not next_day else later[0]))
    return tuple(windows)


def _parts(words: str) -> list[TimeOfDay]:
    times = []
    for match in _PART_ALONE.finditer(words):
        start, end, half = PARTS[match["part"]]
        noon = NOON if half == "noon" else start
        window = _until(noon) if match["before"] else _since(end) if match["after"] else Window(start, end, flexible=True)
        times.append(TimeOfDay(match.start(), match.end(), (window,), edge=_edge(match)))
    return times


def _edge(match: re.Match[str]) -> str:
    return "before" if match["before"] else "after" if match["after"] else ""


def _habits(words: str) -> list[TimeOfDay]:
    times = []
    for match in _HABIT.finditer(words):
        before, at, after = next(hours for names, hours in HABITS.items() if match["what"] in names.split("|"))
        told = match["before"] or match["after"] or match["done"] or match["at"]
        start, end = before if match["before"] else after if match["after"] or match["done"] else at
        window = Window(round(start * HOUR), round(end * HOUR), flexible=True)
        times.append(TimeOfDay(match.start(), match.end(), (window,), faint=not told, edge=_edge(match)))
    early = Window(OPENS, 10 * HOUR, flexible=True)
    times += [TimeOfDay(match.start(), match.end(), (early,), faint=True) for match in _EARLY.finditer(words)]
    return times
