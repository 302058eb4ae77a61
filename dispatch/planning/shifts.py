"""From what matching knows of orders and providers to the planner's visits and shifts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from dispatch.matching.facts import OrderFacts, ProviderFacts
from dispatch.matching.hours import latest_begin
from dispatch.planning.day import Need, Place, Shift, Visit
from dispatch.planning.ways import STEP_MIN, up

_DAY_MIN = 24 * 60
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Fixed:
    """A visit that is promised already: the plan is made around it. Minutes of the day; the worker may not be known yet."""

    worker_id: int | None
    place: Place
    begins: int
    ends: int


def visit_of(order_id: int, order: OrderFacts, day: date, asked: Iterable[int] = ()) -> Visit | None:
    """The visit that an order asks for on `day`, or None if its span has no moment on it; `asked` is whom it was offered to."""
    midnight = datetime.combine(day, time(), order.starts_at.tzinfo)
    # No visit begins a few seconds before it is wanted: a span may begin in the midst of a minute.
    earliest = up(max(0, -((midnight - order.starts_at) // _MINUTE)))
    latest = (latest_begin(order.starts_at, order.ends_at, order.duration_min) - midnight) // _MINUTE
    latest = min(_DAY_MIN - STEP_MIN, latest // STEP_MIN * STEP_MIN)
    if latest < earliest:
        return None
    needs: set[Need] = {("skill", order.skill), ("area", order.area_id)}
    if order.gender:
        needs.add(("gender", order.gender))
    needs |= {("not provider", provider_id) for provider_id in (*order.never_providers, *asked)}
    needs |= {("not worker", worker_id) for worker_id in order.never_workers}
    return Visit(
        order_id,
        (order.latitude, order.longitude),
        earliest,
        latest,
        up(order.duration_min),
        frozenset(needs),
        only_provider=min(order.again_providers, default=None) if not order.again_workers else None,
        only_worker=min(order.again_workers, default=None),
    )


def shifts_of(provider: ProviderFacts, day: date, fixed: Sequence[Fixed] = ()) -> list[Shift]:
    """When and from where the provider's workers can make visits on `day`, around what is fixed already.

    The visits that it can bear are shared out among its workers, and among the parts of their days by how long they are.
    """
    is_open = day.weekday() in provider.open_weekdays and day.isoformat() not in provider.days_off
    workers = [(one.id, one.gender) for one in provider.workers] if provider.workers is not None else [(None, "")]
    if not (is_open and provider.active and not provider.frozen and workers):
        return []
    can: set[Need] = {("skill", skill) for skill in provider.skills} | {("area", area) for area in provider.area_ids}
    at_work = _given_to(fixed, [worker_id for worker_id, _ in workers])
    parts = []
    for worker_id, gender in workers:
        own: frozenset[Need] = frozenset(can | {("gender", gender)})
        for start, end, begins, ends in _parts_of_day(provider, at_work[worker_id]):
            parts.append(Shift(provider.id, worker_id, start, end, begins, ends, own, 0))
    return _shared_out(parts, provider.orders_a_day - provider.orders_that_day)


def _parts_of_day(provider: ProviderFacts, fixed: Sequence[Fixed]) -> Iterable[tuple[Place, Place, int, int]]:
    """The time between opening and closing without what is fixed, each part with the places where it begins and ends."""
    home = (provider.latitude, provider.longitude)
    here, since = home, up(provider.opens.hour * 60 + provider.opens.minute)
    closes = provider.closes.hour * 60 + provider.closes.minute
    closes += _DAY_MIN if provider.closes <= provider.opens else 0
    for visit in sorted(fixed, key=lambda one: one.begins):
        if since < min(visit.begins, closes):
            yield here, visit.place, since, min(visit.begins, closes)
        here, since = visit.place, max(since, up(visit.ends))
    if since < closes:
        yield here, home, since, closes


def _given_to(fixed: Sequence[Fixed], workers: Sequence[int | None]) -> Mapping[int | None, list[Fixed]]:
    """Whose each fixed visit is; where only the provider is known, whoever has nothing else then, or else has the least."""
    given: dict[int | None, list[Fixed]] = {worker_id: [] for worker_id in workers}
    for visit in sorted(fixed, key=lambda one: (one.worker_id not in given, one.begins)):
        free = (one for one in workers if all(other.ends <= visit.begins or visit.ends <= other.begins for other in given[one]))
        least = min(workers, key=lambda one: len(given[one]))
        given[visit.worker_id if visit.worker_id in given else next(free, least)].append(visit)
    return given


def _shared_out(parts: Sequence[Shift], visits: int) -> list[Shift]:
    """The parts that get a share of `visits`: by how long they are, to the nearest whole number."""
    minutes = sum(part.ends - part.begins for part in parts)
    if visits <= 0 or not minutes:
        return []
    due = [visits * (part.ends - part.begins) / minutes for part in parts]
    shares = [int(share) for share in due]
    rounded_most = sorted(range(len(parts)), key=lambda number: shares[number] - due[number])
    for number in rounded_most[: visits - sum(shares)]:
        shares[number] += 1
    return [replace(part, most=share) for part, share in zip(parts, shares, strict=True) if share]
