"""The credit's formula, by its properties."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as some

from dispatch.credit import COSTS, LEAST, MOST, credit_after, credit_after_score
from models.providers import CreditReason

Event = int | CreditReason
# What rounding may do where two sums are compared that are not made alike.
ROUNDED = 1e-9
credits = some.floats(LEAST, MOST)
scores = some.integers(1, 5)
other = some.sampled_from([*COSTS, CreditReason.DONE])
histories = some.lists(scores | other, max_size=30)


def after(credit: float, history: list[Event]) -> float:
    for event in history:
        credit = credit_after(credit, event) if isinstance(event, CreditReason) else credit_after_score(credit, event)
    return credit


@given(credits, histories)
def test_credit_stays_within_its_bounds(credit: float, history: list[Event]) -> None:
    assert LEAST <= after(credit, history) <= MOST


@given(credits, histories, scores, histories)
def test_a_better_score_is_never_worse(credit: float, before: list[Event], score: int, then: list[Event]) -> None:
    better = [after(credit, [*before, one, *then]) for one in range(score, 6)]
    assert better == sorted(better)


@given(credits, scores)
def test_the_best_score_never_lowers_and_the_worst_never_raises(credit: float, score: int) -> None:
    assert credit_after_score(credit, 5) >= credit - ROUNDED
    assert credit_after_score(credit, 1) <= credit + ROUNDED
    assert credit_after(credit, CreditReason.DONE) >= credit - ROUNDED


@given(credits, histories, some.sampled_from([CreditReason.GIVEN_BACK, CreditReason.UNANSWERED]), histories)
def test_nobody_gains_by_avoiding_an_order(credit: float, before: list[Event], way: CreditReason, then: list[Event]) -> None:
    assert after(credit, [*before, way, *then]) <= after(credit, [*before, *then])


@given(credits, histories, histories)
def test_nobody_gains_by_refusing_what_would_have_gone_well(credit: float, before: list[Event], then: list[Event]) -> None:
    """A refusal moves nothing, and work that is done well never costs anything."""
    refused = after(credit, [*before, *then])
    assert refused <= after(credit, [*before, 5, CreditReason.DONE, *then]) + ROUNDED


@given(credits, scores)
def test_one_bad_score_cannot_ruin(credit: float, score: int) -> None:
    assert credit - credit_after_score(credit, score) <= 10 + ROUNDED
    assert after(credit_after_score(credit, score), [5] * 10) >= min(credit, 80) - ROUNDED


@given(credits, some.lists(scores, min_size=1, max_size=20))
def test_what_is_recent_counts_more(credit: float, usual: list[int]) -> None:
    """A bad score among good ones weighs the more the later it came."""
    weighed = [after(credit, [*[5] * at, 1, *[5] * (len(usual) - at)]) for at in range(len(usual) + 1)]
    assert all(earlier >= later - ROUNDED for earlier, later in pairwise(weighed))
    halved = abs(after(0, usual) - after(100, usual))
    assert halved == pytest.approx(100 * 0.9 ** len(usual))


@pytest.mark.parametrize("score", [0, 6, -1])
def test_no_other_score_counts(score: int) -> None:
    with pytest.raises(ValueError, match="not a score"):
        credit_after_score(80, score)
