"""A column of a table: how it is called, read and written; tables and forms share them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dispatch.sheets.faults import Fault, Wrong


@dataclass(frozen=True)
class Column:
    """One column. `usual` is what a new row gets where nothing is written; without it something must be."""

    key: str
    zh: str
    read: Callable[[str, Any], Any]  # with what is known beside the cell; raises `Wrong`
    write: Callable[[Any, Any], str]  # of a row, with the names that stand for keys
    usual: Any = None
    needed: bool = False
    clears: bool = False  # an empty cell means none, not: as it was

    @property
    def heading(self) -> str:
        """As a table's first line has it."""
        return f"{self.zh} {self.key}"


def plainly(read: Callable[..., Any], *limits: Any) -> Callable[[str, Any], Any]:
    """A reader of cells that needs to know nothing beside the cell."""
    return lambda written, known: read(written, *limits)


def as_text(name: str) -> Callable[[Any, Any], str]:
    """What a row has by this name, "" for none."""
    return lambda row, known: "" if (value := getattr(row, name)) is None else str(value)


def read_values(
    columns: Sequence[Column], written: Mapping[str, str], known: Any, *, new: bool, line: int = 0
) -> tuple[dict[str, Any], list[Fault]]:
    """The values by their columns, and every fault.

    What is not written, or written as nothing, is left out for a row that is there, and the usual for a new one.
    """
    values: dict[str, Any] = {}
    faults = []
    for column in columns:
        cell = written.get(column.key, "").strip()
        try:
            if cell or (column.needed and (new or column.key in written)):
                values[column.key] = column.read(cell, known)
            elif new or (column.clears and column.key in written):
                values[column.key] = column.usual
        except Wrong as wrong:
            faults.append(Fault(column.key, wrong.zh, wrong.en, line, column.zh))
    return values, faults


def in_words(columns: Sequence[Column], keys: Iterable[str]) -> str:
    """The names of columns: 电话、片区."""
    names = {column.key: column.zh for column in columns}
    return "、".join(names[key] for key in keys)
