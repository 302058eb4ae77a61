"""The days that a sentence names: 明天, 下星期二, 十五号, 月底, 三天以后, 这两天, 周五之前, 国庆节后."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from ivr.when.counts import COUNT, read_count
from ivr.when.feasts import (
    FEAST,
    LUNAR_DATE,
    LUNAR_DAY,
    SMALL_NEW_YEAR,
    days_off,
    feast_days,
    lunar_dates,
    lunar_days,
    small_new_year,
)
from ivr.when.months import read_date, read_day_of_month, read_end_of_year, read_part_of_month, read_this_month
from ivr.when.numerals import NUMBER, NUMERALS
from ivr.when.stretch import Stretch, single_days

FARTHEST = timedelta(days=366)  # what has passed this year is meant for the next
_ONE_DAY = timedelta(days=1)
_A_FEW = timedelta(days=2)  # how long 以后 goes on after its first day


@dataclass(frozen=True)
class Day:
    """Days named at `start:end` of the sentence; `choices` are those they can mean, the nearest first, none of them past."""

    start: int
    end: int
    choices: tuple[Stretch, ...]
    kind: str
    is_today: bool = False


def find_days(words: str, today: date) -> list[Day]:
    """The days named in `words`, in their order; one whose `choices` are empty is past or does not exist."""
    found = [
        _day(match, pattern_kind, mean(match, today), today)
        for pattern, pattern_kind, mean in _PATTERNS
        for match in pattern.finditer(words)
    ]
    days: list[Day] = []
    for day in sorted(found, key=lambda day: (day.start, -day.end)):
        if not days or day.start >= days[-1].end:
            days.append(_with_edge(day, words, today))
    return days


def _day(match: re.Match[str], kind: str, stretches: list[Stretch], today: date) -> Day:
    coming = sorted((s for s in stretches if today <= s.last and s.first - today <= FARTHEST), key=lambda s: s.first)
    choices = tuple(Stretch(max(s.first, today), s.last) for s in coming)
    return Day(match.start(), match.end(), choices, kind, is_today=match[0] in ("今天", "当天"))


_EDGE = re.compile(
    r"(?:那天|当天)?的?(?:(?P<eve>[前头]一天)|(?P<next>后一天|第二天)"
    r"|(?P<before>以前|之前|前(?![后面天几]))|(?P<after>以后|之后|过后|后(?![面天来]))"
    r"|(?P<on>往后|起(?!来|床)|开始)|(?P<within>之?内|以内|里头|里面))"
)


_EVERY_DAY = re.compile(r"，?(?:每天|天天|每日)")


def _with_edge(day: Day, words: str, today: date) -> Day:
    """The days before, after or up to the one that was named, where that is what was said."""
    edge = _EDGE.match(words, day.end)
    if not edge or not day.choices or day.kind == "later":
        return day
    named = day.choices[0]
    if edge["eve"]:
        eves = (choice.first - _ONE_DAY for choice in day.choices)
        return Day(day.start, edge.end(), tuple(Stretch(eve, eve) for eve in eves if eve >= today), day.kind)
    if edge["next"]:
        stretch = Stretch(named.last + _ONE_DAY, named.last + _ONE_DAY)
    elif edge["before"]:
        # 月底以前 has room for the last day of the month, 星期五以前 has none for Friday.
        last = named.last if day.kind == "edge" else named.first - _ONE_DAY
        stretch = Stretch(today, max(today, last))
    elif edge["after"]:
        stretch = Stretch(named.last + _ONE_DAY, named.last + _ONE_DAY + _A_FEW)
    elif edge["on"]:
        # 从下星期一开始每天中午 is wanted on the first of these days.
        length = timedelta() if _EVERY_DAY.match(words, edge.end()) else _A_FEW
        stretch = Stretch(named.first, named.first + length)
    else:
        stretch = Stretch(today, named.last)
    return Day(day.start, edge.end(), (stretch,), day.kind, day.is_today)


_NAMED = {"大前天": -3, "前天": -2, "昨天": -1, "今天": 0, "当天": 0, "明天": 1, "后天": 2, "大后天": 3}


def _named(match: re.Match[str], today: date) -> list[Stretch]:
    return single_days([today + timedelta(days=_NAMED[match[0]])])


_WEEKS = {"上上": -2, "上": -1, "这": 0, "本": 0, "": 0, "下": 1, "再下": 2, "下下": 2, "下下下": 3}


def _weekday(match: re.Match[str], today: date) -> list[Stretch]:
    which, name = match["which"] or "", match["weekday"]
    name = {"天": "日", "末": "六", "两": "二", "7": "日"}.get(name, name)
    place = "一二三四五六日".find(name) if not name.isdigit() else int(name) - 1
    first = _monday(today, _WEEKS[which]) + timedelta(days=place)
    length = _ONE_DAY if match["weekday"] == "末" else timedelta()
    # One that has passed this week is the next week's; beside a date (十二月一号星期二) it may be any week's.
    later = (0,) if which and which[0] in "上下再" else range(FARTHEST.days // 7 + 2)
    return [Stretch(first + timedelta(weeks=weeks), first + timedelta(weeks=weeks) + length) for weeks in later]


def _week(match: re.Match[str], today: date) -> list[Stretch]:
    first = _monday(today, _WEEKS[match["which"]])
    return [Stretch(first, first + timedelta(days=6))]


def _monday(today: date, weeks: int) -> date:
    return today - timedelta(days=today.weekday()) + timedelta(weeks=weeks)


def _later(match: re.Match[str], today: date) -> list[Stretch]:
    if match[0].startswith(("半", "过半")):
        return single_days([today + timedelta(days=15)])
    least, most = read_count(match["passing"] or match["after"])
    each = 7 if "星期" in match[0] or "周" in match[0] else 30 if "月" in match[0] else 1
    if not 0 < least <= most <= FARTHEST.days // each:
        return []
    return [Stretch(today + timedelta(days=least * each), today + timedelta(days=most * each))]


def _within(match: re.Match[str], today: date) -> list[Stretch]:
    """三天之内, 这两天: from today on."""
    _, most = read_count(match["within"] or match["these"])
    each = 7 if "星期" in match[0] or "周" in match[0] else 1
    days = most * each - (1 if match["these"] else 0)
    return [Stretch(today, today + timedelta(days=days))] if 0 < days <= FARTHEST.days else []


def _feast(match: re.Match[str], today: date) -> list[Stretch]:
    return single_days(feast_days(match, today))


def _after_feast(match: re.Match[str], today: date) -> list[Stretch]:
    back = [day + days_off(match) for day in feast_days(match, today)]
    return [Stretch(day, day + _A_FEW) for day in back]


# A number with 号 behind it is no date where it is part of an address, of a telephone number or of goods.
_NO_DATE_BEFORE = r"(?<![\d零〇一二两三四五六七八九十幺百第楼路巷弄牌住])(?<!住在)"
_NO_DATE_AFTER = r"(?![楼门线院房幢栋单病床铺馆厅桌机路码库井车店技师弄电话护公室铁字])"
_WEEKDAY = "一二三四五六日天末两1-7"
_WHICH_MONTH = r"(?P<which>[这本上]|下{1,2})个?"

_PATTERNS: tuple[tuple[re.Pattern[str], str, Callable[[re.Match[str], date], list[Stretch]]], ...] = tuple(
    (re.compile(pattern), kind, mean)
    for pattern, kind, mean in (
        (r"大前天|(?<![以目之])前天|昨天|今天|当天|明天|大后天|(?<![以之然最])后天", "named", _named),
        (
            rf"(?P<which>上上|上|再下|下{{1,3}}|这|本)?个?(?:星期的?)?星期(?P<weekday>[{_WEEKDAY}])(?![个天次半])",
            "weekday",
            _weekday,
        ),
        (rf"(?P<which>上上|上|再下|下{{1,3}})个?星期(?![{_WEEKDAY}])", "week", _week),
        (rf"(?P<which>这|本)个?星期(?![{_WEEKDAY}])", "edge", _week),
        (
            rf"(?:过[上个]?|隔|再等)(?P<passing>{COUNT})(?:天|个?星期|个月)"
            rf"|(?P<after>{COUNT})(?:天|个?星期|周|个月)(?:以后|之后|过后|后(?!天))|半个?月(?:以后|之后|后)|过半个月",
            "later",
            _later,
        ),
        (rf"(?P<within>{COUNT})(?:天|个?星期|周)(?:之内|以内|内|里头|里面)|[这近](?P<these>{COUNT})天", "edge", _within),
        (
            rf"(?P<year>今年|明年|来年|去年|\d{{4}}年)?{_NO_DATE_BEFORE}(?P<month>{NUMBER})月份?的?(?P<day>{NUMBER})[号日]"
            rf"{_NO_DATE_AFTER}",
            "date",
            read_date,
        ),
        (rf"{_NO_DATE_BEFORE}(?:{_WHICH_MONTH}月份?[的初]?)?(?P<day>{NUMBER})[号日]{_NO_DATE_AFTER}", "date", read_day_of_month),
        # With its month it needs no 号 (这个月二十八), unless something is counted (这个月两次).
        (rf"{_WHICH_MONTH}月份?的?(?P<day>{NUMBER})(?=$|[，早晚来吧]|[上下]午)", "date", read_day_of_month),
        (
            rf"(?:{_WHICH_MONTH}|(?P<month>{NUMBER}))?月份?的?(?P<part>[底末尾头]|初(?![一二三四五六七八九十])|中旬?|[上下]旬)(?!部|药|级|学)",
            "edge",
            read_part_of_month,
        ),
        (r"[这本]个?月(?=之?内|以内|里)", "edge", read_this_month),
        (r"(?:今年)?年[底末尾]", "edge", read_end_of_year),
        (LUNAR_DATE, "date", lambda match, today: single_days(lunar_dates(match, today))),
        (LUNAR_DAY, "date", lambda match, today: single_days(lunar_days(match, today))),
        (SMALL_NEW_YEAR, "date", lambda match, today: single_days(small_new_year(match, today))),
        (rf"(?<![{NUMERALS}])(?:明年|今年)?{FEAST}(?!好|快乐|愉快)", "date", _feast),
        (rf"(?:过完|过了){FEAST}", "later", _after_feast),
        (rf"{FEAST}(?:以后|之后|过后|过完|后(?!一?天))", "later", _after_feast),
    )
)
