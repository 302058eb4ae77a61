"""Why the exchange does not do what a desk asks of it."""

from enum import StrEnum


class Obstacle(StrEnum):
    """Nothing was done, and the call is as it was before."""

    NO_EXCHANGE = "no_exchange"  # the manager interface does not answer
    OVER = "over"  # the caller's line is gone
    NOBODY = "nobody"  # no person talks to the caller yet
    NOT_YOURS = "not_yours"  # another desk talks to the caller
    ALREADY = "already"  # this number is being called, or is in the call
    THREE = "three"  # a third person is in the call already
    ASIDE = "aside"  # the caller waits while the operator asks somebody
    NOT_ASIDE = "not_aside"  # nobody is being asked
    NOT_YET = "not_yet"  # who is being asked has not answered
    REFUSED = "refused"  # the exchange would not do it
    NO_PHONE = "no_phone"  # the operator's own telephone is not there
    TALKING = "talking"  # the operator's own telephone is in a call, or rings
    NO_NUMBER = "no_number"  # nothing that can be dialled


class CannotAct(Exception):
    """Nothing was done; `obstacle` says why."""

    def __init__(self, obstacle: Obstacle) -> None:
        self.obstacle = obstacle
        super().__init__(obstacle.value)
