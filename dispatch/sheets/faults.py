"""What is wrong with a table or a form: where, and why, in both languages."""

from dataclasses import dataclass


class Wrong(Exception):
    """What is written in a cell cannot be meant; why, in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh, en)
        self.zh = zh
        self.en = en


@dataclass(frozen=True)
class Fault:
    """What is wrong with a column of one line; `line` counts as an editor does, 0 where there is none."""

    column: str  # its key, or "" for the whole line
    zh: str
    en: str
    line: int = 0
    called: str = ""  # the column's Chinese name

    def __str__(self) -> str:
        """Where and what, in both languages."""
        where = f"第{self.line}行" if self.line else ""
        where_en = f"line {self.line}" if self.line else ""
        if self.column:
            where += f"「{self.called or self.column}」"
            where_en = f"{where_en}, {self.column}" if where_en else self.column
        return f"{where}{self.zh} / {where_en}{' ' if where_en else ''}{self.en}"


class FileRefused(Exception):
    """The file as a whole cannot be read; `faults` says why."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        super().__init__("\n".join(map(str, faults)))
