"""Devices as a table: whose they are, where they stand, by which number they call."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from dispatch.devices.keeping import NAME_AT_MOST, DeviceRefused, DeviceRequest, add_device, change_device, move_device
from dispatch.providers.cells import read_number
from dispatch.residents.cells import read_words
from dispatch.sheets.columns import Column, as_text, plainly, read_values
from dispatch.sheets.faults import Fault, Wrong
from dispatch.sheets.files import Line
from dispatch.sheets.importing import Book
from models.devices import Device, DeviceKind, DeviceStatus
from models.residents import Resident

KINDS = {"一键通": DeviceKind.ONE_KEY, "座机": DeviceKind.LANDLINE, "手机": DeviceKind.MOBILE}
STATUSES = {"在库": DeviceStatus.IN_STOCK, "在用": DeviceStatus.INSTALLED}
AT_ONCE = 500


def _read_kind(written: str) -> DeviceKind:
    if written not in KINDS:
        raise Wrong(f"“{written}”请写{'、'.join(KINDS)}", f"{written!r} is no kind of telephone")
    return KINDS[written]


def _read_status(written: str) -> DeviceStatus:
    if written not in STATUSES:
        raise Wrong(f"“{written}”请写{'、'.join(STATUSES)}", f"{written!r}: write 在库 (in stock) or 在用 (installed)")
    return STATUSES[written]


def _read_row_id(written: str) -> int:
    if not written.isdecimal() or len(written) > 9:
        raise Wrong(f"“{written}”不是居民编号", f"{written!r} is no resident's id")
    return int(written)


COLUMNS = (
    Column("number", "电话", plainly(read_number), lambda one, _: one.shown_number, needed=True),
    Column("resident_id", "居民编号", plainly(_read_row_id), as_text("resident_id"), needed=True),
    Column(
        "kind",
        "种类",
        plainly(_read_kind),
        lambda one, _: {kind: zh for zh, kind in KINDS.items()}[one.kind],
        usual=DeviceKind.ONE_KEY,
    ),
    Column("model", "型号", plainly(read_words, NAME_AT_MOST), as_text("model"), needed=True),
    Column("place", "放在哪里", plainly(read_words, NAME_AT_MOST), as_text("place"), needed=True),
    Column(
        "status",
        "状态",
        plainly(_read_status),
        lambda one, _: {status: zh for zh, status in STATUSES.items()}[one.status],
        usual=DeviceStatus.IN_STOCK,
    ),
)


class Devices(Book):
    """By their numbers. Secrets are made anew for new ones, and never stand in a table."""

    key = "devices"
    zh = "设备"
    en = "devices"
    columns: ClassVar[Sequence[Column]] = COLUMNS
    demanded = ("number",)

    def open(self, lines: Sequence[Line]) -> None:
        """The devices in use, and the residents that the lines name."""
        asked = select(Device).where(Device.status != DeviceStatus.RETIRED).options(selectinload(Device.keys))
        self._kept = {device.number: device for device in self.session.scalars(asked)}
        wanted = sorted(
            {int(cell) for line in lines if (cell := line.cells.get("resident_id", "").strip()).isdecimal() and len(cell) < 10}
        )
        self._residents: set[int] = set()
        for begin in range(0, len(wanted), AT_ONCE):
            self._residents |= set(
                self.session.scalars(select(Resident.id).where(Resident.id.in_(wanted[begin : begin + AT_ONCE])))
            )

    def find(self, line: Line) -> Device | None:
        """The device with this number."""
        try:
            return self._kept.get(read_number(line.cells.get("number", "")))
        except Wrong:
            return None  # told when the line is read

    def read(self, line: Line, row: Device | None) -> tuple[dict[str, Any], list[Fault]]:
        """The values of a line."""
        values, faults = read_values(COLUMNS, line.cells, None, new=row is None, line=line.number)
        resident_id = values.get("resident_id")
        if resident_id is not None and resident_id not in self._residents:
            faults.append(
                Fault("resident_id", f"没有编号{resident_id}的居民", f"nobody has the id {resident_id}", line.number, "居民编号")
            )
        return values, faults

    def same(self, values: Mapping[str, Any], row: Device | None) -> str:
        """A number once."""
        return row.number if row else str(values["number"])

    def differing(self, row: Device, values: Mapping[str, Any]) -> list[str]:
        """What would change."""
        return [key for key, value in values.items() if getattr(row, key) != value]

    def write(self, row: Device | None, values: Mapping[str, Any], differ: Sequence[str]) -> Device:
        """Keep it, by the rules of the devices' own pages; raises `Wrong`. Another resident's keys ring their own family."""
        kept = {key: getattr(row, key) for key in ("resident_id", "number", "model", "place", "kind")} if row else {}
        facts = kept | {key: value for key, value in values.items() if key != "status"}
        keys = {key.key: key.contact_id for key in row.keys} if row and facts["resident_id"] == row.resident_id else {}
        request = DeviceRequest(**facts, keys=keys)
        status = values.get("status", row.status if row else DeviceStatus.IN_STOCK)
        try:
            if row is None:
                return add_device(self.session, request, status, self.now, self.by)
            if set(differ) - {"status"}:
                change_device(self.session, row, request, self.now, self.by)
            if row.status is not status:
                move_device(self.session, row, status, self.now, self.by)
        except DeviceRefused as refused:
            zh, _, en = str(refused).partition("\n")
            raise Wrong(zh, en) from None
        return row

    def note(self, row: Device, differ: Sequence[str] | None) -> None:
        """The devices' own rules have written it."""

    def rows(self) -> Iterable[Sequence[str]]:
        """Those that are not retired."""
        asked = select(Device).where(Device.status != DeviceStatus.RETIRED).order_by(Device.id)
        for device in self.session.scalars(asked.options(joinedload(Device.resident))):
            yield [column.write(device, None) for column in COLUMNS]

    def name(self, values: Mapping[str, Any]) -> str:
        """Its number and place."""
        return f"{values['number']} {values['place']}"
