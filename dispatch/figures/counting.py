"""All figures of a span, counted from the facts by their indexes."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from dispatch.figures.calls import count_calls, count_talking
from dispatch.figures.day import Figures, Span
from dispatch.figures.desks import count_desks
from dispatch.figures.orders import count_orders
from models.daily_figures import FigurePart


def span_of(day: date, zone: ZoneInfo) -> Span:
    """A day by the community's clock."""
    return Span(datetime.combine(day, time(), zone), datetime.combine(day + timedelta(days=1), time(), zone))


def count_figures(session: Session, span: Span, now: datetime, parts: Collection[FigurePart] = tuple(FigurePart)) -> Figures:
    """What the span came to so far, told apart by `parts`: each costs some statements."""
    figures = Figures()
    count_calls(session, span, figures, parts)
    if FigurePart.OPERATOR in parts:
        count_talking(session, span, figures)
        count_desks(session, span, now, figures)
    count_orders(session, span, figures, parts)
    return figures
