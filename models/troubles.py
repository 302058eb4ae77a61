"""Troubles: jobs that keep failing, until a person has seen to them."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class Trouble(Base):
    """A job that fails; counted while it goes on, ended when it succeeds or a person has looked."""

    __tablename__ = "troubles"
    __table_args__ = (UniqueConstraint("job", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    job: Mapped[str]  # its name in dispatch.queue.Job, lower case
    subject_id: Mapped[int]  # what the job was to look at
    times: Mapped[int] = mapped_column(default=1)
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    error: Mapped[str]  # the kind of fault and where; never a resident's words
    ended_at: Mapped[datetime | None] = mapped_column(index=True)
    ended_by: Mapped[str] = mapped_column(default="")  # dispatch, or an operator's login
