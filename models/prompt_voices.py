"""Prompts in a person's own voice, recorded at a desk."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class PromptVoice(Base):
    """A recording of one wording of a prompt; the one that is `live` is what callers hear in place of the synthesiser."""

    __tablename__ = "prompt_voices"

    id: Mapped[int] = mapped_column(primary_key=True)
    prompt: Mapped[str] = mapped_column(index=True)
    language: Mapped[str]  # zh or en
    wording: Mapped[str]  # as its file is called: when, when_again, when_help
    words: Mapped[str]  # what was on the screen: a recording of other words is no longer good
    path: Mapped[str] = mapped_column(unique=True)  # under the data folder
    made_at: Mapped[datetime]
    made_by: Mapped[int] = mapped_column(ForeignKey("operators.id"))
    live_since: Mapped[datetime | None]
    taken_off_at: Mapped[datetime | None]
