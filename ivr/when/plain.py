"""What was recognised, in plain words: simplified, without spaces, with dialect and homophones of time words mended."""

import re
import unicodedata
import warnings

import zhconv
from pypinyin import lazy_pinyin

from ivr.when.numerals import NUMERALS

with warnings.catch_warnings():
    # zhconv leaves its dictionary's file to the garbage collector.
    warnings.simplefilter("ignore", ResourceWarning)
    zhconv.loaddict()

_PUNCTUATION = re.compile(r"[，。！？；…,.!?;\"'“”‘’()《》]+")
_AFTER_A_SON = "(?!子|女|媳|孙)"  # 以后儿子来 has no 后儿 in it
_DIALECT = tuple(
    (re.compile(pattern), plain)
    for pattern, plain in (
        (rf"([今明昨])(?:儿个|儿{_AFTER_A_SON}|个儿?|朝|日)", r"\1天"),
        (rf"(?<![以之然最])后(?:儿个|儿{_AFTER_A_SON}|日)", "后天"),
        (r"([今明昨]|大?后(?=天))天?一?早(?![点一些饭餐])[上晨起]?", r"\1天早上"),
        (r"([今明昨])晚(?![点一些饭餐])上?", r"\1天晚上"),
        (r"礼拜|(?<!一)周(?=[一二三四五六日天末1-7])|(?<=下)周|(?<=下个)周|(?<=上)周|(?<=上个)周", "星期"),
        (r"钟头", "小时"),
        (r"后半天|下半[天日]|后晌", "下午"),
        (r"前半天|上半[天日]|头晌", "上午"),
        # 上午九到十点, 九、十点
        (rf"([{NUMERALS}]{{1,3}}|\d{{1,2}})[、，]?([到至~-]|(?<=、))(?=(?:[{NUMERALS}]{{1,3}}|\d{{1,2}})点)", r"\1点到"),
    )
)

# Words that a recogniser writes with other characters of the same sound. Those that are words themselves stay.
_SOUNDS = {tuple(lazy_pinyin(list(word))): word for word in ("明天", "后天", "今天", "上午", "下午", "中午", "晚上", "早上")}
# What Whisper made of them by telephone, seen again and again: 破天, 口天, 零天, 少午.
_SOUNDS |= {("po", "tian"): "后天", ("kou", "tian"): "后天", ("ling", "tian"): "明天", ("shao", "wu"): "上午"}
_OWN_WORDS = {"商务", "晌午", "下雾"}
_WEEK_SOUNDS = {("xing", "qi"), ("li", "bai")}
_WEEKDAYS = "一二三四五六日天"
_NUMERAL_SOUNDS = {
    "yi": "一",
    "er": "二",
    "liang": "两",
    "san": "三",
    "si": "四",
    "wu": "五",
    "liu": "六",
    "qi": "七",
    "ba": "八",
    "jiu": "九",
    "shi": "十",
}
# Where nothing but a numeral makes sense: 就点半, 上午就点.
_MISHEARD_HOUR = re.compile(
    rf"(?P<told>上午|下午|中午|早上|晚上|傍晚)?(?P<hour>[^\d，{NUMERALS}])(?P<dian>[点店典])(?P<rest>半|整|钟|[一三]刻|左右)?"
)
_MISHEARD_HALF = re.compile(rf"(?<=[{NUMERALS}]点)[伴拌绊板版]")


def plain_words(text: str) -> str:
    """`text` as the rules of this package expect it; punctuation has become one kind of comma."""
    words = zhconv.convert(unicodedata.normalize("NFKC", text), "zh-cn")
    words = _PUNCTUATION.sub("，", "".join(words.split()))
    words = _mend_hours(_mend_words(words))
    for pattern, plain in _DIALECT:
        words = pattern.sub(plain, words)
    return words


def _mend_words(words: str) -> str:
    sounds = lazy_pinyin(list(words))
    mended = list(words)
    for i in range(len(words) - 1):
        pair = (sounds[i], sounds[i + 1])
        if pair in _SOUNDS and words[i : i + 2] not in _OWN_WORDS and not _is_after(words, i):
            mended[i : i + 2] = _SOUNDS[pair]
        elif pair in _WEEK_SOUNDS and words[i + 2 : i + 3] in tuple(_WEEKDAYS):
            mended[i : i + 2] = "星期"
    return "".join(mended)


def _is_after(words: str, i: int) -> bool:
    """Whether the character at `i` belongs to the word before it (以后, 然后)."""
    return words[i] == "后" and words[i - 1 : i] in ("以", "之", "然", "最")


def _mend_hours(words: str) -> str:
    return _MISHEARD_HALF.sub("半", _MISHEARD_HOUR.sub(_with_hour, words))


def _with_hour(found: re.Match[str]) -> str:
    hour = _NUMERAL_SOUNDS.get(lazy_pinyin(found["hour"])[0])
    if hour is None or not (found["told"] or found["rest"]):
        return found[0]
    return f"{found['told'] or ''}{hour}点{found['rest'] or ''}"
