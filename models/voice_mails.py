"""What a caller left for the staff, in their own voice."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, utc_now
from models.calls import Call


class VoiceMail(Base):
    """One message, kept as sound; the words are only what a recogniser made of it. To be heard within 24 h."""

    __tablename__ = "voice_mails"
    __table_args__ = (
        Index(
            "ix_voice_mails_unsealed", "id", sqlite_where=text("sealed_at IS NULL"), postgresql_where=text("sealed_at IS NULL")
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"), index=True)
    path: Mapped[str] = mapped_column(unique=True)  # relative to the recordings folder
    words: Mapped[str]
    left_at: Mapped[datetime] = mapped_column(default=utc_now)
    heard_by: Mapped[str] = mapped_column(default="")  # the operator's login
    heard_at: Mapped[datetime | None] = mapped_column(index=True)
    sealed_at: Mapped[datetime | None]  # as a recording's

    call: Mapped[Call] = relationship()
