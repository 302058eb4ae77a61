"""The reports' tables as data: which figures each has, and how a figure is worked out of what is kept."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from markupsafe import Markup

from dispatch.figures import Report
from models.daily_figures import FigurePart
from operator_console.figure_words import (
    ABANDONED_AT_MOST,
    ACCEPTED_IN_15_MIN,
    ALARMS_IN_60_S,
    ANSWERED_IN_15_S,
    FIGURES,
    minutes,
    percent,
)
from operator_console.words import Said

# So many rows: a year by day is eleven hundred.
_REMEMBERED = 4000
_ROW = Markup('<tr><th scope="row">{}</th>{}</tr>')
# Each cell with its column's name, as a narrow screen has it.
_CELL = Markup('<td data-name="{}" data-value="{}">{}</td>')
_MISSED = Markup('<td data-name="{}" data-value="{}" class="missed">{}</td>')


class Kind(StrEnum):
    """What sort of figure it is."""

    COUNT = "count"
    SHARE = "share"
    TIME = "time"  # in seconds
    MEDIAN = "median"  # of the handling times, in seconds
    SCORE = "score"


class Column(NamedTuple):
    """One figure of a table. `whole` is what a share is of; `chart` is bar, line, or nothing."""

    key: str
    kind: Kind = Kind.COUNT
    whole: str = ""
    goal: float | None = None
    less_is_better: bool = False
    chart: str = ""


class Table(NamedTuple):
    """One table with its chart."""

    name: Said
    columns: tuple[Column, ...]


@dataclass(frozen=True)
class Cell:
    """A figure in a row: the number (None where there is none), in words, and whether it misses its goal."""

    value: float | None
    words: str
    missed: bool = False


HANDLING = Column("handling_s", Kind.MEDIAN)
IN_TIME = Column("in_15_s", Kind.SHARE, "waited", ANSWERED_IN_15_S, chart="line")
SCORE = Column("score", Kind.SCORE)
TABLES = {
    "calls": Table(
        Said("来电", "Calls"),
        (
            Column("calls", chart="bar"),
            Column("by_machine", chart="bar"),
            Column("waited", chart="bar"),
            IN_TIME,
            Column("abandoned", Kind.SHARE, "waited", ABANDONED_AT_MOST, less_is_better=True, chart="line"),
            HANDLING,
        ),
    ),
    "alarms": Table(
        Said("求助", "Alarms"),
        (
            Column("alarms", chart="bar"),
            Column("alarms_in_15_s", Kind.SHARE, "alarms"),
            Column("alarms_in_60_s", Kind.SHARE, "alarms", ALARMS_IN_60_S, chart="line"),
            Column("alarms_in_180_s", Kind.SHARE, "alarms"),
            Column("slowest_s", Kind.TIME),
        ),
    ),
    "orders": Table(
        Said("订单", "Orders"),
        (
            Column("placed", chart="bar"),
            Column("in_15_min", Kind.SHARE, "at_once", ACCEPTED_IN_15_MIN, chart="line"),
            Column("accepted"),
            Column("done", chart="bar"),
            Column("cancelled", chart="bar"),
            Column("unfilled"),
            Column("complaints"),
            SCORE,
        ),
    ),
    "offers": Table(
        Said("服务商", "Providers"),
        (
            Column("offers", chart="bar"),
            Column("offers_accepted", chart="bar"),
            Column("offers_refused"),
            Column("offers_expired"),
            Column("done", chart="bar"),
            Column("complaints"),
            SCORE,
        ),
    ),
    "operators": Table(
        Said("话务员", "Operators"),
        (
            Column("answered", chart="bar"),
            IN_TIME,
            HANDLING,
            Column("talking_s", Kind.TIME),
            Column("ready_s", Kind.TIME),
            Column("pause_s", Kind.TIME),
            Column("wrap_up_s", Kind.TIME),
        ),
    ),
}


class By(NamedTuple):
    """A way to tell the figures apart, and the tables that have it."""

    name: Said
    part: FigurePart | None
    tables: tuple[str, ...]


BY = {
    "day": By(Said("按日", "By day"), None, ("calls", "alarms", "orders")),
    "area": By(Said("按片区", "By area"), FigurePart.AREA, ("calls", "alarms", "orders")),
    "service": By(Said("按服务", "By service"), FigurePart.SERVICE, ("orders",)),
    "provider": By(Said("按服务商", "By provider"), FigurePart.PROVIDER, ("offers",)),
    "operator": By(Said("按话务员", "By operator"), FigurePart.OPERATOR, ("operators",)),
}


def _kept_for(columns: Sequence[Column]) -> tuple[str, ...]:
    scores = {"score_sum", "scores"} if SCORE in columns else set()
    return tuple(sorted({column.key for column in columns} | {column.whole for column in columns if column.whole} | scores))


_KEPT = {key: _kept_for(table.columns) for key, table in TABLES.items()}


def figures_of(by: str) -> frozenset[str]:
    """The kept figures that the tables of `by` are worked out of."""
    return frozenset(name for table in BY[by].tables for name in _KEPT[table])


def cell_of(report: Report, key: Hashable, column: Column) -> Cell:
    """One figure of one row."""
    return _cell(report.rows[key], report.handling_s(key) if column.kind is Kind.MEDIAN else None, column)


def row_of(table: str, name: str, report: Report, key: Hashable) -> Markup:
    """A row as it is shown: a year has a thousand of them, and those of days that are over look as they did."""
    row, columns = report.rows[key], TABLES[table].columns
    handling_s = report.handling_s(key) if HANDLING in columns else None
    return _row(table, name, tuple(row.get(one, 0) for one in _KEPT[table]), handling_s)


@lru_cache(maxsize=_REMEMBERED)
def _row(table: str, name: str, kept: tuple[int, ...], handling_s: int | None) -> Markup:
    row = dict(zip(_KEPT[table], kept, strict=True))
    told = []
    for column in TABLES[table].columns:
        cell = _cell(row, handling_s, column)
        value = "" if cell.value is None else cell.value
        told.append((_MISSED if cell.missed else _CELL).format(FIGURES[column.key].zh, value, cell.words))
    return _ROW.format(name, Markup().join(told))


def _cell(row: Mapping[str, int], handling_s: int | None, column: Column) -> Cell:
    if column.kind is Kind.COUNT:
        return Cell(row[column.key], f"{row[column.key]:,}")
    if column.kind is Kind.TIME:
        return Cell(row[column.key], minutes(row[column.key] or None))
    if column.kind is Kind.MEDIAN:
        return Cell(handling_s, minutes(handling_s))
    if column.kind is Kind.SCORE:
        score = row["score_sum"] / row["scores"] if row["scores"] else None
        return Cell(score, "–" if score is None else f"{score:.1f}")
    return _share(row[column.key], row[column.whole], column)


def _share(part: int, whole: int, column: Column) -> Cell:
    if not whole:
        return Cell(None, "–")
    value = part / whole
    goal = column.goal
    missed = goal is not None and (value > goal if column.less_is_better else value < goal)
    return Cell(round(value * 100, 1), percent(value), missed)
