"""Reports: what the days came to, by day, area, service, provider and operator, as charts, tables and CSV."""

import csv
import io
import logging
from collections.abc import Callable, Hashable, Iterable
from datetime import date, timedelta
from typing import Any, NamedTuple

from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy import select

from dispatch.figures import Report, read_report
from models.areas import Area
from models.daily_figures import FigurePart
from models.operators import Operator
from models.providers import Provider
from models.services import Service
from operator_console.context import facts, parts, signed_in
from operator_console.csv_cells import harmless
from operator_console.figure_words import FIGURES
from operator_console.languages import word
from operator_console.report_tables import BY, TABLES, Cell, Table, cell_of, figures_of, row_of
from operator_console.shared_facts import shared
from operator_console.times import local
from operator_console.words import Said

log = logging.getLogger(__name__)
reports = Blueprint("reports", __name__, url_prefix="/reports")

USUAL_DAYS = 30
MOST_DAYS = 366
# Days that are over are counted anew once an hour at most: what was read of them stands for so long.
KEPT_S = 300.0
# The page shows the greatest; a file holds all.
ROWS_SHOWN = 100
NOT_KNOWN = ("不详", "unknown")
NAMES: dict[FigurePart, Any] = {
    FigurePart.AREA: Area.name,
    FigurePart.SERVICE: Service.name,
    FigurePart.PROVIDER: Provider.name,
    FigurePart.OPERATOR: Operator.name,
}
WRONG_SPAN = Said(
    f"日期不对：请选不超过 {MOST_DAYS} 天、不在将来的一段。",
    f"Choose a span of at most {MOST_DAYS} days that does not lie in the future.",
)


class Shown(NamedTuple):
    """One table as it is shown: its key, itself, its rows, and the row of them all."""

    key: str
    table: Table
    rows: list[Markup]
    whole: list[tuple[str, Cell]]


@reports.get("")
def index() -> ResponseReturnValue:
    """The tables of one way to tell the figures apart, over a span of days."""
    by = request.args.get("by", "day")
    if by not in BY:
        abort(404)
    today = local(parts().clock()).date()
    span = _span(today)
    first, last = span or (today - timedelta(days=USUAL_DAYS - 1), today)
    report = _report(by, first, last)
    ordered = {key: _keys(by, key, report, first, last) for key in BY[by].tables}
    names = _names(by, {one for keys in ordered.values() for one in keys})
    whole = report.whole()
    shown = [_shown(key, report, whole, keys, names) for key, keys in ordered.items()]
    fault = None if span else WRONG_SPAN
    page = {"by": by, "ways": BY, "first": first, "last": last, "today": today, "spans": _spans(today), "most": ROWS_SHOWN}
    keys = dict.fromkeys(column.key for one in shown for column in one.table.columns)
    html = render_template(
        "reports.html",
        **page,
        shown=shown,
        fault=fault,
        figures=FIGURES,
        explained=keys,
        more=by != "day" and len(report.rows) > ROWS_SHOWN,
    )
    return html, 200 if span else 400


@reports.get("/<by>/<name>.csv")
def export(by: str, name: str) -> Response:
    """One table with all its rows as a file; times in seconds, shares in per cent."""
    if by not in BY or name not in BY[by].tables:
        abort(404)
    span = _span(local(parts().clock()).date()) or abort(400)
    report = _report(by, *span)
    names, columns = _names(by, report.rows), TABLES[name].columns
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([f"{BY[by].name.zh} {BY[by].name.en}", *(f"{FIGURES[one.key].zh} {FIGURES[one.key].en}" for one in columns)])
    for key in _keys(by, name, report, *span, all_of_them=True):
        writer.writerow([harmless(_name(key, names)), *(_plain(cell_of(report, key, one).value) for one in columns)])
    log.info("report %s by %s was exported by operator %d", name, by, signed_in().id)
    headers = {"Content-Disposition": f'attachment; filename="{name}-{by}-{span[0]:%Y%m%d}-{span[1]:%Y%m%d}.csv"'}
    return Response(out.getvalue().encode("utf-8-sig"), mimetype="text/csv", headers=headers)


def _report(by: str, first: date, last: date) -> Report:
    now = parts().clock()
    key = "kept figures", by, first, last, local(now).date()

    def remember(read: Callable[[], Report]) -> Report:
        return shared(key, read, lasts_s=KEPT_S)

    part, wanted = BY[by].part, figures_of(by)
    return read_report(facts(), parts().settings, (first, last), now, part, wanted=wanted, remember=remember)


def _span(today: date) -> tuple[date, date] | None:
    """The days that were asked for, or the usual ones; None where they make no span."""
    try:
        last = date.fromisoformat(request.args.get("last") or today.isoformat())
        usual = last - timedelta(days=USUAL_DAYS - 1)
        first = date.fromisoformat(request.args.get("first") or usual.isoformat())
    except (ValueError, OverflowError):
        return None
    return (first, last) if first <= last <= today and (last - first).days < MOST_DAYS else None


def _spans(today: date) -> list[tuple[Said, date, date]]:
    """What is asked for most."""
    month = today.replace(day=1)
    before = month - timedelta(days=1)
    return [
        (Said("今天", "today"), today, today),
        (Said("7 天", "7 days"), today - timedelta(days=6), today),
        (Said("30 天", "30 days"), today - timedelta(days=29), today),
        (Said("本月", "this month"), month, today),
        (Said("上月", "last month"), before.replace(day=1), before),
        (Said("一年", "a year"), today - timedelta(days=364), today),
    ]


def _keys(by: str, table: str, report: Report, first: date, last: date, *, all_of_them: bool = False) -> list[Hashable]:
    """The rows in their order: every day, or whatever has most of the table's first figure."""
    if by == "day":
        return [first + timedelta(days=after) for after in range((last - first).days + 1)]
    chief = TABLES[table].columns[0].key
    keys = sorted(report.rows, key=lambda key: (-report.rows[key][chief], str(key)))
    return keys if all_of_them else keys[:ROWS_SHOWN]


def _names(by: str, keys: Iterable[Hashable]) -> dict[Any, str]:
    part = BY[by].part
    if part is None:
        return {}
    name = NAMES[part]
    asked = select(name.class_.id, name).where(name.class_.id.in_(key for key in keys if key))
    return {row_id: told for row_id, told in facts().execute(asked)}  # noqa: C416 - rows are no pairs to mypy


def _name(key: Hashable, names: dict[Any, str]) -> str:
    return key.isoformat() if isinstance(key, date) else names.get(key) or word(*NOT_KNOWN)


def _shown(key: str, report: Report, whole: Report, keys: list[Hashable], names: dict[Any, str]) -> Shown:
    rows = [row_of(key, _name(one, names), report, one) for one in keys]
    all_of_them = [(FIGURES[column.key].zh, cell_of(whole, None, column)) for column in TABLES[key].columns]
    return Shown(key, TABLES[key], rows, all_of_them)


def _plain(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}".rstrip("0").rstrip(".")
