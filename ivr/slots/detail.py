"""The detail that a service asks for beside the time: how many (几份), or which in the caller's own words (买什么)."""

import re
from collections.abc import Mapping

from audio.recognizers import Hearing
from ivr.numbers import read_count
from ivr.when.numerals import say_number

# A number of the question's unit, or words; empty while it is not known.
Detail = str | int
# What people count portions with, whatever the unit is called.
_ANY_UNIT = ("", "个", "人", "位", "人份", "客")


def detail_said(question: Mapping[str, str], hearing: Hearing) -> Detail:
    """What a sentence says of it unasked: a number with the right unit, or words that hold what the question's `said` finds."""
    if question.get("kind") == "count":
        return read_portions(question, hearing)
    known = question.get("said")
    told = (hypothesis.text for hypothesis in hearing.hypotheses if hypothesis.tells_details)
    return hearing.best if known and any(re.search(known, text) for text in told) else ""


def read_portions(question: Mapping[str, str], hearing: Hearing) -> Detail:
    """The whole number that the likeliest hypothesis with one holds."""
    for hypothesis in hearing.hypotheses:
        count = read_count(hypothesis.text) if hypothesis.tells_details else None
        if count and count.unit in (question["about"], *_ANY_UNIT) and float(count.amount).is_integer():
            return int(count.amount)
    return ""


def say_detail(question: Mapping[str, str], detail: Detail) -> str:
    """A number as it is read back (两份). Words are not read back: a slip in them is no other order, and they are long."""
    if not isinstance(detail, int):
        return ""
    return f"{'两' if detail == 2 else say_number(detail)}{question['about']}"
