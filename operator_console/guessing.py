"""Guessing of passwords, slowed down: the more failures, the longer the wait, for one login and for all together.

Nobody is ever locked out for long: an operator whose login is being guessed waits a minute at most.
"""

from datetime import datetime, timedelta
from math import ceil

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from models.operators import SignInFailure

REMEMBERED = timedelta(minutes=15)
FREE_FAILURES = 3  # of one login, before the first wait
FREE_FAILURES_OF_ALL = 30
LONGEST_WAIT_S = 60  # for one login: 60 guesses an hour at the most
LONGEST_WAIT_OF_ALL_S = 4  # short, or whoever guesses could keep everybody out


def seconds_to_wait(session: Session, login: str, now: datetime) -> int:
    """How long until `login` may be tried again; 0 is now."""
    of_login = _wait_s(session, now, FREE_FAILURES, LONGEST_WAIT_S, login)
    return max(of_login, _wait_s(session, now, FREE_FAILURES_OF_ALL, LONGEST_WAIT_OF_ALL_S, None))


def note_attempt(session: Session, login: str, operator_id: int | None, now: datetime) -> None:
    """Count a try as failed before its password is looked at, so that many at once are counted too. The caller commits."""
    session.execute(delete(SignInFailure).where(SignInFailure.at < now - REMEMBERED))
    session.add(SignInFailure(login=login, operator_id=operator_id, at=now))


def forget_failures(session: Session, login: str) -> None:
    """The right password was given. The caller commits."""
    session.execute(delete(SignInFailure).where(SignInFailure.login == login))


def _wait_s(session: Session, now: datetime, free: int, longest_s: int, login: str | None) -> int:
    """1, 2, 4 … seconds from the last failure on, once the free ones are used up."""
    counted = select(func.count(), func.max(SignInFailure.at)).where(SignInFailure.at > now - REMEMBERED)
    if login is not None:
        counted = counted.where(SignInFailure.login == login)
    failures, last_at = session.execute(counted).one()
    if failures < free:
        return 0
    wait_s = min(2.0 ** min(failures - free, 10), longest_s)
    return max(0, ceil((last_at + timedelta(seconds=wait_s) - now).total_seconds()))
