"""A big town in PostgreSQL, made by the server itself: everybody and all that two years have left, and what happens just now."""

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy import Connection, create_engine, text

STATEMENTS = Path(__file__).with_suffix(".sql")
ROWS_AT_ONCE = 50_000

_KIND = re.compile(r"^--- (\w+) (\d+)\n", re.MULTILINE)  # how the file names what a statement makes
_PLACE = re.compile(r"(?<!:):([a-z]\w*)")  # numbers of ours, written out


@dataclass(frozen=True)
class Size:
    """How many of each; the others are in proportion."""

    residents: int = 100_000
    providers: int = 1_000
    orders: int = 500_000
    calls: int = 1_000_000
    operators: int = 30
    days: int = 730

    def kinds(self) -> dict[str, int]:
        """How many n there are of each kind that the statements name: a one-key phone for one resident in ten, and so on."""
        return asdict(self) | {
            "once": 1,
            "devices": self.residents // 10,
            "alarms": self.residents // 10,
            "care": self.residents * 2,
            "tasks": self.residents // 10,
            "openings": self.calls // 3 - 1,
            "backs": self.calls // 40 - 1,
            "mails": self.calls // 200,
            "complaints": self.orders // 200 - 10,
            "late": self.orders // 50 - 20,
            "audits": self.operators * 2 * 24 - 1,
        }


# Where a kind is not the table of its name.
_TABLES = {"care": "care_calls"}
_NUMBERED = ("operators", "residents", "devices", "providers", "calls", "alarms", "orders", "offers", "care")


def rows_of(size: Size) -> int:
    """How many rows the town has about, of all kinds together."""
    kinds = size.kinds()
    return sum(kinds[kind] * int(each) for kind, each, _ in _statements())


def build_town(url: str, size: Size, advance: Callable[[int], None]) -> None:
    """Fill the migrated database at `url`, which holds the demo and its operator; `advance` is told of the rows as they come."""
    engine, kinds = create_engine(url), size.kinds()
    with engine.begin() as connection:
        tables = {kind: _TABLES.get(kind, kind) for kind in _NUMBERED}
        kinds |= {f"{kind}_before": _last_id(connection, table) for kind, table in tables.items()}
    for kind, each, statement in _statements():
        for first in range(1, kinds[kind] + 1, ROWS_AT_ONCE):
            last = min(first + ROWS_AT_ONCE - 1, kinds[kind])
            given = kinds | {"first": first, "last": last, "whole": kinds[kind]}
            with engine.begin() as connection:
                connection.exec_driver_sql(_put_in(statement, given).replace("%", "%%"))
            advance((last - first + 1) * int(each))
    with engine.begin() as connection:
        connection.execute(text("SELECT setval('residents_id_seq', (SELECT max(id) FROM residents))"))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
    engine.dispose()


def _put_in(statement: str, given: Mapping[str, int]) -> str:
    return _PLACE.sub(lambda found: str(given.get(found[1], found[0])), statement)


def _statements() -> list[tuple[str, str, str]]:
    parts = _KIND.split(STATEMENTS.read_text())[1:]
    return list(zip(parts[::3], parts[1::3], parts[2::3], strict=True))


def _last_id(connection: Connection, table: str) -> int:
    last: int = connection.scalar(text(f"SELECT coalesce(max(id), 0) FROM {table}")) or 0
    return last
