"""Numbers that are no times: how many (两份, 半斤, 一打), and digits said one by one (幺三八…)."""

import re
import unicodedata
from dataclasses import dataclass

from pypinyin import lazy_pinyin

from ivr.when.numerals import NUMERALS
from ivr.when.numerals import read_number as _read_numeral

MOST = 99


@dataclass(frozen=True)
class Count:
    """How many of what: 2 份, 0.5 斤. `amount` is at least a half and at most 99; `unit` is empty where none was said."""

    amount: float
    unit: str = ""


# As a recogniser may write them: the right character, and others of its sound.
_UNITS = {
    "份": "份分粉芬",
    "个": "个各歌",
    "斤": "斤金今巾",
    "盒": "盒合和河",
    "袋": "袋带代",
    "瓶": "瓶平屏",
    "桶": "桶筒",
    "箱": "箱香相",
    "只": "只支枝",
    "双": "双",
    "对": "对",
    "打": "打",
} | {unit: unit for unit in "包条人位次碗杯块片张把盆串板卷提罐根克样道套件顿口间台盏户床扇两壶笼"}
_UNIT_OF = {character: unit for unit, characters in _UNITS.items() for character in characters}
_LONG_UNITS = "公斤|千克|小份|大份|人份|小时"
_UNIT = "".join(_UNIT_OF.keys() - {"两"})
_COUNTED = re.compile(
    rf"(?P<number>半|[{NUMERALS}]{{1,4}}?|\d{{1,3}})(?P<more>来|多)?(?P<unit>{_LONG_UNITS}|两(?![{_UNIT}])|[{_UNIT}])(?P<half>半)?"
)
_ALONE = re.compile(rf"(?P<number>半|俩|仨|[{NUMERALS}]{{1,4}}|\d{{1,3}})(?P<unit>)(?P<half>)(?P<more>)")
# 一下, 一点 and 十分 count nothing; a number behind 第 or before 号, 点 and 月 is an order, a day or a time.
_NOT_COUNTED_BEFORE = re.compile(rf"[第{NUMERALS}\d点]$")
_NO_COUNTS = re.compile(
    r"十分(?!之)|一[下起直样些定共道]|(?<=[有这那哪])一?个(?=[人女儿小])|个(?=月|小时|星期|礼拜|钟)|[分刻天]钟?以?[前后]"
)
_FILLING = re.compile(
    r"^(?:嗯|呃|哦|啊|那个|那|就|给我|帮我|我|想|要|来|再|送|订|买|拿|一共|总共|大概|是|有|，)*|(?:吧|了|啊|呀|呢|就行|就好|就够了|够了|就可以|，)*$"
)
_AGAIN = re.compile(r"不对|错了|不是|改成|还是")
_ASKED_FOR = re.compile(r"要|来|订|买|送|拿|给我|带|加|做")
_LONGEST_ANSWER = 12  # characters; in a longer sentence a number counts only where something is asked for

_SPOKEN_DIGITS = dict(zip("零〇洞一幺二两三四五六七拐八九勾", "0001122345677899", strict=True))
_DIGIT_SOUNDS = {
    "ling": "0",
    "yi": "1",
    "yao": "1",
    "er": "2",
    "liang": "2",
    "san": "3",
    "si": "4",
    "wu": "5",
    "liu": "6",
    "qi": "7",
    "ba": "8",
    "jiu": "9",
}
_REPEATED = re.compile(r"([两二三四五六2-6])个([零〇洞一幺二三四五六七八九\d])")
_BESIDE_DIGITS = r"(?:我|你|您|们|家|的|是|电话|座机|手机|号码|号|密码|编号|工号|单号|验证码|记一下|嗯|呃|啊|那个|就|，|吧|了)+"
_AROUND_DIGITS = re.compile(rf"^{_BESIDE_DIGITS}|{_BESIDE_DIGITS}$|[，-]")


def read_count(text: str) -> Count | None:
    """How many are asked for, or None: 要两份 is two 份, 半斤 half a 斤, 俩 two. 两三份 is no answer yet."""
    found = None
    for part in _AGAIN.split(_plain(text)):
        found = _count_in(part) or found
    return found


def read_digits(text: str) -> str | None:
    """Digits said one by one, as digits: 幺三八, 三个八, 138 1234 5678; None for anything else."""
    words = _REPEATED.sub(lambda match: match[2] * _read_numeral(match[1]), _plain(text))
    bare = _AROUND_DIGITS.sub("", words)
    known = [character if character.isdecimal() else _SPOKEN_DIGITS.get(character) for character in bare]
    if not bare or sum(digit is not None for digit in known) * 4 < len(known) * 3:
        return None
    # Among digits, what sounds like one is one: 幺三吧.
    digits = [digit or _DIGIT_SOUNDS.get(lazy_pinyin(character)[0]) for digit, character in zip(known, bare, strict=True)]
    return "".join(digit for digit in digits if digit) if all(digits) else None


def read_number(text: str) -> str | None:
    """Any number, in digits, as the answer to a question for one: 两份 is 2, 十五号 is 15, a telephone number is itself."""
    words = _FILLING.sub("", _plain(text))
    count = read_count(text)
    digits = read_digits(words)
    if digits and len(digits) > 1 and not (count and count.unit):
        return digits
    if count:
        return f"{count.amount:g}"
    ordinal = re.fullmatch(rf"第?([{NUMERALS}]{{1,4}}|\d{{1,4}})[个号日]?", words)
    number = _whole(ordinal[1]) if ordinal else -1
    return str(number) if number >= 0 else digits


def _count_in(words: str) -> Count | None:
    bare = _FILLING.sub("", words)
    if (alone := _ALONE.fullmatch(bare)) and (count := _as_count(alone)):
        return count
    if len(words) > _LONGEST_ANSWER and not _ASKED_FOR.search(words):
        return None
    for match in _COUNTED.finditer(_NO_COUNTS.sub("，", words)):
        if not _NOT_COUNTED_BEFORE.search(match.string, 0, match.start()) and (count := _as_count(match)):
            return count
    return None


def _as_count(match: re.Match[str]) -> Count | None:
    words = match["number"]
    unit = _UNIT_OF.get(match["unit"], match["unit"])
    if words == "半":
        return Count(0.5, unit)
    amount = {"俩": 2, "仨": 3}.get(words) or _whole(words)
    half = 0.5 if match["half"] else 0
    return Count(amount + half, unit) if 1 <= amount <= MOST and not match["more"] else None


def _whole(words: str) -> int:
    """A whole number; -1 for 两三, which is two."""
    if len(words) == 2 and all(word in "一二两三四五六七八九" for word in words):
        return -1
    return _read_numeral(words)


def _plain(text: str) -> str:
    words = re.sub(r"[\s、。！？；,.!?;]+", "，", unicodedata.normalize("NFKC", text)).strip("，")
    words = re.sub(r"(?<=\d)，(?=\d)", "", words)
    return words.replace("俩个", "两个").replace("仨个", "三个")
