"""Comma-separated values as spreadsheets write and read them, in UTF-8 or GB 18030."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dispatch.sheets.columns import Column
from dispatch.sheets.faults import Fault, FileRefused

LARGEST_FILE = 8 * 1024 * 1024
MOST_LINES = 20_000
# A spreadsheet takes a cell that begins so for a formula, and runs it (OWASP, CSV injection).
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


@dataclass(frozen=True)
class Line:
    """One line; `number` counts as an editor does, `cells` go by their columns' keys."""

    number: int
    cells: dict[str, str]
    faults: tuple[Fault, ...] = ()


def read_file(data: bytes, columns: Sequence[Column], demanded: Iterable[str], nothing: tuple[str, str]) -> list[Line]:
    """The lines of a file; raises `FileRefused`, also where a `demanded` column is missing, or, with `nothing`, every line."""
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
                keys = _read_headings(row, number, columns, demanded)
                continue
            lines.append(_line(number, keys, row))
            if len(lines) > MOST_LINES:
                raise _refused(f"多于{MOST_LINES}行，请分成几个文件", f"more than {MOST_LINES} lines; split the file", number)
    except csv.Error as error:
        raise _refused(f"引号或换行不对（{error}）", f"quotes or line ends are wrong ({error})", reader.line_num) from None
    if not lines:
        raise _refused(*nothing)
    return lines


def write_file(columns: Sequence[Column], rows: Iterable[Iterable[str]]) -> bytes:
    """Cells as such a file, in UTF-8 with a byte order mark, so that Excel reads it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([column.heading for column in columns])
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
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


def _read_headings(row: Iterable[str], number: int, columns: Sequence[Column], demanded: Iterable[str]) -> list[str]:
    headings = {name: column.key for column in columns for name in (column.key, column.zh, column.heading)}
    names = {column.key: column.zh for column in columns}
    cells = [cell.strip() for cell in row]
    while cells and not cells[-1]:
        cells.pop()
    keys = [headings.get(cell, "") for cell in cells]
    faults = [
        Fault("", f"没有“{cell}”这一列", f"there is no column {cell!r}", number)
        for cell, key in zip(cells, keys, strict=True)
        if not key
    ]
    faults += [Fault(key, "这一列有两次", "is there twice", number, names[key]) for key in names if keys.count(key) > 1]
    faults += [Fault(key, "缺这一列", "is missing", number, names[key]) for key in demanded if key not in keys]
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
