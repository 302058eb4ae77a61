"""What the hotline wrote down of a call that `linli call` is placing."""

from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.exc import SQLAlchemyError

from linli.call_screen import TurnLine
from models.calls import Call
from models.database import SessionMaker


def read_turns(sessions: SessionMaker, is_ours: ColumnElement[bool], since: datetime) -> list[TurnLine]:
    """The turns so far of the first matching call that began after `since`; none where there is no database."""
    call_is_ours = select(Call).where(is_ours, Call.started_at >= since).order_by(Call.started_at).limit(1)
    try:
        with sessions() as session:
            call = session.scalar(call_is_ours)
            return [TurnLine(turn.speaker, turn.words, turn.prompt) for turn in call.turns] if call else []
    except SQLAlchemyError:
        # The call goes on without its words: it may be the database that is being tried.
        return []
