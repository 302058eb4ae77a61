"""Numbers within a time: 十五, 二十三, 两, 9."""

import cn2an

NUMERALS = "零〇一二两三四五六七八九十"
NUMBER = rf"(?:[{NUMERALS}]+|\d+)"
_MOST = 9  # characters; no day, hour or minute is longer


def read_number(words: str) -> int:
    """The number that `words` write; -1 for what is none (九十十, 三百号)."""
    if len(words) > _MOST:
        return -1
    try:
        return int(cn2an.cn2an(words, "smart"))
    except (ValueError, KeyError, IndexError):  # 十十二 ends in a KeyError
        return -1


def say_number(number: int) -> str:
    """A number as it is spoken: 二十三."""
    return str(cn2an.an2cn(number))
