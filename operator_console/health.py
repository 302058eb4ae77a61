"""Whether the console is up, for supervisors and load balancers."""

from flask import Blueprint
from sqlalchemy import text

from operator_console.context import facts

health = Blueprint("health", __name__)


@health.get("/healthz")
def show() -> dict[str, str]:
    """200 while pages can be shown, which needs the database; 500 otherwise."""
    facts().execute(text("SELECT 1"))
    return {"status": "ok"}
