import math
import tomllib
from pathlib import Path

import pytest

from audio.recognizers import Hearing, Hypothesis
from ivr.understanding.answers import is_emergency, wants_operator, wants_repeat, yes_or_no
from ivr.understanding.pinyin import found_in, syllables
from ivr.understanding.services import Catalogue, Offering
from models.settings import PROJECT


def heard(*texts: str) -> Hearing:
    return Hearing(tuple(Hypothesis(text, -0.1 * rank) for rank, text in enumerate(texts)))


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    data = tomllib.loads(Path(PROJECT, "models/demo/services.toml").read_text())
    rows = data["services"]
    return Catalogue([Offering(number, row["key"], row["name"], tuple(row["spoken"])) for number, row in enumerate(rows)])


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ("我家水管漏水了，找人来修一下", "repair"),
        ("厨房的龙头一直在滴水", "repair"),
        ("明天上午来打扫卫生", "cleaning"),
        ("我想找人帮我洗澡", "bath"),
        ("我要订午饭", "meal"),
        ("我想定一份午饭", "meal"),
        ("我想理个发", "haircut"),
        ("帮我交一下电费", "payment"),
        ("我的降压药吃完了，给我送点药", "medicine"),
        ("下个星期一陪我去医院看病", "escort"),
        ("我要找社区办老年证", "gov"),
    ],
)
def test_a_wish_is_understood(catalogue: Catalogue, said: str, key: str) -> None:
    meant = catalogue.understand(heard(said))
    assert meant is not None
    assert meant.service.key == key


def test_a_southern_voice_is_understood(catalogue: Catalogue) -> None:
    meant = catalogue.understand(heard("我想找银来打扫卫森"))
    assert meant is not None
    assert meant.service.key == "cleaning"


def test_what_one_hypothesis_sounds_like_by_chance_does_not_win(catalogue: Catalogue) -> None:
    # As heard on the line for 我家水管漏水了，找人来修一下; 休息一下 sounds like 洗衣 in its middle.
    meant = catalogue.understand(
        heard("我家水管路水了,找人来修一下", "我家水管路水了,找人来休一下", "我家水管路水了,找人来休息一下")
    )
    assert meant is not None
    assert meant.service.key == "repair"


@pytest.mark.parametrize("said", ["今天天气真好", "我昨天去看了孙子", "你吃饭了吗", "", "嗯", "哈哈哈哈"])
def test_talk_about_nothing_we_do_is_no_order(catalogue: Catalogue, said: str) -> None:
    assert catalogue.understand(heard(said)) is None


@pytest.mark.parametrize(
    "said", ["是的", "是的。", "对", "对对对", "好的", "可以", "没错", "没错了", "行", "嗯，是的", "对，没错"]
)
def test_yes_is_yes(said: str) -> None:
    assert yes_or_no(heard(said)) is True


@pytest.mark.parametrize("said", ["不对", "不是", "错了", "不对，改成下午", "不是的，是后天", "时间错了"])
def test_no_is_no(said: str) -> None:
    assert yes_or_no(heard(said)) is False


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


@pytest.mark.parametrize("said", ["救命啊", "我摔倒了，快来人", "家里着火了", "我喘不上气了"])
def test_an_emergency_is_heard_in_any_hypothesis(said: str) -> None:
    assert is_emergency(heard("我要订饭", "我要定饭", said))


def test_an_emergency_that_only_the_hints_suggested_is_none() -> None:
    assert not is_emergency(Hearing((Hypothesis("我要订饭", 0.0), Hypothesis("救命", -1.0, biased=True))))


def test_a_person_and_a_repeat_can_be_asked_for() -> None:
    assert wants_operator(heard("转人工"))
    assert wants_operator(heard("我要找人工服务"))
    assert wants_repeat(heard("你再说一遍"))
    assert not wants_operator(heard("找人来修一下水管"))


def test_confusable_sounds_are_nearly_alike() -> None:
    assert found_in(syllables("理发"), syllables("你发")) > 0.9
    assert found_in(syllables("理发"), syllables("电费")) < 0.6
