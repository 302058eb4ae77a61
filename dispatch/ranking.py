"""Which provider suits an order best: hard conditions, then what comes first, then a score. Pure: facts in, a ranking out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from dispatch.matching.conditions import free_workers, hindrances, suitable_workers
from dispatch.matching.facts import OrderFacts, ProviderFacts
from dispatch.matching.hours import Wall
from dispatch.matching.reasons import Ranking, Scored, explain
from dispatch.matching.scoring import WEIGHTS, distance_km, part_values

_WEIGHTS = tuple(WEIGHTS.values())


@dataclass(frozen=True, slots=True)
class Ranked:
    """A provider that fits; `score` is 0..1, and `planned` tells that the day's plan chose it."""

    provider_id: int
    score: float
    planned: bool
    _ranking: Ranking
    _place: int

    @property
    def worker_id(self) -> int | None:
        """Who should go, where that is known: planned, wished, or the order leaves little choice."""
        ranking = self._ranking
        return _worker_id(ranking.order, ranking.fitting[self._place].provider, ranking.wall)

    @property
    def reasons(self) -> dict[str, Any]:
        """What the ranking saw, what each part of the score was worth, and what would have made another first: JSON.

        `dispatch.matching.words` puts it into words. It is made when it is asked for: few of a thousand are.
        """
        return explain(self._ranking, self._place)


def rank_providers(order: OrderFacts, providers: Iterable[ProviderFacts]) -> list[Ranked]:
    """The providers that fit the order, the best first; equals in the order of their ids.

    Whom the day's plan chose comes before all others, then whom the resident wishes again, then volunteers where the service
    puts them first; within each the score decides.
    """
    wall = Wall.of(order)
    fitting: list[Scored] = []
    others: list[Scored] = []
    for provider in providers:
        hindrance = next(hindrances(order, provider, wall), None)
        (others if hindrance else fitting).append(_score(order, provider, wall, hindrance))
    fitting.sort(key=lambda one: (one.tier, -one.score, one.provider.id))
    ranking = Ranking(order, wall, fitting, others)
    return [Ranked(one.provider.id, one.score, one.tier == _PLANNED, ranking, place) for place, one in enumerate(fitting)]


def fits(order: OrderFacts, provider: ProviderFacts) -> bool:
    """Whether the provider may be offered the order at all."""
    return next(hindrances(order, provider, Wall.of(order)), None) is None


_PLANNED, _AGAIN, _VOLUNTEER, _ORDINARY = range(4)


def _score(order: OrderFacts, provider: ProviderFacts, wall: Wall, hindrance: str | None) -> Scored:
    km = distance_km(order.latitude, order.longitude, provider.latitude, provider.longitude)
    parts = part_values(order, provider, km)
    score = 0.0
    for weight, part in zip(_WEIGHTS, parts, strict=True):
        score += weight * part
    return Scored(provider, _tier(order, provider, wall), score, parts, km, hindrance)


def _tier(order: OrderFacts, provider: ProviderFacts, wall: Wall) -> int:
    if provider.id == order.planned_provider_id:
        return _PLANNED
    if provider.id in order.again_providers or (order.again_workers and _has_wished(order, provider, wall)):
        return _AGAIN
    return _VOLUNTEER if order.volunteers_first and provider.volunteer else _ORDINARY


def _has_wished(order: OrderFacts, provider: ProviderFacts, wall: Wall) -> bool:
    """Whether a worker whom the resident wishes again is the provider's, and can come."""
    if not any(one.id in order.again_workers for one in provider.workers or ()):
        return False
    return any(one in order.again_workers for one in _free(order, provider, wall))


def _worker_id(order: OrderFacts, provider: ProviderFacts, wall: Wall) -> int | None:
    if not provider.workers:
        return None
    free = _free(order, provider, wall)
    if provider.id == order.planned_provider_id and order.planned_worker_id in free:
        return order.planned_worker_id
    wished = next((one for one in free if one in order.again_workers), None)
    no_choice = len(provider.workers) == 1 or order.gender or order.never_workers
    return wished or (free[0] if no_choice and free else None)


def _free(order: OrderFacts, provider: ProviderFacts, wall: Wall) -> Sequence[int]:
    suitable = suitable_workers(order, provider) or ()
    return [one.id for one in free_workers(wall, provider, suitable)]
