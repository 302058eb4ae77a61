"""Who wants no more SMS, and who wants them again."""

import re
import unicodedata
from contextlib import suppress
from datetime import datetime
from enum import StrEnum

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models.messages import OptOut


class Choice(StrEnum):
    """What somebody may choose by SMS."""

    OUT = "out"
    IN = "in"


# The words that carriers in China and abroad have taught people; never a part of a longer message.
_WORDS = {
    Choice.OUT: re.compile("(我要|请|申请)?(退订|td|t|stop|unsubscribe|短信退订|退订短信)(谢谢)?"),
    Choice.IN: re.compile("(我要|请|申请)?(开通|恢复|恢复短信|开通短信|订阅|kt|start|unstop)(谢谢)?"),
}


def read_choice(body: str) -> Choice | None:
    """Whether an SMS asks for no more SMS, or for them again; None for anything else."""
    letters = re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", body).lower())
    return next((choice for choice, words in _WORDS.items() if words.fullmatch(letters)), None)


def choose(session: Session, number: str, choice: Choice, now: datetime) -> None:
    """Write it down; twice is as good as once. The caller commits."""
    known = session.get(OptOut, number)
    if choice is Choice.IN and known:
        session.delete(known)
    elif choice is Choice.OUT and not known:
        with suppress(IntegrityError), session.begin_nested():  # it may come twice at once
            session.add(OptOut(number=number, at=now))
    session.flush()
