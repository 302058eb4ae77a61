"""What must hold before a provider may be offered an order at all."""

from collections.abc import Iterator, Sequence

from dispatch.matching.facts import OrderFacts, ProviderFacts, WorkerFacts
from dispatch.matching.hours import Wall, open_minutes

# A provider is open for an order if it is open for half an hour of the wanted span, or for all of a shorter one.
OPEN_AT_LEAST_MIN = 30


def hindrances(order: OrderFacts, provider: ProviderFacts, wall: Wall) -> Iterator[str]:
    """Why the provider may not be offered the order, by the keys of `matching.words`; none if it may. `wall` is the order's."""
    if not provider.active:
        yield "inactive"
    if order.skill not in provider.skills:
        yield "skill"
    if order.area_id not in provider.area_ids:
        yield "area"
    if provider.offered_before:
        yield "asked"
    if provider.id in order.never_providers:
        yield "never"
    if provider.frozen:
        yield "frozen"
    if provider.orders_that_day >= provider.orders_a_day:
        yield "full"
    open_for = open_minutes(wall, provider.opens, provider.closes, provider.open_weekdays, provider.days_off)
    if open_for < min(OPEN_AT_LEAST_MIN, wall.ends_min - wall.starts_min):
        yield "closed"
    workers = suitable_workers(order, provider)
    if workers is None:
        if order.gender:
            yield "no_worker"
    elif not workers:
        yield "no_worker"
    elif not free_workers(wall, provider, workers):
        yield "busy"


def suitable_workers(order: OrderFacts, provider: ProviderFacts) -> Sequence[WorkerFacts] | None:
    """Who of the provider's may come to this resident; None where the provider has nobody on its list."""
    if provider.workers is None or not (order.gender or order.never_workers):
        return provider.workers
    return [one for one in provider.workers if order.gender in ("", one.gender) and one.id not in order.never_workers]


def free_workers(wall: Wall, provider: ProviderFacts, workers: Sequence[WorkerFacts]) -> list[WorkerFacts]:
    """Those of `workers` who are free at the first moment of the span at which enough of them are; none if there is none.

    A visit of which only the provider is known needs one of its workers, whoever that will be.
    """
    free = _free_from(wall.first, wall, provider, workers)
    if free or not workers:
        return free
    ends = {end for spans in (provider.busy, *(one.busy for one in workers)) for _, end in spans}
    for begins in sorted(end for end in ends if wall.first < end <= wall.latest):
        if free := _free_from(begins, wall, provider, workers):
            return free
    return []


def _free_from(begins: int, wall: Wall, provider: ProviderFacts, workers: Sequence[WorkerFacts]) -> list[WorkerFacts]:
    ends = begins + wall.duration
    free = []
    for one in workers:
        for starts, until in one.busy:
            if starts < ends and begins < until:
                break
        else:
            free.append(one)
    if provider.busy and len(free) <= sum(starts < ends and begins < until for starts, until in provider.busy):
        return []
    return free
