"""Short answers and wishes that every state understands: yes, no, an operator, again, and words of emergency."""

from collections.abc import Sequence

from audio.recognizers import Hearing, Hypothesis
from ivr.understanding.pinyin import found_in, syllables

YES = "是的 是 对 对的 对对 好 好的 好啊 行 可以 没错 不错 没问题 要的 嗯 就这样 正确".split()
NO = "不对 不是 不 不要 不行 错了 不好 没有 弄错了 搞错了 说错了 改一下 要改 换一个 换个时间".split()
NOTHING_MORE = "没有 没了 没有了 不用 不用了 没事 没事了 不需要 够了 就这些 就这样 谢谢 再见".split()
FORGET_IT = "不要了 算了 取消 不订了 不用来了 不用了".split()
OPERATOR = "人工 转人工 人工服务 话务员 接线员 找个人 叫个人 跟人说 真人 转接员".split()
REPEAT = "再说一遍 重复一遍 再讲一遍 没听清 没听见 听不清 你说什么 说什么呀 再来一遍".split()
EMERGENCY = (
    "救命 救救我 摔倒 摔了一跤 跌倒 跌了一跤 摔跤了 爬不起来 起不来了 着火 起火 失火 喘不上气 喘不过气 透不过气 胸口疼 胸口痛 胸闷 "
    "心口疼 心脏病 晕倒 昏倒 昏过去 中风 出血 流血 煤气漏 煤气泄漏 漏煤气 打一二零 叫救护车 救护车 有小偷 进贼 要死了 快来人"
).split()

# What is said to a read-back, for the recogniser to match a short answer with.
CLOSED_ANSWERS = "是的 是 对 对的 好的 好 可以 行 没错 不对 不是 不行 错了 不要".split()
# Below this the utterance was usually something else (audio.recognizers.Hearing).
FITS_FROM = 0.04

CERTAIN = 0.9
# A wish is heard in the first three hypotheses; an emergency in all of them: a needless alarm costs less than a missed one.
WISH_DEPTH = 3


def is_emergency(hearing: Hearing) -> bool:
    """Whether any hypothesis that was not suggested by hints speaks of an emergency."""
    return any(_contains(hypothesis.text, EMERGENCY) for hypothesis in hearing.hypotheses if not hypothesis.biased)


def wants_operator(hearing: Hearing) -> bool:
    """Whether the caller asks for a person."""
    return _wishes(hearing, OPERATOR)


def wants_repeat(hearing: Hearing) -> bool:
    """Whether the caller asks to hear it again."""
    return _wishes(hearing, REPEAT)


def wants_nothing(hearing: Hearing) -> bool:
    """Whether the caller takes the whole wish back."""
    return _wishes(hearing, FORGET_IT)


def has_nothing_more(hearing: Hearing) -> bool:
    """Whether the caller has nothing to add; only a short answer says so."""
    return any(len(syllables(h.text)) <= 6 and _contains(h.text, NOTHING_MORE) for h in _plain(hearing))


def yes_or_no(hearing: Hearing) -> bool | None:
    """True for yes, False for no, None when it is neither: by the likeliest words, then by the closest of the closed answers."""
    matched = [*hearing.answers[:1]] if hearing.answers_fit >= FITS_FROM else []
    verdicts = [_verdict(hypothesis.text) for hypothesis in [*_plain(hearing), *matched]]
    return next((verdict for verdict in verdicts if verdict is not None), None)


def _verdict(text: str) -> bool | None:
    said = syllables(text)
    if not said:
        return None
    if _whole(text, YES):
        return True
    if _whole(text, NO) or any(word in text for word in NO if len(word) > 1):
        return False
    if any(text.strip("，。！？,.!? 嗯啊哦").startswith(word) for word in YES) and len(said) <= 8:
        return True
    return None


def _whole(text: str, words: Sequence[str]) -> bool:
    """Whether the whole of a short answer sounds like one of the words, maybe said twice."""
    said = syllables(text)
    return any(
        found_in(wanted, part) >= CERTAIN
        for word in words
        if (wanted := syllables(word))
        for part in (said, said[: len(said) // 2] if said[: len(said) // 2] == said[len(said) // 2 :] else ())
        if len(part) == len(wanted)
    )


def _wishes(hearing: Hearing, words: Sequence[str]) -> bool:
    return any(_contains(hypothesis.text, words) for hypothesis in _plain(hearing))


def _plain(hearing: Hearing) -> list[Hypothesis]:
    return [hypothesis for hypothesis in hearing.hypotheses if not hypothesis.biased][:WISH_DEPTH]


def _contains(text: str, words: Sequence[str]) -> bool:
    said = syllables(text)
    return any(found_in(syllables(word), said) >= CERTAIN for word in words)
