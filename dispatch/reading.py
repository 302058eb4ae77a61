"""Reading a provider's answer: one thing to do and, mostly, the order's code."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum


class Verb(StrEnum):
    """What a provider can say about an order."""

    ACCEPT = "accept"
    REFUSE = "refuse"
    ARRIVED = "arrived"
    COMPLETED = "completed"
    ON_THE_WAY = "on_the_way"


@dataclass(frozen=True)
class Answer:
    """One answer; `code` is None when it names no order."""

    verb: Verb
    code: str | None


DIGITS = {"1": Verb.ACCEPT, "2": Verb.REFUSE, "3": Verb.ARRIVED, "4": Verb.COMPLETED}
# Looked for in this order, and what was found is taken out: 不接 is no 接, 没问题 is no 没.
WORDS = {
    Verb.REFUSE: "不接单|不接|接不了|不能接|没法接|无法接|不行|不去|去不了|来不了|没空|没时间|没人|拒绝|拒|退单|不可以|不要|取消",
    Verb.ACCEPT: "没问题|接单|接受|接了|我接|接|可以|好的|同意|收到",
    Verb.ON_THE_WAY: "已出发|出发|在路上|路上|(马上|快|就|即将)到[了达]?",
    Verb.ARRIVED: "已到达|到达|已到|到了|我到",
    Verb.COMPLETED: "已完成|完成|做完|修完|搞定|干完|修好|做好|弄好|送达|结束",
}
# A whole answer that says yes; 好了 may be that it is done.
_YES = re.compile("(好|行|嗯|成)[的吧啊呀哦嗯]*")
# What turns an answer into another one: not, not yet, soon, a question.
_DOUBTS = re.compile("[不没未别无快吗]|马上|即将|等会|等下|稍后")
# Whole answers in English; a word within another sentence is none.
ENGLISH = {
    Verb.REFUSE: "(no|n|decline|declined|refuse|reject|busy|unavailable|not available|(i )?(cannot|can not|can t))",
    Verb.ACCEPT: "(yes|y|ok|okay|accept|accepted|i accept|i will|i can|i take it|sure)",
    Verb.ON_THE_WAY: "((i m |i am )?on (my|the) way|omw|leaving|left)",
    Verb.ARRIVED: "((i have |i m |i am )?(arrived|here)|at the door)",
    Verb.COMPLETED: "((all |it is |it s )?(done|completed|complete|finished))",
}
_ENGLISH_DOUBTS = re.compile(r"\b(not?|never|nt|t|yet|soon|later|maybe|almost|when|if|what|why|how|who|cancel|wait|until)\b")
_ENGLISH_COURTESY = re.compile(r"\b(please|thanks|thank you|order|reply|hello|hi|sir|madam)\b")
# A digit before one of these counts something: 3分钟到 is no 3, 1点去 no 1.
_COUNTED = re.compile(
    r"(?<![0-9])[0-9]{1,3}\s*(分|点|小时|个|时|刻|号|日|天|月|周|人|位|名|份|楼|层|栋|幢|单元|室|元|块|次|min|hour|h\b|am\b|pm\b|[:/][0-9]{1,2}(?![0-9]))"
)
_SPOKEN_CODE = re.compile("(?<![零〇一二三四五六七八九幺])[零〇一二三四五六七八九幺]{4}(?![零〇一二三四五六七八九幺])")
_SPOKEN_DIGITS = str.maketrans("零〇一二三四五六七八九幺", "001234567891")
_SIMPLIFIED = str.maketrans("單達沒無絕時間發結題問馬將幾號點謝請", "单达没无绝时间发结题问马将几号点谢请")
_COURTESY = re.compile("回复|订单|单号|编号|师傅|谢谢|您好|你好")
_PARTICLES = re.compile("[了吧的啊哦呢好我已单]")
# An answer is short; whatever is longer quotes us, or is a letter, and is for a person to read.
_LONGEST = 60
# What is answered to the question whether a provider's data are right.
_ARE_RIGHT = re.compile(
    "(都|全部?)?(对|正确|无误|属实)|(都)?(没|没有|无|未)(有)?(变|变化|改变|变动|问题)|不变|是|ok|yes|y|correct"
)
_ARE_WRONG = re.compile("不对|不正确|不符|有误|有错|错|有变|变了|有改|要改|改|no(?![a-z])|wrong|change")


def read_confirmation(body: str) -> bool | None:
    """Whether an SMS says that data are right, or that they are not (and maybe what is to change); None for anything else."""
    written = unicodedata.normalize("NFKC", body).lower().strip()
    if _ARE_WRONG.match(written):
        return False
    plain = _PARTICLES.sub("", _COURTESY.sub("", re.sub(r"[\W_]+", "", written)))
    return True if _ARE_RIGHT.fullmatch(plain) else None


def read_answer(body: str) -> Answer | None:
    """The answer in an SMS, whatever its spaces, punctuation and full-width digits; None if it is not one clear answer.

    `1 4821`, `14821`, `4821 1`, `接4821`, `4821 已完成`, `done 4821`, `1`. Anything that can be read two ways is not read at all.
    """
    written = unicodedata.normalize("NFKC", body).lower().strip().translate(_SIMPLIFIED)
    if len(written) > _LONGEST or "?" in written or _COUNTED.search(written):
        return None
    written = _SPOKEN_CODE.sub(lambda found: found[0].translate(_SPOKEN_DIGITS), written)
    numbers = _read_numbers(re.findall(r"[0-9]+", written))
    verbs, rest = _read_words(written)
    if numbers is None or _DOUBTS.search(rest):
        return None
    digit, code = numbers
    if code is None and _PARTICLES.sub("", rest):  # 1号下午: the 1 need not be an answer
        return None
    if digit:
        verbs.add(DIGITS[digit])
    return Answer(verbs.pop(), code) if len(verbs) == 1 else None


def _read_numbers(groups: list[str]) -> tuple[str | None, str | None] | None:
    """The answer's digit and the order's code; None if the numbers do not make sense."""
    if [len(group) for group in groups] == [4, 1]:  # 4821 1
        groups.reverse()
    together = "".join(groups)
    if len(together) in (0, 4):
        return None, together or None
    if len(together) in (1, 5) and together[0] in DIGITS:
        return together[0], together[1:] or None
    return None


def _read_words(written: str) -> tuple[set[Verb], str]:
    """What the words say, and the letters that were not understood."""
    found, english = _read_english(" ".join(re.findall("[a-z]+", written)))
    letters = english + _COURTESY.sub("", re.sub(r"[a-z0-9\W_]+", "", written))
    for verb, words in WORDS.items():
        letters, count = re.subn(words, "", letters)
        if count:
            found.add(verb)
    if not found and _YES.fullmatch(letters):
        return {Verb.ACCEPT}, ""
    return found, letters


def _read_english(phrase: str) -> tuple[set[Verb], str]:
    """The same for what is in English; a doubt in it is told as one in Chinese."""
    plain = " ".join(_ENGLISH_COURTESY.sub(" ", phrase).split())
    for verb, words in ENGLISH.items():
        if re.fullmatch(words, plain):
            return {verb}, ""
    return set(), "不" if _ENGLISH_DOUBTS.search(plain) else plain
