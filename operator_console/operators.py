"""Operators: adding them, and knowing them by their password."""

import re
from functools import cache

from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.security import check_password_hash, generate_password_hash

from models.operators import Operator, Role

DEMO_LOGIN = "demo"
DEMO_PASSWORD = "linli"  # noqa: S105 - told to everyone on the sign-in page, and good in demo mode only

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 200
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
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        length = f"{SHORTEST_PASSWORD}–{LONGEST_PASSWORD}"
        raise OperatorRefused(f"密码需要 {length} 个字符 / a password has {length} characters")
    if operator_by_login(session, login):
        raise OperatorRefused(f"登录名 {login} 已经有人用了 / the login {login} is taken")
    if seat is not None and session.scalar(select(Operator.id).where(Operator.seat == seat)):
        raise OperatorRefused(f"座席 {seat} 已经有人了 / seat {seat} is taken")
    return _keep(session, Operator(login=login, name=name.strip(), role=role, seat=seat), password)


def ensure_demo_operator(session: Session) -> Operator:
    """The demo's operator, made at its first use. The caller commits. Outside demo mode its password opens nothing."""
    known = operator_by_login(session, DEMO_LOGIN)
    return known or _keep(session, Operator(login=DEMO_LOGIN, name="演示话务员", role=Role.SUPERVISOR), DEMO_PASSWORD)


def operator_by_login(session: Session, login: str) -> Operator | None:
    """Who signs in as `login`."""
    return session.scalar(select(Operator).where(Operator.login == login))


def knows_password(operator: Operator | None, password: str) -> bool:
    """Whether `password` is the operator's; as slow for a login that nobody has, so that the time tells nothing."""
    if len(password) > LONGEST_PASSWORD:
        return False
    if operator is None:
        check_password_hash(_hash_of_nobody(), password)
        return False
    return check_password_hash(operator.password_hash, password)


def _keep(session: Session, operator: Operator, password: str) -> Operator:
    operator.password_hash = generate_password_hash(password, method="scrypt")
    session.add(operator)
    session.flush()
    return operator


@cache
def _hash_of_nobody() -> str:
    return generate_password_hash("nobody", method="scrypt")
