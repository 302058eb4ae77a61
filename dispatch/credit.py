"""A provider's credit: 0 to 100, moved by what happens with its orders. Pure: a credit and an event in, a credit out.

    a score s of 1..5     c + 0.10 × (25 × (s - 1) - c)      a step of a tenth towards 0, 25, 50, 75 or 100
    done in time, and     c + 0.02 × (100 - c)
    without a complaint
    late                  c - 3
    accepted, given back  c - 4
    an offer unanswered   c - 0.5
    a complaint upheld    c - 15
    an offer refused      c

and never below 0 or above 100. All that was before a score loses a tenth of its weight by it, half of it within seven: what is
recent counts more, and one bad score costs at most 10. Every event maps a higher credit to a higher one, and none that avoids
work raises it: so a better score is never worse, and nobody gains by refusing. The figures are our own choice.
"""

from models.providers import CreditReason

LEAST, MOST = 0.0, 100.0
LOWEST_SCORE, HIGHEST_SCORE = 1, 5
OF_A_SCORE = 0.10
OF_WORK_WELL_DONE = 0.02
COSTS = {CreditReason.LATE: 3.0, CreditReason.GIVEN_BACK: 4.0, CreditReason.UNANSWERED: 0.5, CreditReason.COMPLAINT: 15.0}


def credit_after_score(credit: float, score: int) -> float:
    """The credit after a resident's score of 1..5; raises ValueError for any other."""
    if not LOWEST_SCORE <= score <= HIGHEST_SCORE:
        raise ValueError(f"not a score: {score}")
    worth = LEAST + (MOST - LEAST) * (score - LOWEST_SCORE) / (HIGHEST_SCORE - LOWEST_SCORE)
    return _within((1 - OF_A_SCORE) * credit + OF_A_SCORE * worth)  # so written, also its rounding keeps the order of credits


def credit_after(credit: float, reason: CreditReason) -> float:
    """The credit after anything but a score; raises KeyError for a reason that has no figure (a score, a correction)."""
    if reason is CreditReason.DONE:
        return _within((1 - OF_WORK_WELL_DONE) * credit + OF_WORK_WELL_DONE * MOST)
    return _within(credit - COSTS[reason])


def _within(credit: float) -> float:
    return min(MOST, max(LEAST, credit))
