"""Call-backs: who gave up waiting, or asked to be called, in the order in which they called."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base
from models.calls import Call
from models.residents import Resident

_IS_OPEN = text("done_at IS NULL")


class CallBack(Base):
    """A person to be called back. Their place in the list is `waits_since`, when they first called; one number is one."""

    __tablename__ = "call_backs"
    __table_args__ = (Index("uq_call_backs_open", "number", unique=True, sqlite_where=_IS_OPEN, postgresql_where=_IS_OPEN),)

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"), unique=True)  # the first of theirs
    number: Mapped[str] = mapped_column(index=True)
    resident_id: Mapped[int | None] = mapped_column(ForeignKey("residents.id"), index=True)
    urgent: Mapped[bool] = mapped_column(default=False)  # an SOS: within a minute
    waits_since: Mapped[datetime]
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    taken_by: Mapped[int | None] = mapped_column(ForeignKey("operators.id"))  # who is calling them now
    taken_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None] = mapped_column(index=True)
    outcome: Mapped[str] = mapped_column(default="")  # reached, called_again, not_reached, not_needed

    call: Mapped[Call] = relationship()
    resident: Mapped[Resident | None] = relationship()
