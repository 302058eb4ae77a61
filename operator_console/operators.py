"""Operators: adding them, and knowing them by their password."""

import re
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.security import check_password_hash

from models.operators import Operator, Role

DEMO_LOGIN = "demo"
DEMO_PASSWORD = "linli"  # noqa: S105 - told to everyone on the sign-in page, and good in demo mode only
DEMO_SEAT = 1

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 200
# Argon2id with OWASP's first choice of parameters that fits eight sign-ins at once: 19 MiB, two rounds, one lane.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,31}")


class OperatorRefused(ValueError):
    """An operator cannot be added as asked; the message says why, in both languages."""


def add_operator(session: Session, login: str, name: str, password: str, *, role: Role, seat: int | None) -> Operator:
    """Let `name` sign in as `login`; raise `OperatorRefused` in words. The caller commits.

    `seat` is the number of their desk, 1..operator_seats, or None for who takes no calls.
    """
    if not _LOGIN.fullmatch(login):
        raise OperatorRefused("登录名用 2–32 个小写字母、数字和 . _ - / a login is 2–32 lower-case letters, digits and . _ -")
    if login == DEMO_LOGIN:
        raise OperatorRefused(f"{DEMO_LOGIN} 只用于演示 / {DEMO_LOGIN} is kept for the demo")
    if not name.strip():
        raise OperatorRefused("请填写姓名 / a name is needed")
    _check_length(password)
    if operator_by_login(session, login):
        raise OperatorRefused(f"登录名 {login} 已经有人用了 / the login {login} is taken")
    may_have_seat(session, seat, None)
    return _keep(session, Operator(login=login, name=name.strip(), role=role, seat=seat), password)


def ensure_demo_operator(session: Session) -> Operator:
    """The demo's operator, made at its first use, who may see everything and sits at the first seat. The caller commits.

    Outside demo mode its password opens nothing.
    """
    known = operator_by_login(session, DEMO_LOGIN)
    if known is None:
        known = _keep(session, Operator(login=DEMO_LOGIN, name="演示话务员", role=Role.ADMINISTRATOR), DEMO_PASSWORD)
    known.role = Role.ADMINISTRATOR  # one that was made by an earlier version was a supervisor
    if known.seat is None and session.scalar(select(Operator.id).where(Operator.seat == DEMO_SEAT)) is None:
        known.seat = DEMO_SEAT
    return known


def may_have_seat(session: Session, seat: int | None, operator: Operator | None) -> None:
    """Raise `OperatorRefused` where somebody other than `operator` (None: a new one) sits there already."""
    if seat is None:
        return
    with session.no_autoflush:
        other = session.scalar(select(Operator.id).where(Operator.seat == seat))
    if other is not None and (operator is None or other != operator.id):
        raise OperatorRefused(f"座席 {seat} 已经有人了 / seat {seat} is taken")


def change_password(operator: Operator, password: str) -> None:
    """Give an operator another password; raise `OperatorRefused` in words. The caller commits."""
    _check_length(password)
    _keep_password(operator, password)


def operator_by_login(session: Session, login: str) -> Operator | None:
    """Who signs in as `login`."""
    return session.scalar(select(Operator).where(Operator.login == login))


def knows_password(operator: Operator | None, password: str) -> bool:
    """Whether `password` is the operator's; as slow for a login that nobody has, so that the time tells nothing."""
    if len(password) > LONGEST_PASSWORD:
        return False
    kept = operator.password_hash if operator else _hash_of_nobody()
    if kept.startswith("scrypt:"):
        return check_password_hash(kept, password) and operator is not None
    try:
        return _HASHER.verify(kept, password) and operator is not None
    except (InvalidHashError, VerificationError):
        return False


def renew_hash(operator: Operator, password: str) -> None:
    """Hash a password anew that has just been shown to be right, where it was hashed in an older way. The caller commits."""
    if operator.password_hash.startswith("scrypt:") or _HASHER.check_needs_rehash(operator.password_hash):
        _keep_password(operator, password)


def _check_length(password: str) -> None:
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        length = f"{SHORTEST_PASSWORD}–{LONGEST_PASSWORD}"
        raise OperatorRefused(f"密码需要 {length} 个字符 / a password has {length} characters")


def _keep_password(operator: Operator, password: str) -> None:
    operator.password_hash = _HASHER.hash(password)


def _keep(session: Session, operator: Operator, password: str) -> Operator:
    _keep_password(operator, password)
    session.add(operator)
    session.flush()
    return operator


@cache
def _hash_of_nobody() -> str:
    return _HASHER.hash("nobody")
