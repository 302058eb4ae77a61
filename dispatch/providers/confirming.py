"""Asking providers, month by month, whether their data are still right, and what they answer."""

import logging
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, selectinload

from dispatch.cleaning import clean_words
from dispatch.outbox import nudge_messages, write_message
from dispatch.progress import Reply
from dispatch.providers.cells import WEEKDAYS
from dispatch.providers.standing import WORDS_AT_MOST, confirm_data
from dispatch.providers.writing import note
from dispatch.queue import JobQueue
from dispatch.reading import read_answer, read_confirmation
from dispatch.texts import text
from models.database import SessionMaker
from models.messages import Message
from models.orders import Offer, OfferStatus
from models.providers import Provider
from models.settings import Settings

log = logging.getLogger(__name__)

# So many are asked in one round: their answers, and the calls that some bring, come over an hour and not at once.
ASKED_AT_ONCE = 20
# Who has not answered by then is telephoned by a person.
PATIENCE = timedelta(days=7)


def ask_for_confirmation(settings: Settings, sessions: SessionMaker, queue: JobQueue, now: datetime) -> None:
    """Ask the providers that have not confirmed their data for a month; one of the sweep's rounds."""
    if not settings.confirm_providers_every_days:
        return
    every, today = timedelta(days=settings.confirm_providers_every_days), _today(settings, now)
    long_ago = or_(Provider.confirmed_on.is_(None), Provider.confirmed_on <= today - every)
    not_asked = or_(Provider.confirmation_asked_at.is_(None), Provider.confirmation_asked_at <= now - every)
    # What another sweep holds at this moment it asks itself.
    due = select(Provider).where(Provider.active, long_ago, not_asked).order_by(Provider.id).limit(ASKED_AT_ONCE)
    due = due.options(selectinload(Provider.areas), selectinload(Provider.workers)).with_for_update(skip_locked=True)
    with sessions() as session:
        asked = [_ask(session, settings, provider, now) for provider in session.scalars(due).all()]
        session.commit()
    if asked:
        log.info("%d providers are asked to confirm their data", len(asked))
        nudge_messages(queue, asked)


def answer_confirmation(session: Session, settings: Settings, provider: Provider, body: str, now: datetime) -> Reply | None:
    """Take an SMS as the answer to the question about the data; None if none is open, or it is about something else.

    What could also be an answer to an order (ok, 没问题) is one while the provider has an offer to answer. The caller commits.
    """
    said = read_confirmation(body)
    if said is None or not is_asked(settings, provider):
        return None
    if read_answer(body) is not None and _has_open_offer(session, provider):
        return None
    if said:
        confirm_data(session, provider.id, _today(settings, now), now, by="provider")
        return Reply("", "provider_confirmed")
    provider.correction = clean_words(body, WORDS_AT_MOST)
    note(session, provider, "correction", now, by="provider", words=provider.correction)
    log.warning("provider %s: its data are wrong, for a person", provider.id)
    return Reply("", "provider_correction_noted")


def is_asked(settings: Settings, provider: Provider) -> bool:
    """Whether the question about the data waits for an answer."""
    if provider.confirmation_asked_at is None:
        return False
    return provider.confirmed_on is None or provider.confirmed_on < _today(settings, provider.confirmation_asked_at)


def is_stale(settings: Settings, now: datetime) -> ColumnElement[bool]:
    """The condition for active providers that have not confirmed their data for too long: a person telephones them."""
    last = _today(settings, now) - timedelta(days=settings.confirm_providers_every_days) - PATIENCE
    return and_(Provider.active, or_(Provider.confirmed_on.is_(None), Provider.confirmed_on < last))


def _ask(session: Session, settings: Settings, provider: Provider, now: datetime) -> Message:
    provider.confirmation_asked_at = now
    days = sorted(provider.open_weekdays)
    words = text(
        "provider_confirmation",
        provider.language,
        areas="、".join(area.name for area in sorted(provider.areas, key=lambda area: area.id)),
        days="".join(WEEKDAYS[day] if provider.language == "zh" else str(day + 1) for day in days),
        opens=f"{provider.opens:%H:%M}",
        closes=f"{provider.closes:%H:%M}",
        orders=provider.orders_a_day,
        workers=sum(worker.active for worker in provider.workers),
        hotline=settings.hotline_number,
    )
    return write_message(session, provider.number, words, now, template="provider_confirmation", urgent=False)


def _has_open_offer(session: Session, provider: Provider) -> bool:
    is_open = select(Offer.id).where(Offer.provider_id == provider.id, Offer.status == OfferStatus.OPEN)
    return session.scalar(is_open.limit(1)) is not None


def _today(settings: Settings, now: datetime) -> date:
    return now.astimezone(ZoneInfo(settings.timezone)).date()
