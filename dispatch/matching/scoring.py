"""How well a provider that fits suits an order: parts between 0 and 1, each with its weight."""

from collections.abc import Mapping
from math import asin, cos, radians, sin, sqrt

from dispatch.matching.facts import OrderFacts, ProviderFacts

# What the score is made of; our own choice. Near comes first: who has a short way comes soon and can come often.
WEIGHTS: Mapping[str, float] = {"near": 0.35, "rated": 0.15, "credit": 0.15, "free": 0.15, "fair": 0.1, "cheap": 0.1}
FAR_KM = 10.0  # from here on, distance makes no more difference
BEST_RATING = 5.0
BEST_CREDIT = 100.0
MANY_OFFERS = 20  # lately: who was asked so often had its share
CHEAPEST_PERCENT, DEAREST_PERCENT = 50, 150  # of the catalogue's price
_EARTH_RADIUS_KM = 6371.0088  # mean radius, IUGG


def part_values(order: OrderFacts, provider: ProviderFacts, km: float) -> tuple[float, float, float, float, float, float]:
    """The parts, in the order of WEIGHTS: near, well rated, trusted, free that day, long not asked, cheap."""
    percent = provider.price_percent
    return (
        1 - km / FAR_KM if km < FAR_KM else 0.0,
        provider.rating / BEST_RATING,
        provider.credit / BEST_CREDIT,
        1 - provider.orders_that_day / provider.orders_a_day if provider.orders_that_day < provider.orders_a_day else 0.0,
        1 - provider.offers_lately / MANY_OFFERS if provider.offers_lately < MANY_OFFERS else 0.0,
        (DEAREST_PERCENT - min(max(percent, CHEAPEST_PERCENT), DEAREST_PERCENT)) / (DEAREST_PERCENT - CHEAPEST_PERCENT),
    )


def needed_for(part: str, value: float, provider: ProviderFacts) -> float | None:
    """What the fact behind `part` would have to be for its value to be `value`; None if it cannot be."""
    if not 0 <= value <= 1:
        return None
    needed = {
        "near": FAR_KM * (1 - value),
        "rated": BEST_RATING * value,
        "credit": BEST_CREDIT * value,
        "free": provider.orders_a_day * (1 - value),
        "fair": MANY_OFFERS * (1 - value),
        "cheap": DEAREST_PERCENT - (DEAREST_PERCENT - CHEAPEST_PERCENT) * value,
    }
    return needed[part]


def distance_km(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Great-circle distance by the haversine formula, from degrees."""
    north, other_north = radians(latitude), radians(other_latitude)
    across = sin((other_north - north) / 2) ** 2
    along = cos(north) * cos(other_north) * sin(radians(other_longitude - longitude) / 2) ** 2
    return 2 * _EARTH_RADIUS_KM * asin(sqrt(min(1.0, across + along)))
