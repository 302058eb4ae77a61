"""The sentences that are usual on this line, for the recogniser that hears little else (`audio.recognizers.phrases`).

It learns from them which word follows which: to hear every time of day and every number, their neighbouring words are enough.
"""

import os
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

from ivr.care_answers.lesson import care_lesson
from ivr.understanding import answers, work_answers
from ivr.understanding.learning.training import Lesson

_FIGURES = "零幺一二三四五六七八九"
_WEEKS = ["星期", "礼拜", "下星期", "下礼拜", "周"]
_DAYS = ["今天", "明天", "后天", "大后天", *(f"{week}{day}" for week, day in product(_WEEKS, "一二三四五六日天"))]
_PARTS = ["早上", "上午", "中午", "下午", "傍晚", "晚上"]
_HOURS = ["一", "两", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"]
_DATES = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十五", "十六", "十八", "二十", "二十五", "三十"]
_SPANS = [
    "越快越好",
    "随时都可以",
    "什么时候都行",
    "不急",
    "吃过早饭",
    "吃过午饭",
    "吃晚饭以前",
    "晚饭以后",
    "睡觉以前",
    "这几天",
    "月底",
    "下个月初",
    "过半个小时",
    "过一个钟头",
    "再过两天",
    "一个星期以后",
    "十点到十二点",
    "两点到四点",
    "三点以后",
    "五点以前",
]


def write_usual_phrases(path: Path, lesson: Lesson) -> None:
    """Keep every sentence of the lesson and all else that is usual, one a line; who reads meanwhile finds the old file whole."""
    learned = care_lesson()
    examples = (*lesson.examples, *lesson.composed, *learned.examples, *learned.composed)
    sentences = {" ".join(example.text.split()) for example in examples} | {
        *_strings(answers.WORDS),
        *_strings(work_answers.WORDS),
        *_times(),
        *_numbers(),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    written = path.with_suffix(f".{os.getpid()}")
    written.write_text("".join(f"{sentence}\n" for sentence in sorted(sentences)), encoding="utf-8")
    written.replace(path)


def _strings(words: Any) -> Iterator[str]:
    """Every string of a table of words, however deep."""
    if isinstance(words, str):
        yield words
    else:
        for inner in words.values() if isinstance(words, dict) else words:
            yield from _strings(inner)


def _times() -> Iterator[str]:
    yield from _SPANS
    for day, part in product(_DAYS, _PARTS):
        yield f"{day}{part}"
    for part, hour in product(_PARTS, _HOURS):
        yield from (f"{part}{hour}点", f"{part}{hour}点半", f"{part}{hour}点钟")
    for date in _DATES:
        yield from (f"{date}号", f"{date}号上午")


def _numbers() -> Iterator[str]:
    yield from map("".join, product(_FIGURES, repeat=2))
    for figure in _FIGURES:
        yield from (
            f"{figure}号楼{figure}单元",
            f"{figure}幢{figure}室",
            f"{figure}栋{figure}零{figure}室",
            f"{figure}零{figure}",
        )
