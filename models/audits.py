"""Call audits: calls drawn at random each month, listened to, and scored (TSA: two per operator, one of them an emergency)."""

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class Audit(Base):
    """One drawn call, and its score sheet once somebody has listened."""

    __tablename__ = "audits"
    # However many draw at once, an operator has one first and one second call of a month.
    __table_args__ = (UniqueConstraint("call_id"), UniqueConstraint("operator_id", "month", "place"))

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"))
    operator_id: Mapped[int] = mapped_column(ForeignKey("operators.id"), index=True)  # whose call it was
    month: Mapped[date] = mapped_column(index=True)  # its first day
    place: Mapped[int]  # 1 or 2
    seed: Mapped[str]  # what chance began from: random.Random(seed) draws the same from the same calls
    emergency: Mapped[bool] = mapped_column(default=False)
    drawn_at: Mapped[datetime]
    scores: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)  # a question's key: 0, 1 or 2
    note: Mapped[str] = mapped_column(default="")
    done_at: Mapped[datetime | None] = mapped_column(index=True)
    done_by: Mapped[int | None] = mapped_column(ForeignKey("operators.id"))
