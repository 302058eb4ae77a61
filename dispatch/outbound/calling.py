"""Placing a call that is due."""

from dispatch.means import Means


def place_call(means: Means, outbound_call_id: int) -> None:
    """Ring whom the call is for; one that is not due, or is being placed already, is left alone."""
    raise NotImplementedError(outbound_call_id)
