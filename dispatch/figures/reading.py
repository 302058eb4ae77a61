"""Reading figures for a span of days: what is kept of those that are over, and today as it is now."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Hashable
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dispatch.figures.counting import count_figures, span_of
from dispatch.figures.day import GREATEST, Figures, median_of
from models.daily_figures import DailyFigure, DailyHandling, FigurePart
from models.settings import Settings

_NOT_FIGURES = frozenset({"id", "day", "part", "part_id"})
_COLUMNS = [column for column in DailyFigure.__table__.columns if column.name not in _NOT_FIGURES]
NAMES = tuple(column.name for column in _COLUMNS)


@dataclass
class Report:
    """Figures by day, or by a part's id; `handling_s` is the median."""

    rows: defaultdict[Hashable, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    handling: defaultdict[Hashable, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))

    def add(self, key: Hashable, row: Counter[str], handling: Counter[int]) -> None:
        """Put more into a row."""
        kept = self.rows[key]
        for name, value in row.items():
            kept[name] = max(kept[name], value) if name in GREATEST else kept[name] + value
        self.handling[key] += handling

    def handling_s(self, key: Hashable) -> int | None:
        """The median handling time of one row."""
        return median_of(self.handling[key])

    def whole(self) -> "Report":
        """All rows as one, whose key is None."""
        one = Report()
        for key, row in self.rows.items():
            one.add(None, row, self.handling[key])
        return one


def read_report(
    session: Session,
    settings: Settings,
    days: tuple[date, date],
    now: datetime,
    part: FigurePart | None,
    *,
    wanted: Collection[str] = NAMES,
    remember: Callable[[Callable[[], Report]], Report] = lambda read: read(),
) -> Report:
    """The figures from the first of `days` to the second, both of them in it: by `part`, or by day where it is None.

    Of the days that are over only those `wanted` are added up: a year of a thousand providers is many. They change once an hour
    at most: through `remember` what was read of them can be used again.
    """
    zone = ZoneInfo(settings.timezone)
    today = now.astimezone(zone).date()
    kept = remember(lambda: _read_kept(session, days, today, part, wanted))
    report = Report(defaultdict(Counter, kept.rows), defaultdict(Counter, kept.handling))  # what is remembered stays as it is
    if days[0] <= today <= days[1]:
        of = part or FigurePart.AREA
        figures = count_figures(session, span_of(today, zone), now, [of])
        _add_today(report, figures, of, today if part is None else None)
    return report


def _read_kept(
    session: Session, days: tuple[date, date], today: date, part: FigurePart | None, wanted: Collection[str]
) -> Report:
    first, last = days
    report = Report()
    key = DailyFigure.day if part is None else DailyFigure.part_id
    of = part or FigurePart.AREA
    columns = [column for column in _COLUMNS if column.name in wanted]
    sums = [func.max(column) if column.name in GREATEST else func.sum(column) for column in columns]
    names = [column.name for column in columns]
    kept = DailyFigure.day.between(first, last) & (DailyFigure.day < today) & (DailyFigure.part == of)
    for one, *values in session.execute(select(key, *sums).where(kept).group_by(key)):
        report.rows[one] = Counter(dict(zip(names, map(int, values), strict=True)))
    step_key = DailyHandling.day if part is None else DailyHandling.part_id
    steps = DailyHandling.day.between(first, last) & (DailyHandling.day < today) & (DailyHandling.part == of)
    asked = select(step_key, DailyHandling.up_to_s, func.sum(DailyHandling.calls)).where(steps)
    for one, step, calls in session.execute(asked.group_by(step_key, DailyHandling.up_to_s)):
        report.handling[one][step] = int(calls)
    return report


def _add_today(report: Report, figures: Figures, part: FigurePart, day: date | None) -> None:
    own = {(day or part_id, part_id): row for (of, part_id), row in figures.rows.items() if of is part}
    for key in {key for key, _ in own}:
        report.rows[key], report.handling[key] = Counter(report.rows[key]), Counter(report.handling[key])
    for (key, part_id), row in own.items():
        report.add(key, row, figures.handling[part, part_id])
