"""What people write about a provider, and what is taken for it."""

from collections.abc import Callable
from datetime import time
from typing import Any

import pytest

from dispatch.providers.cells import (
    Known,
    Wrong,
    read_areas,
    read_count,
    read_dates,
    read_degrees,
    read_language,
    read_name,
    read_number,
    read_skills,
    read_time,
    read_weekdays,
    read_workers,
    read_yes,
)

KNOWN = Known({"桂花苑": 1, "银杏里": 2}, {"repair": "repair", "水电维修": "repair", "bath": "bath", "助浴": "bath"})


@pytest.mark.parametrize(
    ("read", "written", "meant"),
    [
        (read_name, " 顺达　水电 ", "顺达 水电"),
        (read_number, "+86 137-0000-0001", "13700000001"),
        (read_number, "１３７０００００００１", "13700000001"),
        (read_time, "8:00", time(8)),
        (read_time, "08：30:00", time(8, 30)),
        (read_time, "24:00", time(23, 59)),
        (read_weekdays, "一二三四五", [0, 1, 2, 3, 4]),
        (read_weekdays, "周一到周五", [0, 1, 2, 3, 4]),
        (read_weekdays, "星期六、星期天", [5, 6]),
        (read_weekdays, "1-5", [0, 1, 2, 3, 4]),
        (read_weekdays, "六到一", [0, 5, 6]),
        (read_weekdays, "每天", list(range(7))),
        (read_dates, "2026/11/3、2026-10-01 2026年10月2日", ["2026-10-01", "2026-10-02", "2026-11-03"]),
        (read_dates, "", []),
        (read_yes, "是", True),
        (read_yes, " No ", False),
        (read_language, "英文", "en"),
        (read_workers, "", []),
        (
            read_workers,
            "张师傅 男 13600000001；Li Na f 13600000002\n",
            [("张师傅", "male", "13600000001"), ("Li Na", "female", "13600000002")],
        ),
    ],
)
def test_what_is_written_is_meant(read: Callable[[str], Any], written: str, meant: Any) -> None:
    assert read(written) == meant


@pytest.mark.parametrize(
    ("read", "written", "why"),
    [
        (read_name, " ", "没有写"),
        (read_name, "长" * 61, "超过60个字"),
        (read_number, "", "没有写"),
        (read_number, "1.37E+10", "科学记数"),
        (read_number, "张三", "不是电话号码"),
        (read_time, "8点", "不是时间"),
        (read_time, "25:00", "不是时间"),
        (read_weekdays, "周八", "不是星期几"),
        (read_weekdays, "", "不是星期几"),
        (read_dates, "2026-02-30", "不是日期"),
        (read_dates, "春节", "不是日期"),
        (read_yes, "也许", "请写是或否"),
        (read_language, "fr", "请写中文或英文"),
        (read_workers, "张师傅 13600000001", "请写成"),
        (read_workers, "张 男 x", "不是电话号码"),
        (read_workers, "张 男 13600000001；李 男 13600000001", "写了两次"),
    ],
)
def test_what_cannot_be_meant_is_told_in_both_languages(read: Callable[[str], Any], written: str, why: str) -> None:
    with pytest.raises(Wrong) as wrong:
        read(written)
    assert why in wrong.value.zh
    assert wrong.value.en


def test_degrees_and_counts_have_limits() -> None:
    assert read_degrees("-70.5", 90) == -70.5
    assert read_count("115%", 0, 1000) == 115
    for read in (
        lambda: read_degrees("91", 90),
        lambda: read_degrees("北", 90),
        lambda: read_count("0", 1, 9),
        lambda: read_count("1.5", 1, 9),
    ):
        with pytest.raises(Wrong):
            read()


def test_skills_go_by_their_keys_and_by_their_services() -> None:
    assert read_skills("水电维修，bath,repair", KNOWN) == ["repair", "bath"]
    assert read_areas("银杏里;桂花苑", KNOWN) == [2, 1]


def test_a_name_may_have_a_space_in_it_and_names_may_be_set_apart_by_one() -> None:
    known = Known({"West Lake": 1, "桂花苑": 2, "银杏里": 3}, {})
    assert read_areas("桂花苑 银杏里、West Lake", known) == [2, 3, 1]


def test_unknown_skills_and_areas_are_named_all_at_once() -> None:
    with pytest.raises(Wrong) as wrong:
        read_areas("桂花苑、火星、月亮", KNOWN)
    assert wrong.value.zh == "没有这个片区：火星、月亮"
    with pytest.raises(Wrong, match="没有这项技能：飞行"):
        read_skills("飞行", KNOWN)
