"""The code that the resident says when the work is done, and how often one may guess it."""

import hmac
import unicodedata
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.orders import Order
from models.provider_links import Proof, ProofKind

WRONG_CODES_AT_MOST = 5  # of one order, ever: one guess in two thousand is right
WRONG_CODE = "wrong_code"


def codes_left(order: Order) -> int:
    """How many codes may still be tried; 0 for an order that has none."""
    wrong = sum(line.happened == WRONG_CODE for line in order.history)
    return max(0, WRONG_CODES_AT_MOST - wrong) if order.visit_code else 0


def check_code(session: Session, order: Order, said: str, now: datetime) -> bool:
    """Whether `said` is the order's code: a proof is kept of a right one, a wrong one is counted and written down.

    The caller holds the order's lock and commits. Full-width digits and spaces are read.
    """
    if codes_left(order) == 0:
        return False
    digits = "".join(sign for sign in unicodedata.normalize("NFKC", said) if sign.isdigit() and sign.isascii())
    if not hmac.compare_digest(digits, order.visit_code):
        order.record(WRONG_CODE, now, "provider")
        return False
    known = select(Proof.id).where(Proof.order_id == order.id, Proof.kind == ProofKind.CODE)
    if session.scalar(known) is None:
        session.add(Proof(order_id=order.id, kind=ProofKind.CODE, at=now))
        order.record("proof_code", now, "provider")
    return True
