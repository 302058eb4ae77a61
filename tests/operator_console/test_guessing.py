"""How long one waits after guessing, as both databases count it."""

from datetime import timedelta

from sqlalchemy.orm import Session

from operator_console.guessing import FREE_FAILURES, REMEMBERED, forget_failures, note_attempt, seconds_to_wait
from tests.operator_console.conftest import NOW


def test_the_wait_begins_after_the_free_failures_and_ends_with_the_right_password(facts: Session) -> None:
    for _ in range(FREE_FAILURES):
        assert seconds_to_wait(facts, "li", NOW) == 0
        note_attempt(facts, "li", None, NOW)
    assert seconds_to_wait(facts, "li", NOW) == 1
    note_attempt(facts, "li", None, NOW)
    assert seconds_to_wait(facts, "li", NOW) == 2
    assert seconds_to_wait(facts, "li", NOW + timedelta(seconds=1.5)) == 1
    assert seconds_to_wait(facts, "wang", NOW) == 0
    forget_failures(facts, "li")
    assert seconds_to_wait(facts, "li", NOW) == 0


def test_old_failures_no_longer_count(facts: Session) -> None:
    for _ in range(FREE_FAILURES + 3):
        note_attempt(facts, "li", None, NOW)
    assert seconds_to_wait(facts, "li", NOW) > 0
    assert seconds_to_wait(facts, "li", NOW + REMEMBERED) == 0
