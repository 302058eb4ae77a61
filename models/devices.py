"""One-key phones (特种电话机): the red SOS key, the green service key and the family keys."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base
from models.residents import Resident


class Device(Base):
    """A one-key phone by a resident's bed; it registers as SIP endpoint `device-<id>` with its own secret."""

    __tablename__ = "devices"

    id: Mapped[int] = mapped_column(primary_key=True)
    resident_id: Mapped[int] = mapped_column(ForeignKey("residents.id"), index=True)
    number: Mapped[str] = mapped_column(unique=True)
    model: Mapped[str]
    place: Mapped[str]  # 床头, 客厅
    secret: Mapped[str]
    last_heard_at: Mapped[datetime | None]

    resident: Mapped[Resident] = relationship(back_populates="devices")
