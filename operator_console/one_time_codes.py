"""One-time codes (TOTP, RFC 6238): what administrators show beside their password."""

import base64
import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from io import BytesIO

import pyotp
import segno
from flask import current_app, session
from sqlalchemy import update
from sqlalchemy.orm import Session

from models.operators import Operator, Role
from models.settings import Settings
from operator_console.operators import DEMO_LOGIN

STEP_S = 30
SKEW_STEPS = 1  # a telephone's clock may be half a minute off
CODE_WITHIN = timedelta(minutes=10)  # after the password


def needs_code(operator: Operator, settings: Settings) -> bool:
    """Whether the password alone does not let this operator in; in the demo it does for the demo's own."""
    if settings.demo and operator.login == DEMO_LOGIN:
        return False
    return operator.role is Role.ADMINISTRATOR or operator.totp_secret != ""


def await_code(operator: Operator, now: datetime) -> None:
    """The password was right: this browser may show a code for a while, and is not signed in yet."""
    session.clear()
    session["awaits"] = {"operator": operator.id, "at": int(now.timestamp()), "seed": secrets.token_urlsafe(16)}


def awaited_operator(now: datetime) -> int | None:
    """Whose code this browser may show."""
    awaits = session.get("awaits") or {}
    return awaits["operator"] if awaits and now.timestamp() - awaits["at"] < CODE_WITHIN.total_seconds() else None


def fresh_secret() -> str:
    """The secret that is being set up in this browser: nothing is kept of it until a code has shown that it arrived."""
    key = str(current_app.config["SECRET_KEY"]).encode()
    awaits = session["awaits"]
    made = hmac.new(key, f"totp {awaits['operator']} {awaits['seed']}".encode(), hashlib.sha256).digest()
    return base64.b32encode(made[:20]).decode()


def take_code(facts: Session, operator: Operator, secret: str, code: str, now: datetime) -> bool:
    """Whether `code` is good now and was not used before; it is used up with it. The caller commits."""
    written = "".join(code.split())
    at = int(now.timestamp()) // STEP_S
    totp = pyotp.TOTP(secret, interval=STEP_S)
    for step in range(at - SKEW_STEPS, at + SKEW_STEPS + 1):
        if hmac.compare_digest(totp.generate_otp(step).encode(), written.encode()):
            used = update(Operator).where(Operator.id == operator.id, Operator.totp_last < step)
            values = used.values(totp_last=step, totp_secret=secret).returning(Operator.id)
            return facts.scalar(values) is not None
    return False


def drawing(operator: Operator, secret: str, community: str) -> bytes:
    """The QR code from which a telephone learns the secret, as an SVG without any style of its own."""
    uri = pyotp.TOTP(secret, interval=STEP_S).provisioning_uri(name=operator.login, issuer_name=f"邻里 Linli {community}")
    drawn = BytesIO()
    segno.make(uri, error="m").save(drawn, kind="svg", scale=5, border=4, light="#fff", svgclass=None, lineclass=None)
    return drawn.getvalue()
