"""Text that a Chinese voice can speak: no digits, no Latin letters."""

import re

import cn2an

_DIGITS = dict(zip("0123456789", "零一二三四五六七八九", strict=True))
# On the telephone a one among other digits is said 幺, so that it is not taken for seven.
_DIALLED = _DIGITS | {"1": "幺"}
_LETTERS = dict(
    zip(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        "诶 必 西 弟 伊 艾弗 记 艾尺 艾 捷 开 艾勒 艾姆 恩 欧 披 酷 阿尔 艾丝 踢 优 维 达布流 艾克斯 歪 贼".split(),  # noqa: SIM905
        strict=True,
    )
)
_DIGIT = re.compile(r"\d")  # of any script: full-width ones are typed in China
_CLOCK = re.compile(r"(\d{1,2})[:：](\d{2})(?!\d)")
_YEAR_OR_ROOM = re.compile(r"\d{4}(?=年)|\d{3,4}(?=室|房|号房)")
_LONG_NUMBER = re.compile(r"(?<![\d.])(?:\d{5,}|0\d+|110|119|120|122)(?!\d|\.\d)|\d{13,}")
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)[%％]")
_TWO = re.compile(r"(?<!\d)2(?=[个份次位张盒瓶斤点天人家间楼件条只双碗包袋桶块小]|个?小时)(?!楼|号)")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
# A number that was written out already, and not in groups.
_SPELT = re.compile(r"[零〇幺一二三四五六七八九]{5,}")
_LETTER = re.compile(r"[A-Za-z]")


def speakable(text: str) -> str:
    """The text with times, numbers and letters in Chinese characters; long numbers digit by digit, in groups of at most four.

    No digit is left, and no more than four numerals stand together, whether they came as digits or as characters.
    """
    text = _DIGIT.sub(lambda match: str(int(match[0])), text)
    text = _CLOCK.sub(_clock, text)
    text = _YEAR_OR_ROOM.sub(lambda match: _one_by_one(match[0], _DIGITS), text)
    text = _LONG_NUMBER.sub(_grouped, text)
    text = _PERCENT.sub(r"百分之\1", text)
    text = _TWO.sub("两", text)
    text = _NUMBER.sub(lambda match: cn2an.an2cn(match[0]), text)
    text = _SPELT.sub(lambda match: _in_groups(match[0]), text)
    return _LETTER.sub(lambda match: _LETTERS[match[0].upper()], text)


def _clock(match: re.Match[str]) -> str:
    hour, minute = cn2an.an2cn(int(match[1])), int(match[2])
    if minute == 0:
        return f"{hour}点"
    return f"{hour}点{'零' if minute < 10 else ''}{cn2an.an2cn(minute)}分"


def _grouped(match: re.Match[str]) -> str:
    return _in_groups(_one_by_one(match[0], _DIALLED))


def _in_groups(digits: str) -> str:
    # A mobile number goes 3-4-4; anything else in fours, with no digit left alone.
    first = 3 if len(digits) == 11 or len(digits) % 4 == 1 else 4
    return "，".join([digits[:first], *(digits[start : start + 4] for start in range(first, len(digits), 4))])


def _one_by_one(number: str, names: dict[str, str]) -> str:
    return "".join(names[digit] for digit in number)
