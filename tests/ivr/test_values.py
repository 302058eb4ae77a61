"""What an answer came to is kept as JSON."""

import json
from datetime import timedelta
from typing import Any

import pytest

from audio.recognizers import Hearing, Hypothesis
from ivr.slots.request import Request
from ivr.slots.verdict import Verdict
from ivr.slots.wish import Wish
from ivr.understanding.services import Offering
from ivr.values import value_facts
from ivr.when import Span
from models.residents import Contact
from tests.ivr.conftest import NOW

MEAL = Offering(7, "meal", "送餐", ("送饭",))
WISH = Wish(MEAL, Span(NOW, NOW + timedelta(hours=1)), 2)


@pytest.mark.parametrize(
    ("value", "facts"),
    [
        (None, None),
        (False, False),
        ("1234", "1234"),
        (Verdict(right=False), {"right": False}),
        (
            Request("meal", WISH, Hearing((Hypothesis("送饭", 0.0),)), sure=False),
            {
                "intent": "meal",
                "wish": {
                    "service": "meal",
                    "when": {"start": "2026-11-23T10:30:00+08:00", "end": "2026-11-23T11:30:00+08:00"},
                    "detail": 2,
                },
                "sure": False,
            },
        ),
        ([Contact(id=3, name="王丽")], [{"id": 3}]),
        (b"sound", "bytes"),
    ],
    ids=["none", "no", "digits", "verdict", "request", "row", "anything else"],
)
def test_a_value_is_kept_by_its_keys_and_parts(value: Any, facts: Any) -> None:
    assert value_facts(value) == facts
    json.dumps(value_facts(value))
