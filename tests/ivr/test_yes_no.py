"""A yes places orders: it must not be one against what was meant."""

from audio.recognizers import Hearing, Hypothesis
from ivr.slots.yes_no import says_yes
from ivr.understanding.intents import NO, YES
from ivr.understanding.meaning import Decision, Heard, Meaning

FITS_YES = Hearing((Hypothesis("困", -1.6),), answers=(Hypothesis("好", -0.3),), answers_fit=0.05)


def test_what_only_fits_a_yes_is_none_where_a_no_is_meant() -> None:
    assert says_yes(Heard(FITS_YES, Meaning(NO, Decision.CONFIRM, {NO: 0.5, YES: 0.3}))) is None
    assert says_yes(Heard(FITS_YES, Meaning(YES, Decision.CONFIRM, {YES: 0.5, NO: 0.3}))) is True
