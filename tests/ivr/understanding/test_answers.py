import math
from dataclasses import replace

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


def test_a_no_in_noise_is_no_yes() -> None:
    """错了，不是这个 and 不对 as they were heard: a yes would place the order."""
    assert yes_or_no(matched("困难", 0.049, 好=0.41, 可以=0.25, 不可以=0.12)) is None
    assert yes_or_no(matched("训论", 0.041, 好=0.6, 错了=0.18, 好好的=0.07)) is None
    later = matched("拨退", 0.112, 对=0.33, 好=0.3, 不对=0.37)
    assert yes_or_no(replace(later, hypotheses=(*later.hypotheses, Hypothesis("剥腿", -0.4), Hypothesis("对", -0.5)))) is None


def test_a_yes_in_a_later_hypothesis_counts_where_the_closest_answers_say_yes() -> None:
    heard = matched("施打天聚", 0.131, 是的=0.9, 不是=0.05)
    assert yes_or_no(replace(heard, hypotheses=(*heard.hypotheses, Hypothesis("是的 天聚", -0.5)))) is True


def test_confusable_sounds_are_nearly_alike() -> None:
    assert found_in(syllables("理发"), syllables("你发")) > 0.9
    assert found_in(syllables("理发"), syllables("电费")) < 0.6
