import csv
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.when import Span, say_when, understand_when

ZONE = ZoneInfo("Asia/Shanghai")
TABLE = Path(__file__).with_name("when_table.tsv")
ROWS = list(csv.DictReader(TABLE.read_text("utf-8").splitlines(), delimiter="\t"))
TEXTS = sorted({row["text"] for row in ROWS})
MOMENTS = sorted({row["now"] for row in ROWS})


def at(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=ZONE)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['now']} {row['text']}")
def test_what_people_say_means_this_span(row: dict[str, str]) -> None:
    meant = Span(at(row["start"]), at(row["end"])) if row["start"] else None
    assert understand_when(row["text"], at(row["now"])) == meant


def test_the_table_holds_many_expressions_at_many_moments() -> None:
    assert len(TEXTS) >= 120
    assert len(MOMENTS) >= 7


@settings(max_examples=300)
@given(
    pieces=st.lists(st.sampled_from([*TEXTS, "，", "或者", "到", "以前", "以后", "不对"]), min_size=1, max_size=3),
    moment=st.sampled_from(MOMENTS),
)
def test_times_glued_together_are_never_past_and_survive_their_read_back(pieces: list[str], moment: str) -> None:
    now = at(moment)
    span = understand_when("".join(pieces), now)
    if span:
        assert now <= span.start < span.end
        assert span.start.tzinfo is span.end.tzinfo is ZONE
        assert understand_when(say_when(span, now), now) == span


def test_rule_13_a_time_on_one_day_is_read_back_with_its_date_in_few_words() -> None:
    for row in ROWS:
        span = understand_when(row["text"], at(row["now"]))
        if span and span.start.date() == span.end.date():
            words = say_when(span, at(row["now"]))
            assert "月" in words
            assert "号" in words
            assert len(words) <= 30


@pytest.mark.parametrize(
    "text",
    [
        "五号电池",
        "初三学生",
        "过年好",
        "现在几点了",
        "你们什么时候来",
        "两份",
        "三号楼二单元",
        "半斤",
        "一对",
        "五路公交",
        "一周三次",
        "我吃完饭了",
        "今天几号",
        "今天星期几",
        "五点多就醒了",
        "上午打过电话了",
        "三点水",
        "有两点意见",
        "前几天",
        "三楼的老王",
    ],
)
def test_goods_greetings_and_questions_are_no_times(text: str) -> None:
    assert understand_when(text, at("2026-11-24T09:20")) is None
