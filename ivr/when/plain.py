"""What was recognised, in plain words: simplified, without spaces, with dialect and homophones of time words mended."""

import re
import unicodedata
import warnings

import zhconv
from pypinyin import lazy_pinyin

from ivr.when.dialect import REGIONAL
from ivr.when.numerals import NUMERALS

with warnings.catch_warnings():
    # zhconv leaves its dictionary's file to the garbage collector.
    warnings.simplefilter("ignore", ResourceWarning)
    zhconv.loaddict()

_PUNCTUATION = re.compile(r"[，。！？；…,.!?;\"'“”‘’()《》]+")
# Words that a recogniser writes with other characters of the same sound. Those that are words themselves stay.
_MENDED = ("明天", "后天", "今天", "上午", "下午", "中午", "晚上", "早上", "傍晚", "马上", "周末", "冬至", "元旦")
_SOUNDS: dict[tuple[str, ...], str] = {
    **{tuple(lazy_pinyin(list(word))): word for word in _MENDED},
    # What Whisper made of them by telephone, seen again and again: 破天, 口天, 偷天, 头天, 零天, 少午.
    ("po", "tian"): "后天",
    ("kou", "tian"): "后天",
    ("tou", "tian"): "后天",
    ("ling", "tian"): "明天",
    ("shao", "wu"): "上午",
}
_OWN_WORDS = {"商务", "晌午", "下雾", "动植"}
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
# Where nothing but a word of time makes sense: 三店半, 三点中, 下星期散, 小食以后, 月抵.
_MISHEARD = tuple(
    (re.compile(pattern), meant)
    for pattern, meant in (
        (rf"(?<=[{NUMERALS}\d])[店典](?=半|钟|整|[一三]刻|左右|以[前后]|之[前后]|$|，)", "点"),
        (rf"(?<=[{NUMERALS}\d]点)[中终种盅](?!午|间|餐|饭)", "钟"),
        (r"(?<=星期)[医依衣伊](?!生|院)", "一"),
        (r"(?<=星期)[耳儿而](?![子女])", "二"),
        (r"(?<=星期)[散山伞叁]", "三"),
        (r"(?<=星期)[思斯死丝]", "四"),
        (r"(?<=星期)[午武舞](?!饭|后|餐|睡|休|觉)", "五"),
        (r"(?<=星期)[填田甜添]", "天"),
        (r"(?<=[个半])小[石实食十时](?=以后|之后|后|以内|之内)|(?<=[个半])[中终]头(?=以后|之后|后|以内|之内)", "小时"),
        (r"(?<=月)[敌抵]", "底"),
        (r"(?<=[点天号])[亿易]后", "以后"),
        (r"[进金斤]天(?=上午|下午|中午|晚上|早上)", "今天"),
    )
)
_MISHEARD_HALF = re.compile(rf"(?<=[{NUMERALS}]点)[伴拌绊板版]")


def plain_words(text: str) -> str:
    """`text` as the rules of this package expect it; punctuation has become one kind of comma."""
    words = zhconv.convert(unicodedata.normalize("NFKC", text), "zh-cn")
    words = _PUNCTUATION.sub("，", "".join(words.split()))
    words = _mend_hours(_mend_words(words))
    for pattern, plain in (*_MISHEARD, *REGIONAL):
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
