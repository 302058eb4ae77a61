"""What was understood of a time is read back as it was understood, and can be understood again."""

from datetime import datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ivr.when import Span, say_when, understand_when
from ivr.when.soon import next_step
from tests.ivr.test_when import EXPRESSIONS, NOW, ZONE, at, spans

TEXTS = [text for text, _, _ in spans(EXPRESSIONS)]
READ_BACK = (
    ("明天上午九点", "明天，十一月二十三号上午九点到十点"),
    ("后天下午三点以后", "后天，十一月二十四号星期二下午三点到六点"),
    ("大后天下午两点半", "大后天，十一月二十五号星期三下午两点半到三点半"),
    ("十二月二号上午十一点", "十二月二号星期三上午十一点到中午十二点"),
    ("二月三号", "明年二月三号星期三上午八点到下午六点"),
    ("明天九点零五分", "明天，十一月二十三号上午九点零五分到十点零五分"),
    ("今晚十点到第二天凌晨两点", "今天，十一月二十二号晚上十点到第二天凌晨两点"),
    ("明天晚上十一点", "明天，十一月二十三号晚上十一点到十二点"),
    ("马上", "尽快，今天，十一月二十二号中午十二点半以前"),
    ("今天", "今天，十一月二十二号下午六点以前"),
    ("这两天", "现在到明天，十一月二十三号下午六点"),
    ("明天或后天都行", "明天，十一月二十三号上午八点到后天，十一月二十四号星期二下午六点"),
)


@pytest.mark.parametrize(("text", "words"), READ_BACK)
def test_a_span_is_read_back_with_its_day_and_date(text: str, words: str) -> None:
    span = understand_when(text, NOW)
    assert span is not None
    assert say_when(span, NOW) == words


def test_a_span_over_several_days_is_read_back_with_both() -> None:
    span = Span(at("11-23 9:00"), at("11-25 10:00"))
    assert say_when(span, NOW) == "明天，十一月二十三号上午九点到大后天，十一月二十五号星期三上午十点"


def test_a_night_call_is_read_back_with_the_day_it_ends() -> None:
    now = datetime(2026, 11, 22, 23, 10, tzinfo=ZONE)
    span = understand_when("赶紧来人", now)
    assert span is not None
    assert say_when(span, now) == "尽快，明天，十一月二十三号凌晨一点十分以前"
    assert understand_when(say_when(span, now), now) == span


# Five years from 2025 on, to the second.
moments = st.integers(1735660800, 1893427199).map(lambda second: datetime.fromtimestamp(second, ZONE))
TIME_WORDS = """
今天 明天 后天 大后天 昨天 下 星期 礼拜 周 一 二 两 三 十 九 十二 零 25 号 月 月底 日 天 点 半
一刻 分 上午 下午 晚上 凌晨 中午 早上 以前 以后 前 后 到 马上 不 是 的 ， 小时 分钟 个 过 内 差
还是 不行 晚饭 午饭 元旦 农历 初 腊月 正月 : 9 0 就 楼 一点 随时都行 快点 周末 第二天 这 上 、 -
"""
time_words = st.lists(
    st.sampled_from(TIME_WORDS.split()),
    max_size=12,
).map("".join)


@given(text=st.one_of(time_words, st.text(max_size=40), st.sampled_from(TEXTS)), now=moments)
@example(text="二月二十九号", now=datetime(2028, 2, 29, 23, 59, tzinfo=ZONE))
@example(text="十十二号", now=NOW)
@example(text="-{zh-hans:明天;zh-hant:後天}-", now=NOW)
def test_no_text_raises_and_no_span_is_past_or_far_away(text: str, now: datetime) -> None:
    span = understand_when(text, now)
    if span:
        assert now <= span.start < span.end
        assert span.start - now <= timedelta(days=367)
        assert span.end - span.start <= timedelta(days=367)
        assert span.start.tzinfo is ZONE
        assert say_when(span, now)


@given(
    now=moments,
    days=st.integers(0, 59),
    start=st.integers(0, 23 * 12 + 11).map(lambda steps: 5 * steps),
    length=st.integers(3, 24 * 12).map(lambda steps: 5 * steps),
)
def test_what_is_read_back_is_understood_as_the_same_span(now: datetime, days: int, start: int, length: int) -> None:
    midnight = datetime(now.year, now.month, now.day, tzinfo=ZONE)
    begins = midnight + timedelta(days=days, minutes=start)
    span = Span(begins, begins + timedelta(minutes=length))
    soon = next_step(now)
    if begins <= soon:
        span = Span(soon, max(span.end, soon + timedelta(hours=1)))
    assert understand_when(say_when(span, now), now) == span


@given(text=st.sampled_from(TEXTS), now=moments)
def test_what_was_understood_survives_its_read_back(text: str, now: datetime) -> None:
    span = understand_when(text, now)
    if span:
        assert understand_when(say_when(span, now), now) == span
