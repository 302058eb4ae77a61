"""Who opened whose file when, and who listened to what: written as it happens, never changed."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class FileOpening(Base):
    """An operator opened a resident's file, in a call or for a reason they gave; or had one masked number of it shown."""

    __tablename__ = "file_openings"

    id: Mapped[int] = mapped_column(primary_key=True)
    resident_id: Mapped[int] = mapped_column(ForeignKey("residents.id"), index=True)
    operator_id: Mapped[int] = mapped_column(ForeignKey("operators.id"), index=True)
    call_id: Mapped[int | None] = mapped_column(ForeignKey("calls.id"))
    reason: Mapped[str] = mapped_column(default="")  # "" in a call
    shown: Mapped[str] = mapped_column(
        default=""
    )  # which number, as operator_console/masked_numbers.py names it; "" for the file
    at: Mapped[datetime] = mapped_column(index=True)


class RecordingPlay(Base):
    """An operator listened to a recording, or to a voice mail (by its file's name)."""

    __tablename__ = "recording_plays"

    id: Mapped[int] = mapped_column(primary_key=True)
    path: Mapped[str] = mapped_column(index=True)
    operator_id: Mapped[int] = mapped_column(ForeignKey("operators.id"), index=True)
    at: Mapped[datetime] = mapped_column(index=True)
