"""What is said of work at the door, as old people say it and as recognisers write it."""

import pytest

from audio.recognizers import Hearing, Hypothesis
from ivr.understanding.work_answers import marks, was_done

DONE = (
    "修好了|已经修好了|师傅来过了，都弄好了|没问题，修好了|饭送来了|菜买来了，蛮新鲜|头发剪好了|灯亮了，谢谢你们|不漏了|"
    "嗯，来了，弄好了|秀好了|打扫得干净了|送到了送到了|陪我去了医院"
)
NOT_DONE = (
    "没来|没有来|人影都没见着|师傅来了，没修好|修是修了，又漏了|还没来呢|到现在没人来|饭没送来|没收到|他说修不好|"
    "来看了看，没弄|好了一天，又坏了|只做了一半就走了|白等了一上午|没休好|根本没人上门，没人来"
)
NEITHER = "|什么|喂|你是谁呀|今天天气真好|我要订午饭|等一下"
OTHER_NUMBERS = "三分钟就修好了|八分|两个人来的|下午三点来的|九十分|二十分"
MARKS = {
    5: "五分|给五分|5分|五|十分|一百分|五颗星|满意|很满意|十分满意|蛮好的|挺好，师傅态度好|没什么不满意的|没得说|做得真好",
    4: "我打四分|四份|不错不错|还可以|还行吧|比较满意",
    3: "三分吧|打个三|一般|一般般|马马虎虎|过得去",
    2: "两分|不满意，给两分|不满意|不太满意|不怎么样|还可以，就是态度差|满意什么呀，迟到两个钟头|不是很满意|布满意",
    1: "一分都不想给|太差了|很不满意|一点都不满意|气死我了",
}


def hearing(*texts: str) -> Hearing:
    return Hearing(tuple(Hypothesis(text, -float(at)) for at, text in enumerate(texts)))


@pytest.mark.parametrize("text", DONE.split("|"))
def test_what_was_done(text: str) -> None:
    assert was_done(hearing(text)) is True


@pytest.mark.parametrize("text", NOT_DONE.split("|"))
def test_what_was_not_done(text: str) -> None:
    assert was_done(hearing(text)) is False


@pytest.mark.parametrize("text", NEITHER.split("|"))
def test_what_tells_nothing(text: str) -> None:
    assert was_done(hearing(text)) is None
    assert marks(hearing(text)) is None


@pytest.mark.parametrize(("text", "score"), [(text, score) for score, texts in MARKS.items() for text in texts.split("|")])
def test_marks_in_words_and_numbers(text: str, score: int) -> None:
    assert marks(hearing(text)) == score


@pytest.mark.parametrize("text", OTHER_NUMBERS.split("|"))
def test_other_numbers_are_no_marks(text: str) -> None:
    assert marks(hearing(text)) is None


def test_a_later_hypothesis_counts_where_the_first_says_nothing() -> None:
    assert marks(hearing("吴芬啊你", "五分啊你")) == 5
    assert was_done(hearing("袖子", "修好了")) is True
