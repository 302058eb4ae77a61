"""Why a provider stands where it does in a ranking, and what would have put another before it."""

from collections import Counter
from dataclasses import dataclass
from itertools import islice
from typing import Any

from dispatch.matching.conditions import hindrances
from dispatch.matching.facts import OrderFacts, ProviderFacts
from dispatch.matching.hours import Wall
from dispatch.matching.scoring import WEIGHTS, needed_for

# Named in the reasons of one offer: the next ones, and those that would have been better but for one condition.
OTHERS_NAMED = 3
FIRST_BECAUSE = ("planned", "again", "volunteer", "")  # by tier
# Conditions that a provider far from meeting the order fails too: nobody asks why a hairdresser does not mend pipes.
_NOT_WORTH_TELLING = ("inactive", "skill", "area")


@dataclass(frozen=True, slots=True)
class Scored:
    """A provider with its score, whether or not it fits; a lower tier comes first, `hindrance` is what it fails."""

    provider: ProviderFacts
    tier: int
    score: float
    parts: tuple[float, ...]
    km: float
    hindrance: str | None


@dataclass(frozen=True, slots=True)
class Ranking:
    """All that was seen: those that fit, in their order, and those that do not."""

    order: OrderFacts
    wall: Wall
    fitting: list[Scored]
    others: list[Scored]


def explain(ranking: Ranking, place: int) -> dict[str, Any]:
    """The reasons of the provider at `place` as JSON: facts, parts, `instead`, and how many failed which condition."""
    one = ranking.fitting[place]
    provider = one.provider
    return {
        "place": place + 1,
        "of": len(ranking.fitting),
        "first_because": FIRST_BECAUSE[one.tier],
        "score": round(one.score, 4),
        "distance_km": round(one.km, 3),
        "rating": provider.rating,
        "credit": provider.credit,
        "orders_that_day": provider.orders_that_day,
        "orders_a_day": provider.orders_a_day,
        "offers_lately": provider.offers_lately,
        "price_percent": provider.price_percent,
        "parts": {name: round(weight * part, 4) for (name, weight), part in zip(WEIGHTS.items(), one.parts, strict=True)},
        "instead": [*_next_ones(ranking, place), *_hindered(ranking, one)],
        "not_asked": dict(Counter(other.hindrance for other in ranking.others)),
    }


def _next_ones(ranking: Ranking, place: int) -> list[dict[str, Any]]:
    """What each of the next ones would have needed to come before; every need would have been enough by itself."""
    first = ranking.fitting[place]
    told = []
    for other in islice(ranking.fitting, place + 1, place + 1 + OTHERS_NAMED):
        behind = first.score - other.score
        needs: dict[str, Any] = {}
        if other.tier > first.tier:
            needs["first_because"] = FIRST_BECAUSE[first.tier]
        else:
            for (name, weight), part in zip(WEIGHTS.items(), other.parts, strict=True):
                needed = needed_for(name, part + behind / weight, other.provider)
                if needed is not None:
                    needs[name] = round(needed, 2)
        told.append({"provider_id": other.provider.id, "behind": round(behind, 4), "needs": needs})
    return told


def _hindered(ranking: Ranking, first: Scored) -> list[dict[str, Any]]:
    """Those that would have come before but for the one condition that they fail."""
    better = (
        other
        for other in sorted(ranking.others, key=lambda one: (one.tier, -one.score, one.provider.id))
        if other.hindrance not in _NOT_WORTH_TELLING and (other.tier, -other.score) < (first.tier, -first.score)
    )
    by_one = (one for one in better if len(list(hindrances(ranking.order, one.provider, ranking.wall))) == 1)
    return [{"provider_id": one.provider.id, "hindered": one.hindrance} for one in islice(by_one, OTHERS_NAMED)]
