"""What one span of time came to, told apart by area, service, provider and operator."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func

from models.daily_figures import FigurePart

Key = tuple[FigurePart, int]

# Handling times are kept in steps, so that the median of a year is known without its calls: 15 s up to five minutes, a minute
# up to half an hour.
STEPS_S = (*range(15, 301, 15), *range(360, 1801, 60))
LONGER_S = 3600
# What is not a sum over days.
GREATEST = frozenset({"slowest_s"})


@dataclass
class Figures:
    """Figures by name, and how many calls were handled in up to so many seconds, of each part."""

    rows: defaultdict[Key, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    handling: defaultdict[Key, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))

    def add(self, part: FigurePart, part_id: int | None, figures: Mapping[str, Any]) -> None:
        """Add to what is known of a part; what is None counts for nothing."""
        row = self.rows[part, part_id or 0]
        for name, value in figures.items():
            if name in GREATEST:
                row[name] = max(row[name], round(value or 0))
            else:
                row[name] += round(value or 0)

    def handled(self, part: FigurePart, part_id: int | None, seconds: float) -> None:
        """Count a call that was handled in so many seconds."""
        self.handling[part, part_id or 0][step_of(seconds)] += 1


@dataclass(frozen=True)
class Span:
    """From the first moment to before the last."""

    start: datetime
    end: datetime

    def holds(self, moment: Any) -> ColumnElement[bool]:
        """Whether a column's moment is in it."""
        within: ColumnElement[bool] = (moment >= self.start) & (moment < self.end)
        return within


def step_of(seconds: float) -> int:
    """The step that a handling time is kept as."""
    return next((step for step in STEPS_S if seconds <= step), LONGER_S)


def median_of(handling: Mapping[int, int]) -> int | None:
    """The median of handling times, to the step that holds it; None where nothing was handled."""
    half, so_far = sum(handling.values()) / 2, 0
    for step in sorted(handling):
        so_far += handling[step]
        if so_far >= half:
            return step
    return None


def count_of(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """How many of the rows are so."""
    counted: ColumnElement[int] = func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
    return counted
