"""Moving a provider's credit and rating, each move written down. Nothing here commits."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.credit import credit_after, credit_after_score
from models.providers import CreditChange, CreditReason, Provider


def change_credit(
    session: Session, provider_id: int, reason: CreditReason, now: datetime, *, order_id: int | None = None, note: str = ""
) -> CreditChange | None:
    """Move a provider's credit; for one order and reason once, and None the second time.

    The order's lock, if there is one to take, is taken before this one: the provider's row is held until the commit.
    """
    provider = lock_provider(session, provider_id)
    if _is_written(session, provider_id, reason, order_id):
        return None
    credit = credit_after(provider.credit, reason)
    return _write(session, provider, CreditChange(reason=reason, credit=credit, at=now, order_id=order_id, note=note))


def score_provider(session: Session, provider_id: int, score: int, now: datetime, *, order_id: int) -> CreditChange | None:
    """Count a resident's score of 1..5 into the provider's rating (the mean of all) and credit; once an order."""
    provider = lock_provider(session, provider_id)
    if _is_written(session, provider_id, CreditReason.SCORE, order_id):
        return None
    provider.rating = (provider.rating * provider.scores + score) / (provider.scores + 1)
    provider.scores += 1
    credit = credit_after_score(provider.credit, score)
    moved = CreditChange(reason=CreditReason.SCORE, credit=credit, at=now, order_id=order_id, note=str(score))
    return _write(session, provider, moved)


def lock_provider(session: Session, provider_id: int) -> Provider:
    """The provider as it is now, held until the transaction ends."""
    session.flush()
    return session.get_one(Provider, provider_id, with_for_update=True, populate_existing=True)


def _is_written(session: Session, provider_id: int, reason: CreditReason, order_id: int | None) -> bool:
    known = select(CreditChange.id).filter_by(provider_id=provider_id, order_id=order_id, reason=reason).limit(1)
    return order_id is not None and session.scalar(known) is not None


def _write(session: Session, provider: Provider, change: CreditChange) -> CreditChange:
    change.provider_id, change.change = provider.id, change.credit - provider.credit
    provider.credit = change.credit
    session.add(change)
    return change
