"""Which provider suits an order best: hard conditions, then a score. Pure: facts in, a ranking out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from math import asin, cos, radians, sin, sqrt

# What the score is made of; our own choice. Near comes first: the providers of one community are all rated alike.
WEIGHTS = {"near": 0.5, "rated": 0.35, "free": 0.15}
FAR_KM = 10.0  # from here on, distance makes no more difference
BEST_RATING = 5.0
# A provider is open for an order if it is open for half an hour of the wanted span, or for all of a shorter one.
OPEN_AT_LEAST = timedelta(minutes=30)
_EARTH_RADIUS_KM = 6371.0088  # mean radius, IUGG


@dataclass(frozen=True)
class OrderFacts:
    """What an order asks for; the span's times are aware, in the community's own time zone."""

    skill: str
    area_id: int
    latitude: float
    longitude: float
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class ProviderFacts:
    """What a provider offers; times of day are in the community's own time zone, and may run past midnight."""

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
    orders_that_day: int = 0
    offered_before: bool = False


@dataclass(frozen=True)
class Ranked:
    """A provider that fits; `score` is 0..1, `reasons` is what it was made of."""

    provider_id: int
    score: float
    reasons: dict[str, float]


def rank_providers(order: OrderFacts, providers: Iterable[ProviderFacts]) -> list[Ranked]:
    """The providers that fit the order, the best first; equals in the order of their ids."""
    ranked = [_score(order, provider) for provider in providers if fits(order, provider)]
    return sorted(ranked, key=lambda one: (-one.score, one.provider_id))


def fits(order: OrderFacts, provider: ProviderFacts) -> bool:
    """Whether the provider may be offered the order at all."""
    return (
        provider.active
        and not provider.offered_before
        and order.skill in provider.skills
        and order.area_id in provider.area_ids
        and _open_during(order, provider) >= min(OPEN_AT_LEAST, order.ends_at - order.starts_at)
    )


def distance_km(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Great-circle distance by the haversine formula, from degrees."""
    north, other_north = radians(latitude), radians(other_latitude)
    across = sin((other_north - north) / 2) ** 2
    along = cos(north) * cos(other_north) * sin(radians(other_longitude - longitude) / 2) ** 2
    return 2 * _EARTH_RADIUS_KM * asin(sqrt(min(1.0, across + along)))


def _score(order: OrderFacts, provider: ProviderFacts) -> Ranked:
    km = distance_km(order.latitude, order.longitude, provider.latitude, provider.longitude)
    parts = {
        "near": 1 - min(km, FAR_KM) / FAR_KM,
        "rated": provider.rating / BEST_RATING,
        "free": 1 / (1 + provider.orders_that_day),
    }
    score = sum(WEIGHTS[name] * part for name, part in parts.items())
    reasons = {
        "score": round(score, 4),
        "distance_km": round(km, 3),
        "rating": provider.rating,
        "orders_that_day": float(provider.orders_that_day),
    }
    return Ranked(provider.id, score, reasons)


def _open_during(order: OrderFacts, provider: ProviderFacts) -> timedelta:
    """For how long the provider is open within the wanted span; the weekday is that of the opening."""
    zone = order.starts_at.tzinfo
    open_for = timedelta()
    day = order.starts_at.date() - timedelta(days=1)  # yesterday's night shift may still be on
    while day <= order.ends_at.date():
        if day.weekday() in provider.open_weekdays:
            closing_day = day if provider.closes > provider.opens else day + timedelta(days=1)
            opens = datetime.combine(day, provider.opens, zone).astimezone(UTC)
            closes = datetime.combine(closing_day, provider.closes, zone).astimezone(UTC)
            open_for += max(timedelta(), min(closes, order.ends_at) - max(opens, order.starts_at))
        day += timedelta(days=1)
    return open_for
