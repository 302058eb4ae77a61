"""Single-use links to a provider's page: made for an offer's SMS, opened once, and then one browser's for this one offer."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, joinedload

from dispatch.outbox import write_message
from dispatch.texts import text
from models.messages import Message
from models.orders import Offer, OfferStatus
from models.provider_links import ProviderLink
from models.settings import Settings

LINK_PATH = "/p/"
TOKEN_BYTES = 32
# The page is for reporting too, and a report may come the day after.
GOOD_AFTER_THE_VISIT = timedelta(hours=24)
LINKS_AT_MOST = 5  # of one offer


def page_address(settings: Settings) -> str:
    """Where providers reach this site's pages, without a slash at the end; "" where they cannot. The demo is on loopback."""
    if settings.public_url:
        return settings.public_url.rstrip("/")
    return f"http://{settings.bind_address}:{settings.console_port}" if settings.demo else ""


def link_for(session: Session, settings: Settings, offer: Offer, now: datetime) -> str:
    """A fresh link to the page of an offer that has its id, "" for a site without a public address; the caller commits.

    Put a space after it in an SMS: a telephone may take Chinese punctuation for a part of it. It ends in a letter or a digit
    (32 bytes leave two bits of the last sign empty, and only full ones are - and _). Nobody can say it again: its hash is kept.
    """
    address = page_address(settings)
    if not address:
        return ""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    expires_at = max(offer.order.ends_at, offer.expires_at, now) + GOOD_AFTER_THE_VISIT
    session.add(ProviderLink(offer_id=offer.id, token_hash=_hash(token), made_at=now, expires_at=expires_at))
    return address + LINK_PATH + token


def find_link(session: Session, token: str) -> ProviderLink | None:
    """The link that holds `token`, opened or not."""
    return session.scalar(select(ProviderLink).where(ProviderLink.token_hash == _hash(token)))


def open_link(session: Session, token: str, now: datetime) -> tuple[int, str] | None:
    """Use a link up: the offer's id and the secret for the browser's cookie; None where it is used, expired, or none of ours.

    Of two that open it at once one is first. The caller commits.
    """
    cookie = secrets.token_urlsafe(TOKEN_BYTES)
    fresh = (ProviderLink.token_hash == _hash(token), ProviderLink.opened_at.is_(None), ProviderLink.expires_at > now)
    opened = update(ProviderLink).where(*fresh).values(opened_at=now, session_hash=_hash(cookie))
    offer_id = session.scalar(opened.returning(ProviderLink.offer_id))
    return (offer_id, cookie) if offer_id is not None else None


def link_of_browser(session: Session, offer_id: int, cookie: str, now: datetime) -> ProviderLink | None:
    """The link by which the browser with this cookie may see this offer, its offer and order with it; None where it may not."""
    its_own = (ProviderLink.session_hash == _hash(cookie), ProviderLink.expires_at > now)
    order = joinedload(ProviderLink.offer).joinedload(Offer.order)
    link = session.scalar(select(ProviderLink).where(*its_own).options(order))
    return link if link and link.offer_id == offer_id else None  # compared here: the id may be larger than the database can take


def send_new_link(session: Session, settings: Settings, link: ProviderLink, now: datetime) -> Message | None:
    """Write another link to the provider's own telephone, for who has lost the browser that opened `link`; the caller commits.

    None where the order is over for this provider, or as many links as anybody needs were sent.
    """
    offer = session.get_one(Offer, link.offer_id)
    made = session.scalar(select(func.count()).where(ProviderLink.offer_id == offer.id)) or 0
    if offer.status not in (OfferStatus.OPEN, OfferStatus.ACCEPTED) or made >= LINKS_AT_MOST:
        return None
    address = link_for(session, settings, offer, now)
    if not address:
        return None
    words = text("new_link", offer.provider.language, code=offer.order.code, link=address)
    return write_message(session, offer.provider.number, words, now, order_id=offer.order_id, template="new_link")


def _hash(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
