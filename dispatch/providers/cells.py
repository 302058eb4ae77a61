"""Reading what people write about a provider, cell by cell; whatever cannot be meant raises `Wrong`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import NamedTuple, TypeVar

from dispatch.cleaning import clean_words
from dispatch.sheets.faults import Wrong
from models.phones import normalise_number

NAME_AT_MOST = 60
MOST_A_DAY = 500
DEAREST_PERCENT = 1000
WEEKDAYS = "一二三四五六日"
YES = {"是", "对", "有", "yes", "y", "true", "1", "√"}
NO = {"否", "不", "无", "没有", "no", "n", "false", "0", "×"}
GENDERS = {"女": "female", "男": "male", "female": "female", "male": "male", "f": "female", "m": "male"}
LANGUAGES = {"中文": "zh", "zh": "zh", "英文": "en", "english": "en", "en": "en"}
_BETWEEN = re.compile(r"[、,，;；\s]+")
_BETWEEN_NAMES = re.compile(r"[、,，;；\n]+")
_BETWEEN_WORKERS = re.compile(r"[;；\n]+")
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_TIME = re.compile(r"(\d{1,2})[:：](\d{2})([:：]00)?")
_DAYS = re.compile(r"([一二三四五六日天1-7])(?:[-–~～至到]([一二三四五六日天1-7]))?")
_AS_A_SPREADSHEET_HAS_IT = re.compile(r"\d+(\.\d+)?[eE]\+?\d+")

T = TypeVar("T")


class WorkerCell(NamedTuple):
    """One worker as written."""

    name: str
    gender: str
    number: str


@dataclass(frozen=True)
class Known:
    """What cells may name: areas by their names, skills by their keys and by the services that need them."""

    areas: Mapping[str, int]
    skills: Mapping[str, str]


def read_name(written: str) -> str:
    """A provider's name."""
    name = clean_words(written, NAME_AT_MOST + 1)
    if not name:
        raise Wrong("没有写", "is missing")
    if len(name) > NAME_AT_MOST:
        raise Wrong(f"超过{NAME_AT_MOST}个字", f"is longer than {NAME_AT_MOST}")
    return name


def read_number(written: str) -> str:
    """A telephone number, as they are kept."""
    if not written.strip():
        raise Wrong("没有写", "is missing")
    if _AS_A_SPREADSHEET_HAS_IT.fullmatch(written.strip()):
        raise Wrong(
            f"“{written}”被表格软件改成了科学记数，请把这一列设成文本", f"{written!r}: a spreadsheet has rounded it; make it text"
        )
    if not (number := normalise_number(written)):
        raise Wrong(f"“{written}”不是电话号码", f"{written!r} is no telephone number")
    return number


def read_skills(written: str, known: Known) -> list[str]:
    """Skills by their keys, in order and once each."""
    return _read_names(written, known.skills, "目录里没有这项技能", "no such skill in the catalogue")


def read_areas(written: str, known: Known) -> list[int]:
    """Areas by their ids, in order and once each."""
    return _read_names(written, known.areas, "没有这个片区", "no such area")


def read_degrees(written: str, most: int) -> float:
    """A latitude (`most` is 90) or a longitude (180)."""
    try:
        degrees = float(written)
    except ValueError:
        raise Wrong(f"“{written}”不是度数，例如30.29154", f"{written!r} is not degrees such as 30.29154") from None
    if not -most <= degrees <= most:
        raise Wrong(f"“{written}”不在±{most}之内", f"{written!r} is not within ±{most}")
    return degrees


def read_time(written: str) -> time:
    """A time of day: 8:00; 24:00 is the last minute of the day."""
    found = _TIME.fullmatch(written.strip())
    hour, minute = (int(found[1]), int(found[2])) if found else (99, 0)
    if (hour, minute) == (24, 0):
        return time(23, 59)
    if hour > 23 or minute > 59:
        raise Wrong(f"“{written}”不是时间，例如8:00", f"{written!r} is no time such as 8:00")
    return time(hour, minute)


