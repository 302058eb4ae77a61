"""How many seconds lie between two moments, told by the database itself: SQLite and PostgreSQL have different words for it."""

from typing import Any

from sqlalchemy import Float
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction


class SecondsBetween(GenericFunction[float]):
    """`SecondsBetween(earlier, later)`: seconds to the millisecond; null where one of them is."""

    name = "seconds_between"
    inherit_cache = True
    type = Float()


@compiles(SecondsBetween, "postgresql")
def _on_postgresql(element: SecondsBetween, compiler: SQLCompiler, **kw: Any) -> str:
    earlier, later = (compiler.process(one, **kw) for one in element.clauses)
    return f"ROUND(EXTRACT(EPOCH FROM ({later} - {earlier})), 3)::float"


@compiles(SecondsBetween, "sqlite")
def _on_sqlite(element: SecondsBetween, compiler: SQLCompiler, **kw: Any) -> str:
    earlier, later = (compiler.process(one, **kw) for one in element.clauses)
    return f"ROUND((julianday({later}) - julianday({earlier})) * 86400, 3)"
