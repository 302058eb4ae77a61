"""What matching knows of an order and of a provider."""

from dataclasses import dataclass
from datetime import datetime, time

Span = tuple[int, int]  # from, to: minutes since the epoch, as `matching.hours.minute_of`
NOBODY = frozenset[int]()


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """What an order asks for; the span's times are aware, in the community's own time zone.

    `gender` is a condition (female, male, or "" for anybody). The sets hold ids: whom the resident wishes again, and whom never.
    """

    skill: str
    area_id: int
    latitude: float
    longitude: float
    starts_at: datetime
    ends_at: datetime
    duration_min: int = 60
    gender: str = ""
    volunteers_first: bool = False
    again_providers: frozenset[int] = NOBODY
    again_workers: frozenset[int] = NOBODY
    never_providers: frozenset[int] = NOBODY
    never_workers: frozenset[int] = NOBODY
    planned_provider_id: int | None = None
    planned_worker_id: int | None = None


@dataclass(frozen=True, slots=True)
class WorkerFacts:
    """An active worker, and when they are at work for somebody else."""

    id: int
    gender: str
    busy: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class ProviderFacts:
    """What a provider offers; times of day are in the community's own time zone, and may run past midnight.

    `workers` is None where nobody is on its list: then it decides itself whom it sends, and how many at a time.
    `busy` are visits of which only the provider is known.
    """

    id: int
    skills: frozenset[str]
    area_ids: frozenset[int]
    latitude: float
    longitude: float
    opens: time
    closes: time
    open_weekdays: frozenset[int]
    rating: float
    active: bool = True
    frozen: bool = False
    volunteer: bool = False
    days_off: frozenset[str] = frozenset()  # ISO dates
    orders_a_day: int = 8
    orders_that_day: int = 0
    price_percent: int = 100
    credit: float = 80.0
    offers_lately: int = 0
    offered_before: bool = False
    workers: tuple[WorkerFacts, ...] | None = None
    busy: tuple[Span, ...] = ()
