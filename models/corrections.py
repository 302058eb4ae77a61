"""What operators say an utterance really meant: the next training learns from it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, utc_now
from models.calls import Turn


class Correction(Base):
    """The right intent of one turn of a caller's; a later correction of the same turn replaces it."""

    __tablename__ = "corrections"

    id: Mapped[int] = mapped_column(primary_key=True)
    turn_id: Mapped[int] = mapped_column(ForeignKey("turns.id"), unique=True)
    intent: Mapped[str]  # an intent's or a service's key
    by: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=utc_now)

    turn: Mapped[Turn] = relationship()