def read_weekdays(written: str) -> list[int]:
    """Days of the week, 0 for Monday: 一二三四五, 周一到周五, 1-5, 每天."""
    if written.strip() in ("每天", "天天", "daily"):
        return list(range(7))
    plain = re.sub(r"[周星期礼拜、,，;；\s]", "", written)
    days: set[int] = set()
    for first, last in _DAYS.findall(plain):
        begin, end = _weekday(first), _weekday(last or first)
        days |= {day % 7 for day in range(begin, end + 1 if end >= begin else end + 8)}
    if not days or _DAYS.sub("", plain):
        raise Wrong(f"“{written}”不是星期几，例如一二三四五", f"{written!r} are no days of the week such as 1-5")
    return sorted(days)


def read_dates(written: str) -> list[str]:
    """Days off, as ISO has them, sorted and once each."""
    days = set()
    for part in filter(None, _BETWEEN.split(written.strip())):
        found = _DATE.fullmatch(part)
        try:
            days.add(date(*map(int, found.groups())).isoformat() if found else date.fromisoformat(part).isoformat())
        except ValueError:
            raise Wrong(f"“{part}”不是日期，例如2026-11-23", f"{part!r} is no date such as 2026-11-23") from None
    return sorted(days)


def read_count(written: str, least: int, most: int) -> int:
    """A whole number from `least` to `most`; a percent sign is let pass."""
    plain = written.strip().removesuffix("%").removesuffix("％")
    if not plain.isdecimal() or not least <= int(plain) <= most:
        raise Wrong(f"“{written}”不是{least}到{most}的整数", f"{written!r} is no whole number from {least} to {most}")
    return int(plain)


def read_yes(written: str) -> bool:
    """是 or 否."""
    answer = written.strip().lower()
    if answer not in YES | NO:
        raise Wrong(f"“{written}”请写是或否", f"{written!r} is neither yes nor no")
    return answer in YES


def read_language(written: str) -> str:
    """The language of the SMS."""
    if not (language := LANGUAGES.get(written.strip().lower())):
        raise Wrong(f"“{written}”请写中文或英文", f"{written!r} is neither zh nor en")
    return language


def read_workers(written: str) -> list[WorkerCell]:
    """Workers, each with a name, a gender and a number: 张师傅 男 13600000001；刘师傅 女 13600000002."""
    workers = []
    for part in filter(None, (one.strip() for one in _BETWEEN_WORKERS.split(written))):
        words = part.split()
        gender = GENDERS.get(words[-2].lower()) if len(words) > 2 else None
        if gender is None:
            raise Wrong(f"“{part}”请写成：张师傅 男 13600000001", f"{part!r}: write a name, m or f, and a number")
        workers.append(WorkerCell(read_name(" ".join(words[:-2])), gender, read_number(words[-1])))
    numbers = [worker.number for worker in workers]
    if twice := sorted({number for number in numbers if numbers.count(number) > 1}):
        raise Wrong(f"号码{twice[0]}写了两次", f"{twice[0]} is there twice")
    return workers


def _read_names(written: str, known: Mapping[str, T], zh: str, en: str) -> list[T]:
    parts = [part.strip() for part in _BETWEEN_NAMES.split(written) if part.strip()]
    # A name may have a space in it; what is no name as a whole is several.
    names = [name for part in parts for name in ([part] if part in known else part.split())]
    if not names:
        raise Wrong("没有写", "is missing")
    if unknown := [name for name in names if name not in known]:
        raise Wrong(f"{zh}：{'、'.join(unknown)}", f"{en}: {', '.join(unknown)}")
    return list(dict.fromkeys(known[name] for name in names))


def _weekday(sign: str) -> int:
    return int(sign) - 1 if sign.isdecimal() else WEEKDAYS.index("日" if sign == "天" else sign)
