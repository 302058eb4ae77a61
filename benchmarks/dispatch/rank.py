"""How long it takes to rank a thousand providers for one order, and to put the reasons of the first into words."""

import time
from collections.abc import Callable
from dataclasses import replace
from random import Random
from statistics import median, quantiles
from typing import Any

from town import SERVICES, a_town

from dispatch.matching.facts import ProviderFacts
from dispatch.matching.hours import minute_of
from dispatch.matching.words import instead_words, reason_words
from dispatch.ranking import rank_providers


def measure_rank(providers: int, rounds: int, tell: Callable[[], None]) -> dict[str, Any]:
    """Each round another order of the town. Everybody serves every area and knows every trade, so that all are scored."""
    random = Random(1)
    town = a_town(1, rounds, providers * 4)
    areas = frozenset(order.area_id for order in town.orders)
    able = [_with_work(random, replace(one, skills=frozenset(SERVICES), area_ids=areas)) for one in town.providers]
    ranked_ms, told_ms, ranked = [], [], 0
    for order in town.orders:
        began = time.perf_counter()
        found = rank_providers(order, able)
        ranked_at = time.perf_counter()
        reasons = found[0].reasons
        reason_words(reasons), instead_words(reasons, {})
        told_ms.append((time.perf_counter() - ranked_at) * 1000)
        ranked_ms.append((ranked_at - began) * 1000)
        ranked += len(found)
        tell()
    return {
        "providers": len(able),
        "that_fit": round(ranked / rounds),
        "rounds": rounds,
        "rank_p50_ms": round(median(ranked_ms), 2),
        "rank_p95_ms": round(quantiles(ranked_ms, n=20)[-1], 2),
        "explain_p50_ms": round(median(told_ms), 3),
    }


def _with_work(random: Random, provider: ProviderFacts) -> ProviderFacts:
    """A provider whose workers have something in hand already, as at noon of a working day."""
    start = a_town(1, 1, 4).orders[0].starts_at.replace(hour=7)
    workers = []
    for worker in provider.workers or ():
        begins = [minute_of(start) + random.randrange(12 * 60) for _ in range(4)]
        workers.append(replace(worker, busy=tuple((one, one + 45) for one in begins)))
    return replace(provider, workers=tuple(workers), orders_that_day=16, offers_lately=random.randrange(25))
