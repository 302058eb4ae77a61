"""Days and times of a sentence that are said together, and how such phrases hang together: 明天下午 或者 后天上午."""

import re
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum

from ivr.when.clocks import find_times
from ivr.when.days import Day, find_days
from ivr.when.stretch import Stretch
from ivr.when.windows import TimeOfDay

_REFUSED_BEFORE = re.compile(r"(?:不是|不要|不想|别|除了|不能)$")
_REFUSED_AFTER = re.compile(
    r"，?(?:我|都|就|可能|恐怕)*(?:不行|不可以|不方便|没空|不在|没时间|没有时间|不成|不好|有事|来不及|不[用要](?!太|这么|那么))"
    r"|(?:是|都)?(?:几号|星期几|几月|档|就醒|才睡|睡不着|打过|来过|去过|吃过|没睡)"  # of what is asked or told, and not wished
)
_BETWEEN = re.compile(r"[，的在是]?(?:随便)?")
_UP_TO = re.compile(r"[，的]?(?:一直|直)?(?:到|至|~|-|—)，?")
_OR = re.compile(r"[，的]?(?:都行|都可以)?[，]?(?:或者?是?|或|要不然?|要么|不然|跟|和|同|与|、|也行)[，]?")


class Tie(Enum):
    """How a phrase hangs together with the one before it."""

    NONE = "none"
    UP_TO = "up to"
    OR = "or"


@dataclass(frozen=True)
class Phrase:
    """Days and a time that are said together; `choices` is None where no day is named, and empty where the day is past."""

    start: int
    end: int
    choices: tuple[Stretch, ...] | None = None
    time: TimeOfDay | None = None
    kind: str = ""
    is_today: bool = False

    @property
    def weight(self) -> int:
        """How much it says: a clock more than a day, and a day more than a part of one."""
        exact = 4 if self.time and self.time.exact else 0
        return exact + (2 if self.choices is not None else 0) + (1 if self.time else 0)


def find_phrases(words: str, today: date) -> list[Phrase]:
    """The phrases of `words`, in their order."""
    phrases: list[Phrase] = []
    days = find_days(words, today)
    times = [time for time in find_times(words) if not any(day.start < time.end and time.start < day.end for day in days)]
    tokens: list[Day | TimeOfDay] = sorted([*days, *times], key=lambda token: token.start)
    for token in tokens:
        last = phrases[-1] if phrases else None
        beside = last is not None and _BETWEEN.fullmatch(words, last.end, token.start) is not None
        if last and beside and (joined := _join(last, token)):
            phrases[-1] = joined
        elif isinstance(token, Day):
            phrases.append(Phrase(token.start, token.end, token.choices, None, token.kind, token.is_today))
        elif not token.faint:
            phrases.append(Phrase(token.start, token.end, time=token))
    return phrases


def is_refused(phrase: Phrase, words: str) -> bool:
    """Whether the sentence says that this is not the time."""
    return bool(_REFUSED_BEFORE.search(words, 0, phrase.start) or _REFUSED_AFTER.match(words, phrase.end))


def tie_between(first: Phrase, second: Phrase, words: str) -> Tie:
    """How the second phrase continues the first one."""
    if _UP_TO.fullmatch(words, first.end, second.start):
        return Tie.UP_TO
    if _OR.fullmatch(words, first.end, second.start):
        return Tie.OR
    # 明天后天都行, 星期二星期三
    neighbours = first.kind == second.kind != "" and words[first.end : second.start] in ("", "，")
    return Tie.OR if neighbours and first.time is None else Tie.NONE


def _join(phrase: Phrase, token: Day | TimeOfDay) -> Phrase | None:
    """The phrase with the token that stands beside it, unless the two contradict each other."""
    if isinstance(token, TimeOfDay):
        return replace(phrase, end=token.end, time=token) if phrase.time is None else None
    if phrase.choices is None:
        return replace(phrase, end=token.end, choices=token.choices, kind=token.kind, is_today=token.is_today)
    both = tuple(
        Stretch(max(one.first, other.first), min(one.last, other.last))
        for one in phrase.choices
        for other in token.choices
        if one.first <= other.last and other.first <= one.last
    )
    return replace(phrase, end=token.end, choices=both) if both and phrase.time is None else None
