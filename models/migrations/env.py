"""Alembic's door to the models."""

from typing import Any, Literal

from alembic import context
from sqlalchemy.engine import Connection

from models.base import UtcDateTime
from models.database import open_database
from models.tables import metadata


def _plainly(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write our own types as the ones underneath, so that an old migration never imports today's models."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


def _run(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True, render_item=_plainly)
    with context.begin_transaction():
        context.run_migrations()


engine = open_database(context.config.get_main_option("sqlalchemy.url") or "")
with engine.connect() as connection:
    _run(connection)
engine.dispose()
