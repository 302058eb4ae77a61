"""The hours of a day in which somebody may come."""

from dataclasses import dataclass

from ivr.when.hours import CLOSES, DAY, LATE, OPENS


@dataclass(frozen=True)
class Window:
    """A time of day in minutes from midnight; `end` may lie beyond 24 h.

    A `flexible` one may be begun late, if it is `onward` not by hours (三点以后, said at six, is tomorrow); a `deadline` may
    be begun at any time before its end.
    """

    start: int
    end: int
    flexible: bool = False
    onward: bool = False
    deadline: bool = False


@dataclass(frozen=True)
class TimeOfDay:
    """A time of day named at `start:end` of the sentence; `windows` are those it can mean, the likeliest first.

    An `exact` one names a clock; a `faint` one means a time only beside a day (明天午饭). `edge` is "before" or "after" what
    was named.
    """

    start: int
    end: int
    windows: tuple[Window, ...]
    exact: bool = False
    faint: bool = False
    edge: str = ""


# where nothing but a day is named
WHOLE_DAY = (
    Window(OPENS, CLOSES, flexible=True),
    Window(OPENS, LATE, flexible=True),
    Window(OPENS, DAY, flexible=True),
)
