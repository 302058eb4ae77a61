"""The end of the work, as a provider reports it on their page: proven where that is possible, and priced where it has to be."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from dispatch.money import enter_price
from dispatch.offers import lock_offer, lock_order
from dispatch.progress import AT_WORK, Reply, act
from dispatch.proofs import check_code, codes_left, proofs_of
from dispatch.reading import Verb
from models.orders import OfferStatus, Order, OrderStatus
from models.provider_links import ProofKind
from models.settings import Settings

PRICE_AT_MOST_FEN = 99_999_00
# When whoever was there can have told what was agreed: later it is settled.
_CAN_BE_PRICED = (*AT_WORK, OrderStatus.COMPLETED, OrderStatus.CONFIRMED, OrderStatus.DISPUTED)
_PROVES = (ProofKind.SIGNATURE, ProofKind.CODE)


class Missing(StrEnum):
    """Why the work is not done yet."""

    PRICE = "price"
    RIGHT_CODE = "right_code"
    PROOF = "proof"


def price_is_missing(order: Order) -> bool:
    """Whether the price was left to be agreed at the door, and nobody has told it yet."""
    return order.price_fen is None and order.service.price_yuan is None


def may_be_priced(order: Order) -> bool:
    """Whether a person may enter what was agreed at the door, or mend it."""
    at_the_door = order.service.price_yuan is None and order.provider is not None and not order.provider.volunteer
    return at_the_door and order.status in _CAN_BE_PRICED


def price_by_hand(session: Session, order_id: int, price_fen: int, by: str, now: datetime) -> bool:
    """Enter what was agreed at the door, as somebody told it by telephone, and commit; False where it is not for a person.

    Raises ValueError for a price that cannot be, and NoResultFound for an order that is not there.
    """
    if not 0 <= price_fen <= PRICE_AT_MOST_FEN:
        raise ValueError(f"a price of {price_fen} fen")
    order = lock_order(session, order_id)
    if not may_be_priced(order):
        session.rollback()
        return False
    enter_price(order, price_fen)
    order.record("priced", now, by, yuan=f"{price_fen / 100:.2f}")
    session.commit()
    return True


def finish_work(
    session: Session,
    settings: Settings,
    offer_id: int,
    now: datetime,
    *,
    code: str = "",
    price_fen: int | None = None,
    unproven: bool = False,
) -> Reply | Missing:
    """Report an order completed, by the resident's code, by a signature that is there, or `unproven`; or say what is missing.

    The caller commits in every case (a wrong code is counted), and calls `follow` with a reply.
    """
    offer = lock_offer(session, offer_id)
    order = offer.order
    if offer.status is not OfferStatus.ACCEPTED or order.provider_id != offer.provider_id or order.status not in AT_WORK:
        return act(session, settings, offer_id, Verb.COMPLETED, now)
    priced = price_fen is not None and 0 <= price_fen <= PRICE_AT_MOST_FEN
    if price_is_missing(order) and not priced:
        return Missing.PRICE
    if code and codes_left(order):
        if not check_code(session, order, code, now):
            return Missing.RIGHT_CODE
    elif not unproven and not any(proof.kind in _PROVES for proof in proofs_of(session, order.id)):
        return Missing.PROOF
    reply = act(session, settings, offer_id, Verb.COMPLETED, now)
    if price_fen is not None and price_is_missing(order) and order.status is OrderStatus.COMPLETED:
        enter_price(order, price_fen)
    return reply
