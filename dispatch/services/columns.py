"""The columns of a service; forms and tables share them."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from dispatch.cleaning import clean_words
from dispatch.providers.cells import read_count, read_yes
from dispatch.sheets.columns import Column, as_text, plainly
from dispatch.sheets.faults import Wrong
from models.services import Service

NAME_AT_MOST = 20
WORDS_AT_MOST = 40
MOST_WORDS = 300
DEAREST_YUAN = 100_000
LONGEST_LEAD_MIN = 60 * 24 * 14
LONGEST_VISIT_MIN = 60 * 12
MOST_AT_ONCE = 5
WORKERS = {"都可以": "", "女": "female", "男": "male", "与居民相同": "same"}
QUESTIONS = {"不问": "", "问几份": "count", "问一句": "words"}
_WORKER_ZH = {value: zh for zh, value in WORKERS.items()}
_QUESTION_ZH = {value: zh for zh, value in QUESTIONS.items()}
_KEY = re.compile(r"[a-z][a-z0-9_]{1,30}")
_BETWEEN = re.compile(r"[、,，;；\n]+")
_LINES = re.compile(r"[;；\n]+")


def _read_key(written: str) -> str:
    if not _KEY.fullmatch(written):
        raise Wrong(f"“{written}”请用小写字母，如 haircut", f"{written!r}: use small letters, such as haircut")
    return written


def _read_name(written: str) -> str:
    name = clean_words(written, NAME_AT_MOST * 2 + 1)
    if not name or len(name) > NAME_AT_MOST * 2:
        raise Wrong("没有写" if not name else "太长", "is missing" if not name else "is too long")
    return name


def _read_list(between: re.Pattern[str]) -> Callable[[str, Any], list[str]]:
    def read(written: str, _: Any) -> list[str]:
        parts = list(dict.fromkeys(clean for part in between.split(written) if (clean := clean_words(part, WORDS_AT_MOST * 3))))
        if long := next((part for part in parts if len(part) > WORDS_AT_MOST), ""):
            raise Wrong(f"“{long}”超过{WORDS_AT_MOST}个字", f"{long!r} is longer than {WORDS_AT_MOST}")
        if len(parts) > MOST_WORDS:
            raise Wrong(f"多于{MOST_WORDS}条", f"are more than {MOST_WORDS}")
        return parts

    return read


def _read_one_of(choices: Mapping[str, str]) -> Callable[[str, Any], str]:
    def read(written: str, _: Any) -> str:
        if written not in choices:
            names = "、".join(choices)
            raise Wrong(f"“{written}”请写其中一个：{names}", f"{written!r} is none of {names}")
        return choices[written]

    return read


def _read_price(written: str) -> int | str:
    return "" if written in ("议价", "agreed") else read_count(written, 0, DEAREST_YUAN)


def _read_phrase(written: str) -> str:
    return clean_words(written, WORDS_AT_MOST * 3)


def _read_pattern(written: str) -> str:
    try:
        re.compile(written)
    except re.error:
        raise Wrong(f"“{written}”不是样式", f"{written!r} is no pattern") from None
    return written


def _yes(name: str) -> Callable[[Any, Any], str]:
    return lambda row, _: "是" if getattr(row, name) else "否"


def _question(part: str) -> Callable[[Any, Any], str]:
    return lambda row, _: row.question.get(part, "")


def _price(row: Service, _: Any) -> str:
    return "议价" if row.price_yuan is None else str(row.price_yuan)


COLUMNS = (
    Column("key", "代号", plainly(_read_key), as_text("key"), needed=True),
    Column("name", "名称", plainly(_read_name), as_text("name"), needed=True),
    Column("name_en", "英文名", plainly(_read_name), as_text("name_en"), needed=True),
    Column("skill", "技能", plainly(_read_key), as_text("skill"), needed=True),
    Column("spoken", "说法", _read_list(_BETWEEN), lambda one, _: "、".join(one.spoken), usual=[], clears=True),
    Column("examples", "例句", _read_list(_LINES), lambda one, _: "；".join(one.examples), usual=[], clears=True),
    Column("price_yuan", "价格", plainly(_read_price), _price, needed=True),
    Column("unit", "单位", plainly(_read_name), as_text("unit"), usual="次"),
    Column("subsidy_percent", "补贴百分比", plainly(read_count, 0, 100), as_text("subsidy_percent"), usual=0),
    Column("lead_time_min", "最快几分钟", plainly(read_count, 0, LONGEST_LEAD_MIN), as_text("lead_time_min"), usual=60),
    Column("duration_min", "一次几分钟", plainly(read_count, 5, LONGEST_VISIT_MIN), as_text("duration_min"), usual=60),
    Column("urgent", "急", plainly(read_yes), _yes("urgent"), usual=False),
    Column("planned", "排班", plainly(read_yes), _yes("planned"), usual=False),
    Column("offered_at_once", "同时问几家", plainly(read_count, 1, MOST_AT_ONCE), as_text("offered_at_once"), usual=1),
    Column("volunteers_first", "先问志愿者", plainly(read_yes), _yes("volunteers_first"), usual=False),
    Column("worker_gender", "谁来", _read_one_of(WORKERS), lambda one, _: _WORKER_ZH.get(one.worker_gender, ""), usual=""),
    Column(
        "question_kind",
        "要问吗",
        _read_one_of(QUESTIONS),
        lambda one, _: _QUESTION_ZH.get(one.question.get("kind", ""), ""),
        usual="",
    ),
    Column("question_about", "问的是", plainly(_read_phrase), _question("about"), usual="", clears=True),
    Column("question_zh", "问话", plainly(_read_phrase), _question("zh"), usual="", clears=True),
    Column("question_zh_again", "再问一次", plainly(_read_phrase), _question("zh_again"), usual="", clears=True),
    Column("question_en", "英文问话", plainly(_read_phrase), _question("en"), usual="", clears=True),
    Column("question_en_again", "英文再问", plainly(_read_phrase), _question("en_again"), usual="", clears=True),
    Column("question_said", "已答的样式", plainly(_read_pattern), _question("said"), usual="", clears=True),
    Column("active", "在用", plainly(read_yes), _yes("active"), usual=True),
)
