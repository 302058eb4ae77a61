"""How the traffic is shared among the gateways: pure functions over weights.

A gateway that fails, or is slow, loses half of what it has; every DRIFT_EVERY in which nothing more happens gives it back a fifth
of its whole weight. The measure of slowness is GOV.UK Notify's: 30 % of the messages of the last 10 min took over 4 min.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from random import Random

SLOW_AFTER = timedelta(minutes=4)
SLOW_WINDOW = timedelta(minutes=10)
SLOW_PERCENT = 30
# Fewer messages than this say nothing about a gateway.
ENOUGH = 5
DRIFT_EVERY = timedelta(minutes=5)
_DRIFT_PART = 5
# Workers whose messages fail at the same moment count as one failure.
_SAME_FAULT = timedelta(seconds=10)


@dataclass(frozen=True)
class Weight:
    """What a gateway has of its whole weight, since when, and why; `reason` is empty while nothing was taken from it."""

    weight: int
    changed_at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True)
class Speed:
    """How the messages of SLOW_WINDOW fared: those that can be judged by now, and those that took over SLOW_AFTER."""

    judged: int
    slow: int

    @property
    def is_slow(self) -> bool:
        """Whether the traffic is to go elsewhere."""
        return self.judged >= ENOUGH and self.slow * 100 >= self.judged * SLOW_PERCENT


def after_failure(known: Weight, reason: str, now: datetime) -> Weight:
    """What a gateway keeps when it has failed: half, and in the end nothing."""
    if known.reason and known.changed_at and now - known.changed_at < _SAME_FAULT:
        return known
    return Weight(known.weight // 2, now, reason)


def adjust(whole: int, known: Weight, speed: Speed, now: datetime) -> Weight:
    """What a gateway has from now on, looked at once a minute; the same object where nothing changes."""
    since = now - known.changed_at if known.changed_at else None
    if speed.is_slow and (since is None or since >= SLOW_WINDOW):
        return Weight(known.weight // 2, now, f"slow: {speed.slow}/{speed.judged}")
    if since is None or since < DRIFT_EVERY or speed.is_slow:
        return known
    more = min(whole, known.weight + ceil(whole / _DRIFT_PART))
    return Weight(more, now, "" if more == whole else known.reason)


def put_in_order(weights: Mapping[str, int], seed: str) -> list[str]:
    """The gateways in the order in which they are to be tried: drawn by their weights, those without any last."""
    draw = Random(seed)  # noqa: S311  (no secret)
    rest = {name: weight for name, weight in weights.items() if weight > 0}
    order = []
    while rest:
        [name] = draw.choices(list(rest), list(rest.values()))
        order.append(name)
        del rest[name]
    return order + [name for name in weights if name not in order]
