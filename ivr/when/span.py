"""A span of time in which somebody should come."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Span:
    """From `start` to `end`, both aware and in the community's time zone."""

    start: datetime
    end: datetime
