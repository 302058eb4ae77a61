import math

import pytest

from audio.recognizers import Hearing, Hypothesis
from ivr.understanding.answers import yes_or_no
from ivr.understanding.pinyin import found_in, syllables


def heard(*texts: str) -> Hearing:
    return Hearing(tuple(Hypothesis(text, -0.1 * rank) for rank, text in enumerate(texts)))


@pytest.mark.parametrize(
    "said", ["是的", "是的。", "对", "对对对", "好的", "可以", "没错", "没错了", "行", "嗯，是的", "对，没错"]
)
def test_yes_is_yes(said: str) -> None:
    assert yes_or_no(heard(said)) is True


@pytest.mark.parametrize("said", ["不对", "不是", "错了", "不对，改成下午", "不是的，是后天", "时间错了"])
def test_no_is_no(said: str) -> None:
    assert yes_or_no(heard(said)) is False


@pytest.mark.parametrize("said", ["好像是订午饭", "好几天了", "对不起啊", "对了，还有件事", "可以便宜点吗"])
def test_what_only_begins_like_a_yes_is_none(said: str) -> None:
    assert yes_or_no(heard(said)) is None


@pytest.mark.parametrize("said", ["我家在三号楼", "明天", "", "电视机的声音太大了"])
def test_neither_is_neither(said: str) -> None:
    assert yes_or_no(heard(said)) is None


def matched(heard_as: str, fit: float, **shares: float) -> Hearing:
    answers = tuple(Hypothesis(text, math.log(share)) for text, share in shares.items())
    return Hearing((Hypothesis(heard_as, -0.3),), answers=answers, answers_fit=fit)


def test_a_yes_written_down_as_something_else_is_matched() -> None:
    assert yes_or_no(matched("施打", 0.155, 是的=0.98)) is True
    assert yes_or_no(matched("do it up", 0.36, 对的=0.95)) is True
    assert yes_or_no(matched("不许分", 0.58, 不行=0.6, 不是=0.38)) is False


def test_what_was_no_answer_is_matched_to_none() -> None:
    assert yes_or_no(matched("with", 0.1, 是=0.9)) is None
    assert yes_or_no(matched("什么", 0.012, 是=0.92)) is None
    assert yes_or_no(matched("等一下", 0.2, 对=0.76)) is None
    assert yes_or_no(matched("拨对", 0.115, 对=0.55, 不对=0.42)) is None


def test_confusable_sounds_are_nearly_alike() -> None:
    assert found_in(syllables("理发"), syllables("你发")) > 0.9
    assert found_in(syllables("理发"), syllables("电费")) < 0.6
