"""Whether a text is an address: a building, a unit, a room, a house in a street."""

import re
import unicodedata

from pypinyin import lazy_pinyin

from ivr.when.numerals import NUMERALS

_NUMERALS = f"{NUMERALS}幺百"
# By sound, because recognisers write 三号漏二丹元. N is a numeral, or several; each syllable ends in a space.
_IN_A_HOUSE = re.compile(
    r"N (?:hao lou|dong|zhuang|hao yuan|chuang|dan yuan|hao dan yuan|hao men|nong|lou) (?:.*N )?|lou (?:N )|N ceng "
    r"|(?:lu|jie|xiang|hu tong|cun|zhuang|nong|yuan|xiao qu|hua yuan|da yuan) N (?:hao|dong|lou|zhuang|chuang) "
    r"|dan yuan N |NNN+ shi "
)
_NOT_A_HOUSE = re.compile(r"N dong xi|N lou ti")
# 我一动就疼, 水管漏一地
_LIKE_A_HOUSE = re.compile(r"一[动懂冻洞漏装桩撞窗床]|(?<!号)漏|床")
_LIVES = re.compile(r"住(?:在|的是)?(?![院了])|地址|门牌")
_PLACE = re.compile(r"小区|花园|花苑|新村|家园|公寓|家属院|大院|胡同|街道?|路|巷|里弄?|村|苑|楼|栋|幢|单元|室|门牌")


def read_address(text: str) -> str | None:
    """The text without spaces and punctuation at its ends, if it names a building, a unit, a room or a house number."""
    words = "".join(unicodedata.normalize("NFKC", text).split()).strip("，。,.！!？?")
    sounds = re.sub(r"N (?=N )", "N", _sounds(_LIKE_A_HOUSE.sub("，", words)))
    house = _IN_A_HOUSE.search(sounds) and not _NOT_A_HOUSE.search(sounds)
    lives = _LIVES.search(words) and _PLACE.search(words) and "N" in sounds
    return words if house or lives else None


def _sounds(words: str) -> str:
    told = (
        "N" if character in _NUMERALS or character.isdecimal() else sound
        for character, sound in zip(words, lazy_pinyin(list(words)), strict=True)
    )
    return "".join(f"{sound} " for sound in told)
