"""Providers as a table in a file: comma-separated values as spreadsheets write and read them."""

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from dispatch.providers.columns import BY_KEY, COLUMNS
from dispatch.providers.writing import Fault, names_of_skills
from models.providers import Provider

LARGEST_FILE = 8 * 1024 * 1024
MOST_LINES = 20_000
# A spreadsheet takes a cell that begins so for a formula, and runs it (OWASP, CSV injection).
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_HEADINGS = {name: column.key for column in COLUMNS for name in (column.key, column.zh, column.heading)}


class FileRefused(Exception):
    """The file as a whole cannot be read; `faults` says why."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        super().__init__("\n".join(map(str, faults)))


@dataclass(frozen=True)
class Line:
    """One line; `number` counts as an editor does, `cells` go by their columns' keys."""

    number: int
    cells: dict[str, str]
    faults: tuple[Fault, ...] = ()


def read_table(data: bytes) -> list[Line]:
    """The lines of a file in UTF-8, with or without a byte order mark, or in GBK; raises `FileRefused`."""
    text = _decode(data)
    first = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count), strict=True)
    lines: list[Line] = []
    keys: list[str] = []
    begins = 1
    try:
        for row in reader:
            number, begins = begins, reader.line_num + 1
            if not any(cell.strip() for cell in row):
                continue
            if not keys:
                keys = _read_headings(row, number)
                continue
            lines.append(_line(number, keys, row))
            if len(lines) > MOST_LINES:
                raise _refused(f"多于{MOST_LINES}行，请分成几个文件", f"more than {MOST_LINES} lines; split the file", number)
    except csv.Error as error:
        raise _refused(f"引号或换行不对（{error}）", f"quotes or line ends are wrong ({error})", reader.line_num) from None
    if not lines:
        raise _refused("文件里没有服务商", "there is no provider in the file")
    return lines


def write_table(session: Session) -> bytes:
    """All providers as such a file, in UTF-8 with a byte order mark, so that Excel reads it; importing it changes nothing."""
    names = names_of_skills(session)
    asked = select(Provider).order_by(Provider.id).options(selectinload(Provider.areas), selectinload(Provider.workers))
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([column.heading for column in COLUMNS])
    writer.writerows([_harmless(column.write(provider, names)) for column in COLUMNS] for provider in session.scalars(asked))
    return out.getvalue().encode("utf-8-sig")


def _decode(data: bytes) -> str:
    if len(data) > LARGEST_FILE:
        raise _refused(f"文件大于{LARGEST_FILE >> 20} MB", f"the file is larger than {LARGEST_FILE >> 20} MB")
    if b"\0" not in data:
        for encoding in ("utf-8-sig", "gb18030"):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError:
                continue
    raise _refused("不是文本文件，请存成CSV（UTF-8或GBK）", "this is no text; save it as CSV in UTF-8 or GBK")


def _read_headings(row: Iterable[str], number: int) -> list[str]:
    cells = [cell.strip() for cell in row]
    while cells and not cells[-1]:
        cells.pop()
    keys = [_HEADINGS.get(cell, "") for cell in cells]
    faults = [
        Fault("", f"没有“{cell}”这一列", f"there is no column {cell!r}", number)
        for cell, key in zip(cells, keys, strict=True)
        if not key
    ]
    faults += [Fault(key, "这一列有两次", "is there twice", number) for key in BY_KEY if keys.count(key) > 1]
    faults += [Fault(key, "缺这一列", "is missing", number) for key in ("name", "number") if key not in keys]
    if faults:
        raise FileRefused(faults)
    return keys


def _line(number: int, keys: list[str], row: list[str]) -> Line:
    beyond = [cell for cell in row[len(keys) :] if cell.strip()]
    faults = (Fault("", f"比表头多{len(beyond)}格", f"has {len(beyond)} cells more than the heading", number),) if beyond else ()
    return Line(number, {key: _unescaped(cell) for key, cell in zip(keys, row, strict=False)}, faults)


def _harmless(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell) else cell


def _unescaped(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def _refused(zh: str, en: str, line: int = 0) -> FileRefused:
    return FileRefused([Fault("", zh, en, line)])
