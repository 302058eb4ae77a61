"""Announcements: what everybody at the desks is told, from when until when."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class Announcement(Base):
    """One, at the head of every page while it holds. Callers never hear it: no prompt carries anything but what they need."""

    __tablename__ = "announcements"

    id: Mapped[int] = mapped_column(primary_key=True)
    zh: Mapped[str]
    en: Mapped[str] = mapped_column(default="")
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime] = mapped_column(index=True)
    by: Mapped[str]  # an operator's login
