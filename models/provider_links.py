"""A provider's page on the web: the single-use link to it, what it remembers, and the proofs of work left there."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, utc_now
from models.orders import Offer, Order


class ProviderLink(Base):
    """A link in an offer's SMS: opened once, it becomes a session of one browser, for this one offer."""

    __tablename__ = "provider_links"

    id: Mapped[int] = mapped_column(primary_key=True)
    offer_id: Mapped[int] = mapped_column(ForeignKey("offers.id"), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)  # SHA-256 of what the link holds, in hexadecimal
    session_hash: Mapped[str | None] = mapped_column(unique=True)  # the same of the browser's cookie, once opened
    made_at: Mapped[datetime] = mapped_column(default=utc_now)
    expires_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]

    offer: Mapped[Offer] = relationship()


class ProofKind(StrEnum):
    """How it is shown that the work was done."""

    PHOTO = "photo"
    SIGNATURE = "signature"
    CODE = "code"  # the resident said the order's visit_code


class Proof(Base):
    """One proof of an order's work; files are below `proofs_dir`."""

    __tablename__ = "proofs"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), index=True)
    kind: Mapped[ProofKind]
    path: Mapped[str] = mapped_column(default="")  # within proofs_dir; "" for a code
    sha256: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime] = mapped_column(default=utc_now)

    order: Mapped[Order] = relationship()
