"""Whether a provider gets orders, and whether its data are known to be right, as people decide it."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.cleaning import clean_words
from dispatch.credit_changes import lock_provider
from dispatch.providers.writing import note
from models.follow_ups import Complaint

WORDS_AT_MOST = 500


class ComplaintWaits(Exception):
    """A provider cannot be thawed while nobody has looked at a complaint about it."""


def freeze_provider(session: Session, provider_id: int, because: str, now: datetime, *, by: str) -> None:
    """Give a provider no new offers until a person thaws it; commits. Whatever it has accepted stays its own.

    One that a complaint froze is frozen by the person from now on, and so the complaint's end does not thaw it.
    """
    provider = lock_provider(session, provider_id)
    by_complaint = select(Complaint.id).where(Complaint.provider_id == provider_id, Complaint.raised_at == provider.frozen_at)
    if provider.frozen_at is None or session.scalar(by_complaint.limit(1)) is not None:
        provider.frozen_at = now
        note(session, provider, "frozen", now, by=by, words=clean_words(because, WORDS_AT_MOST))
    session.commit()


def thaw_provider(session: Session, provider_id: int, because: str, now: datetime, *, by: str) -> None:
    """Give a frozen provider offers again; commits. Raises `ComplaintWaits`."""
    provider = lock_provider(session, provider_id)
    waits = select(Complaint.id).where(Complaint.provider_id == provider_id, Complaint.looked_at.is_(None))
    if session.scalar(waits.limit(1)) is not None:
        raise ComplaintWaits(f"provider {provider_id}")
    if provider.frozen_at is not None:
        provider.frozen_at = None
        note(session, provider, "thawed", now, by=by, words=clean_words(because, WORDS_AT_MOST))
    session.commit()


def confirm_data(session: Session, provider_id: int, today: date, now: datetime, *, by: str) -> None:
    """Note that the provider's data are right; what it said is wrong is put right with that. The caller commits."""
    provider = lock_provider(session, provider_id)
    provider.confirmed_on, provider.correction = today, ""
    note(session, provider, "confirmed", now, by=by)
