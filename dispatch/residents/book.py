"""Residents as a table, with their telephones and their people."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, ClassVar

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from dispatch.residents.columns import COLUMNS as FACTS
from dispatch.residents.listing import list_residents
from dispatch.residents.writing import differing, note, read_data, read_known, write_data
from dispatch.sheets.columns import Column, as_text, in_words, plainly
from dispatch.sheets.faults import Fault, Wrong
from dispatch.sheets.files import Line
from dispatch.sheets.importing import Book
from models.areas import Area
from models.residents import Resident

AT_ONCE = 500
# By which a line is known again; what others write there means nothing, and a new resident has none.
NUMBER = Column("id", "编号", plainly(str), as_text("id"))


class Residents(Book):
    """By their number in our books; without one, by name and date of birth."""

    key = "residents"
    zh = "居民"
    en = "residents"
    columns: ClassVar[Sequence[Column]] = (NUMBER, *FACTS)
    demanded = ("name", "born")

    def open(self, lines: Sequence[Line]) -> None:
        """Whoever the lines may be about."""
        self._known = read_known(self.session, self.now.date())
        self._areas = {area.id: area for area in self.session.scalars(select(Area))}
        numbers = sorted(
            {int(cell) for line in lines if (cell := line.cells.get("id", "").strip()).isdecimal() and len(cell) < 10}
        )
        names = sorted({line.cells.get("name", "").strip() for line in lines})
        self._by_id: dict[int, Resident] = {}
        self._by_name: defaultdict[tuple[str, date], list[Resident]] = defaultdict(list)
        for column, values in ((Resident.id, numbers), (Resident.name, names)):
            for begin in range(0, len(values), AT_ONCE):
                asked = select(Resident).where(column.in_(values[begin : begin + AT_ONCE]))
                asked = asked.options(selectinload(Resident.phones), selectinload(Resident.contacts), joinedload(Resident.area))
                for resident in self.session.scalars(asked):
                    self._by_id[resident.id] = resident
        for resident in self._by_id.values():
            self._by_name[resident.name, resident.born].append(resident)

    def find(self, line: Line) -> Resident | None:
        """Raises `Wrong` for a number that nobody has, and where two are of one name and birthday."""
        number = line.cells.get("id", "").strip()
        if number:
            resident = self._by_id.get(int(number)) if number.isdecimal() and len(number) < 10 else None
            if resident is None:
                raise Wrong(
                    f"没有编号“{number}”的居民；新的不写编号", f"nobody has the id {number!r}; leave it empty for a new one"
                )
            return resident
        try:
            born = FACTS[3].read(line.cells.get("born", ""), self._known)
        except Wrong:
            return None  # told when the line is read
        same = self._by_name.get((line.cells.get("name", "").strip(), born), [])
        if len(same) > 1:
            raise Wrong("有几位同名同生日，请写编号", "several have this name and birthday: write the id")
        return same[0] if same else None

    def read(self, line: Line, row: Resident | None) -> tuple[dict[str, Any], list[Fault]]:
        """The values of a line."""
        return read_data(line.cells, self._known, new=row is None, line=line.number)

    def same(self, values: Mapping[str, Any], row: Resident | None) -> str:
        """A resident once."""
        return f"{row.id}" if row else f"{values['name']} {values['born']}"

    def differing(self, row: Resident, values: Mapping[str, Any]) -> list[str]:
        """What would change."""
        return differing(row, values)

    def write(self, row: Resident | None, values: Mapping[str, Any], differ: Sequence[str]) -> Resident:
        """Keep it."""
        resident = row or Resident()
        write_data(resident, values, self._areas)
        self.session.add(resident)
        return resident

    def note(self, row: Resident, differ: Sequence[str] | None) -> None:
        """In the file's history."""
        happened = "added" if differ is None else "changed"
        note(self.session, row, happened, self.now, by=self.by, words=in_words(FACTS, differ or ()))

    def rows(self) -> Iterable[Sequence[str]]:
        """Those who live here."""
        for resident in list_residents(self.session):
            yield [column.write(resident, None) for column in self.columns]

    def name(self, values: Mapping[str, Any]) -> str:
        """Name and address."""
        return f"{values['name']} {values['address']}"
