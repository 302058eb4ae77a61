"""The service catalogue as a table."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from sqlalchemy import select

from dispatch.services.columns import COLUMNS
from dispatch.services.writing import differing, happened_to, note, read_data, write_data
from dispatch.sheets.columns import Column, in_words
from dispatch.sheets.faults import Fault
from dispatch.sheets.files import Line
from dispatch.sheets.importing import Book
from models.services import WITH_WORDS, Service


class Services(Book):
    """By their keys."""

    key = "services"
    zh = "服务"
    en = "services"
    columns: ClassVar[Sequence[Column]] = COLUMNS
    demanded = ("key",)

    def open(self, lines: Sequence[Line]) -> None:
        """The whole catalogue: it is short."""
        self._kept = {service.key: service for service in self.session.scalars(select(Service).options(WITH_WORDS))}

    def find(self, line: Line) -> Service | None:
        """The service with this key."""
        return self._kept.get(line.cells.get("key", "").strip())

    def read(self, line: Line, row: Service | None) -> tuple[dict[str, Any], list[Fault]]:
        """The values of a line."""
        return read_data(line.cells, row, line.number)

    def same(self, values: Mapping[str, Any], row: Service | None) -> str:
        """A key once."""
        return row.key if row else str(values["key"])

    def differing(self, row: Service, values: Mapping[str, Any]) -> list[str]:
        """What would change."""
        return differing(row, values)

    def write(self, row: Service | None, values: Mapping[str, Any], differ: Sequence[str]) -> Service:
        """Keep it."""
        service = row or Service()
        write_data(self.session, service, values)
        return service

    def note(self, row: Service, differ: Sequence[str] | None) -> None:
        """In the service's history."""
        happened = "added" if differ is None else happened_to(differ)
        note(self.session, row, happened, self.now, by=self.by, words=in_words(COLUMNS, differ or ()))

    def rows(self) -> Iterable[Sequence[str]]:
        """All, those switched off too."""
        for service in self.session.scalars(select(Service).options(WITH_WORDS).order_by(Service.id)):
            yield [column.write(service, None) for column in COLUMNS]

    def name(self, values: Mapping[str, Any]) -> str:
        """Its name."""
        return str(values["name"])
