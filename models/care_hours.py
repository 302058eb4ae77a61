"""The hours in which a resident may be called, as settings and residents' pages have them: 9:00-11:30,14:30-18:00."""

import re
from datetime import time
from itertools import pairwise

Hours = tuple[tuple[time, time], ...]

_STRETCH = re.compile(r"(\d{1,2})[:：](\d{2})\s*[-–~～至到]\s*(\d{1,2})[:：](\d{2})")


def read_hours(written: str) -> Hours:
    """Stretches of a day, the earliest first; raises ValueError for what is none, overlaps or ends before it begins."""
    stretches = []
    for part in re.split(r"[,，、;；]", written.strip()):
        found = _STRETCH.fullmatch(part.strip())
        if not found:
            raise ValueError(f"not hours such as 9:00-11:30,14:30-18:00: {written!r}")
        from_hour, from_minute, to_hour, to_minute = map(int, found.groups())
        stretches.append((time(from_hour, from_minute), time(to_hour, to_minute)))
    stretches.sort()
    edges = [edge for stretch in stretches for edge in stretch]
    if any(one >= two for one, two in pairwise(edges)):
        raise ValueError(f"hours that end before they begin, or overlap: {written!r}")
    return tuple(stretches)
