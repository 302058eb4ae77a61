import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.reading import DIGITS, Answer, Verb, read_answer


@pytest.mark.parametrize(
    ("body", "verb", "code"),
    [
        ("1 4821", Verb.ACCEPT, "4821"),
        ("2 4821", Verb.REFUSE, "4821"),
        ("3 4821", Verb.ARRIVED, "4821"),
        ("4 4821", Verb.COMPLETED, "4821"),
        ("14821", Verb.ACCEPT, "4821"),
        ("１４８２１", Verb.ACCEPT, "4821"),
        ("１　４８２１", Verb.ACCEPT, "4821"),
        ("① 4821", Verb.ACCEPT, "4821"),
        ("1，4821。", Verb.ACCEPT, "4821"),
        ("1-48 21", Verb.ACCEPT, "4821"),
        ("4821 1", Verb.ACCEPT, "4821"),
        ("4821,2", Verb.REFUSE, "4821"),
        ("回复1 4821", Verb.ACCEPT, "4821"),
        ("【1】【4821】", Verb.ACCEPT, "4821"),
        ("\n1\n4821\n", Verb.ACCEPT, "4821"),
        ("接4821", Verb.ACCEPT, "4821"),
        ("4821接单", Verb.ACCEPT, "4821"),
        ("好的，4821我接", Verb.ACCEPT, "4821"),
        ("没问题 4821", Verb.ACCEPT, "4821"),
        ("OK 4821", Verb.ACCEPT, "4821"),
        ("1 4821 接单", Verb.ACCEPT, "4821"),
        ("不接4821", Verb.REFUSE, "4821"),
        ("4821 没空", Verb.REFUSE, "4821"),
        ("接不了 4821", Verb.REFUSE, "4821"),
        ("已到达 4821", Verb.ARRIVED, "4821"),
        ("我到了4821", Verb.ARRIVED, "4821"),
        ("已出发 4821", Verb.ON_THE_WAY, "4821"),
        ("马上到 4821", Verb.ON_THE_WAY, "4821"),
        ("4821已完成", Verb.COMPLETED, "4821"),
        ("1", Verb.ACCEPT, None),
        ("接", Verb.ACCEPT, None),
        ("好的，我接了", Verb.ACCEPT, None),
        ("1 4821 王师傅去", Verb.ACCEPT, "4821"),
        ("不接", Verb.REFUSE, None),
        ("完成了", Verb.COMPLETED, None),
        ("接單４８２１", Verb.ACCEPT, "4821"),
        ("沒空 4821", Verb.REFUSE, "4821"),
        ("接单四八二一", Verb.ACCEPT, "4821"),
        ("完成 幺零零二", Verb.COMPLETED, "1002"),
        ("Yes 4821", Verb.ACCEPT, "4821"),
        ("OK，我接 4821", Verb.ACCEPT, "4821"),
        ("I can't 4821", Verb.REFUSE, "4821"),
        ("no, thanks", Verb.REFUSE, None),
        ("on my way 4821", Verb.ON_THE_WAY, "4821"),
        ("Order 4821: arrived", Verb.ARRIVED, "4821"),
        ("4821 DONE", Verb.COMPLETED, "4821"),
        ("4 4821 done", Verb.COMPLETED, "4821"),
        ("4821号订单已完成", Verb.COMPLETED, "4821"),
    ],
)
def test_an_answer_is_read_however_it_is_written(body: str, verb: Verb, code: str | None) -> None:
    assert read_answer(body) == Answer(verb, code)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "你好",
        "好了 4821",
        "好不好 4821",
        "行不行",
        "3 好 4821",
        "4821",
        "5 4821",
        "0 4821",
        "1 482",
        "1 48211",
        "1 4821 2 5930",
        "1 2",
        "接单回复1 4821，不接回复2 4821",
        "不接 1 4821",
        "1 4821 不去",
        "还没到 4821",
        "没完成 4821",
        "快完成了 4821",
        "可以吗 4821",
        "什么时候到 4821",
        "明天9点到 1 4821",
        "我正在开会，稍后给您回复",
        "1 4821" + "。" * 100,
        "1号下午可以",
        "3分钟到 4821",
        "9:30到 4821",
        "2小时后到 4821",
        "1点去 4821",
        "2个人去 4821",
        "4 楼 4821",
        "一会儿到 4821？",
        "可以？4821",
        "1 4821?",
        "not done 4821",
        "1 4821 not ok",
        "not yet 4821",
        "done soon 4821",
        "yes no 4821",
        "2 4821 ok",
        "what is 1 4821",
        "接单四八二",
        "接单四八二一五",
        "'; DROP TABLE orders; --",
        "<script>alert(1)</script>",
    ],
)
def test_what_is_not_one_clear_answer_is_not_read_at_all(body: str) -> None:
    assert read_answer(body) is None


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(body: str) -> None:
    answer = read_answer(body)
    assert answer is None or answer.code is None or (len(answer.code) == 4 and answer.code.isascii() and answer.code.isdigit())


punctuation = st.text(alphabet=" ,.;:-_/|\t\n　，。；：、！（）【】《》“”*#", max_size=5)
full_width = {ord(str(digit)): chr(ord("０") + digit) for digit in range(10)}


@given(st.sampled_from(sorted(DIGITS)), st.integers(1000, 9999), punctuation, punctuation, punctuation, st.booleans())
def test_a_digit_and_a_code_are_read_through_any_punctuation_and_width(
    digit: str, code: int, before: str, between: str, after: str, wide: bool
) -> None:
    body = f"{before}{digit}{between}{code}{after}"
    assert read_answer(body.translate(full_width) if wide else body) == Answer(DIGITS[digit], str(code))
