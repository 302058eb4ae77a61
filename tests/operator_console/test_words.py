"""Nothing that the database can hold is without words."""

import re
from enum import StrEnum
from pathlib import Path

import pytest

import dispatch
import ivr
from dispatch.next_step import Waits
from models.alarm_words import AlarmHappened, AlarmKind, AlarmOutcome, AlarmSource, AlarmStatus
from models.calls import CallStatus
from models.messages import MessageStatus
from models.operators import Role
from models.orders import OfferStatus, OrderStatus
from models.residents import ContactRole
from operator_console.records import HANDED_OVER, HAPPENED
from operator_console.words import TABLES, said

KINDS = [
    Waits,
    OrderStatus,
    OfferStatus,
    CallStatus,
    AlarmStatus,
    AlarmSource,
    AlarmKind,
    AlarmOutcome,
    AlarmHappened,
    MessageStatus,
    ContactRole,
    Role,
]


def sources_of(package: object) -> str:
    """A package's whole source."""
    home = Path(str(package.__path__[0]))  # type: ignore[attr-defined]
    return "\n".join(path.read_text() for path in home.rglob("*.py"))


@pytest.mark.parametrize("kind", KINDS)
def test_every_status_is_said_in_both_languages(kind: type[StrEnum]) -> None:
    for member in kind:
        assert said(member).zh
        assert said(member).en


def test_there_are_no_words_for_what_cannot_be() -> None:
    assert {type(member) for table in TABLES for member in table} == set(KINDS)


def test_every_line_that_dispatch_writes_into_a_history_has_words() -> None:
    source = sources_of(dispatch)
    written = set(re.findall(r'\.record\(\s*"(\w+)"', source)) | set(re.findall(r'close_offer\([^"]*"\w+", "(\w+)"', source))
    written |= set(re.findall(r'close_offer\([^"]*by, "(\w+)"', source))
    assert "refused" in written
    assert written <= set(HAPPENED) | set(OrderStatus)


def test_every_reason_for_which_a_person_is_brought_has_words() -> None:
    raised = set(re.findall(r'(?:HandOver|hand_over|fail)\("(\w+)"', sources_of(ivr)))
    assert "asked" in raised
    assert raised <= set(HANDED_OVER)
