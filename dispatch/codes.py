"""The four digits by which an order is spoken of, and those by which the resident says that it was done."""

import secrets

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.orders import TO_BE_DONE, Order

CODES = frozenset(str(number) for number in range(1000, 10_000))  # no leading zero: nobody types it


class NoFreeCode(Exception):
    """As many orders are open as there are codes."""


def free_code(session: Session, wanted: str = "") -> str:
    """A code that no order has whose work is still to be done, `wanted` if that is free; raises `NoFreeCode`.

    Another may choose it in the same moment: the unique index decides between the two.
    """
    free = CODES.difference(session.scalars(select(Order.code).where(Order.status.in_(TO_BE_DONE))))
    if not free:
        raise NoFreeCode("no free order code")
    return wanted if wanted in free else secrets.choice(sorted(free))


def visit_code() -> str:
    """A code for the resident to say at the end of the visit."""
    return str(1000 + secrets.randbelow(9000))
