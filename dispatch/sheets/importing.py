"""Taking rows over from a table, whatever it is about: looked through as a whole first, then kept in one transaction."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy.orm import Session

from dispatch.sheets.columns import Column, in_words
from dispatch.sheets.faults import Fault, Wrong
from dispatch.sheets.files import Line, read_file, write_file


class Book(ABC):
    """One kind of table; it lives for one import or export, with its session."""

    key: ClassVar[str]
    zh: ClassVar[str]
    en: ClassVar[str]
    columns: ClassVar[Sequence[Column]]
    demanded: ClassVar[tuple[str, ...]]  # columns by which a line is known

    def __init__(self, session: Session, now: datetime, by: str) -> None:
        self.session = session
        self.now = now
        self.by = by

    @abstractmethod
    def open(self, lines: Sequence[Line]) -> None:
        """Read from the database whatever looking through these lines needs, at once."""

    @abstractmethod
    def find(self, line: Line) -> Any | None:
        """The row that a line is about, None for a new one. Raises `Wrong`."""

    @abstractmethod
    def read(self, line: Line, row: Any | None) -> tuple[dict[str, Any], list[Fault]]:
        """The values of a line, and its faults."""

    @abstractmethod
    def same(self, values: Mapping[str, Any], row: Any | None) -> str:
        """What may stand in a file only once."""

    @abstractmethod
    def differing(self, row: Any, values: Mapping[str, Any]) -> list[str]:
        """The keys of the columns in which the values are not what is kept."""

    @abstractmethod
    def write(self, row: Any | None, values: Mapping[str, Any], differ: Sequence[str]) -> Any:
        """Keep the values in the row, or in a new one, and return it. Raises `Wrong` where the row's own rules forbid it."""

    @abstractmethod
    def note(self, row: Any, differ: Sequence[str] | None) -> None:
        """Write a line of history of a flushed row; None for a new one."""

    @abstractmethod
    def rows(self) -> Iterable[Sequence[str]]:
        """The cells of all rows, for export."""

    @abstractmethod
    def name(self, values: Mapping[str, Any]) -> str:
        """What a new row is called in the preview."""


# Rows are written some hundred at a time, and their search terms with them.
WRITTEN_AT_ONCE = 500


@dataclass
class Import:
    """What a table would do. Each row goes by its line, with the values and, of a changed one, the differing columns."""

    added: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    changed: list[tuple[int, Any, dict[str, Any], list[str]]] = field(default_factory=list)
    unchanged: int = 0
    faults: list[Fault] = field(default_factory=list)

    @property
    def good(self) -> int:
        """How many lines would be kept."""
        return len(self.added) + len(self.changed)

    @property
    def whole_file_is_wrong(self) -> bool:
        """Whether there is nothing to keep but the whole."""
        return any(not fault.line for fault in self.faults)


def _nothing() -> None:
    pass


def read_book(book: type[Book], data: bytes) -> list[Line]:
    """The lines of a file; raises `FileRefused`."""
    return read_file(data, book.columns, book.demanded, (f"文件里没有{book.zh}", "there is nothing in the file"))


def write_book(book: Book) -> bytes:
    """All rows as such a file; importing it changes nothing."""
    return write_file(book.columns, book.rows())


def look_through(book: Book, lines: Sequence[Line], after_line: Callable[[], None] = _nothing) -> Import:
    """What the lines would do, and every fault of theirs."""
    book.open(lines)
    found = Import()
    seen: dict[str, int] = {}
    for line in lines:
        faults = list(line.faults)
        try:
            row = book.find(line)
            values, more = book.read(line, row)
            faults += more
            if not faults and (first := seen.setdefault(book.same(values, row), line.number)) != line.number:
                faults.append(Fault("", f"与第{first}行是同一个", f"is about the same as line {first}", line.number))
        except Wrong as wrong:
            faults.append(Fault("", wrong.zh, wrong.en, line.number))
        found.faults += faults
        if not faults and row is None:
            found.added.append((line.number, values))
        elif not faults:
            differ = book.differing(row, values)
            if differ:
                found.changed.append((line.number, row, values, differ))
            else:
                found.unchanged += 1
        after_line()
    return found


def take_over(book: Book, found: Import, *, only_good: bool = False, after_each: Callable[[], None] = _nothing) -> list[Fault]:
    """Keep what was looked through, in the same session; the caller commits, or rolls back where faults come back.

    Raises ValueError where there are faults, unless the good lines alone are asked for.
    """
    if found.faults and not only_good:
        raise ValueError("a table with faults is not imported")
    faults = []
    work: list[tuple[int, Any, dict[str, Any], list[str]]] = [(line, None, values, []) for line, values in found.added]
    kept = []
    for line, row, values, differ in [*work, *found.changed]:
        try:
            kept.append((book.write(row, values, differ), None if row is None else differ))
        except Wrong as wrong:
            faults.append(Fault("", wrong.zh, wrong.en, line))
        if len(kept) % WRITTEN_AT_ONCE == 0:
            book.session.flush()
        after_each()
    book.session.flush()
    for row, differing in kept:
        book.note(row, differing)
    book.session.flush()
    return faults


def changed_words(book: type[Book] | Book, differ: Sequence[str]) -> str:
    """The names of the columns that differ."""
    return in_words(book.columns, differ)
