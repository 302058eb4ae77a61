"""When a resident is called next: a pure function of what is known of them, of the calls that are planned, and of the time."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from models.care_calls import CareGroup, CareReason
from models.care_hours import Hours

# Chinese visiting-care policy: the high risk weekly, the key group monthly, the others quarterly.
EVERY = {CareGroup.HIGH: timedelta(days=7), CareGroup.KEY: timedelta(days=30), CareGroup.OTHER: timedelta(days=91)}
# The same policy: so soon after a hospital stay or another major change.
AFTER_A_CHANGE = timedelta(hours=24)
# No call is planned further ahead: who is away for longer is looked at again by then.
FARTHEST = timedelta(days=400)
# Multiples of it, without their whole part, are spread evenly, however many there are.
_GOLDEN = 0.618034


@dataclass(frozen=True)
class CareFacts:
    """What planning must know of one resident. `away` is the first day and the last; `last_at` when a call was held last."""

    resident_id: int
    group: CareGroup
    hours: Hours
    last_at: datetime | None = None
    away: tuple[date, date] | None = None
    discharged_on: date | None = None
    changed_on: date | None = None


@dataclass(frozen=True)
class Planned:
    """One call to be made."""

    due_at: datetime
    reason: CareReason


def plan_call(
    facts: CareFacts, now: datetime, zone: tzinfo, per_hour: int, taken: Collection[datetime] = frozenset()
) -> Planned | None:
    """The next call to this resident; None for who wants none.

    At most `per_hour` calls begin in an hour: each takes a place of its own, and `taken` are the places that are gone. Only the
    call after a hospital stay or a major change, which cannot wait for longer than a day, shares one if it must.
    """
    if facts.group not in EVERY:
        return None
    if change := _change(facts, now, zone):
        since, reason = change
        target = max(now, datetime.combine(since, facts.hours[0][0], zone))
        latest = max(now, datetime.combine(since, datetime.min.time(), zone)) + AFTER_A_CHANGE
        places = [place for place in _places(facts, target, zone, per_hour, latest) if place >= target]
        if free := [place for place in places if place not in taken]:
            return Planned(free[0], reason)
        due_at = waking_moment(facts, target, zone)
        return Planned(due_at, reason) if due_at else None
    target = _routine_target(facts, now)
    places_ahead = (place for place in _spread(facts, target, zone, per_hour) if place >= now and place not in taken)
    place = next(places_ahead, None)
    return Planned(place, CareReason.ROUTINE) if place else None


def waking_moment(facts: CareFacts, moment: datetime, zone: tzinfo) -> datetime | None:
    """The first moment from this one on at which the resident is at home and may be called; None within the year."""
    day = moment.astimezone(zone).date()
    while day < (moment + FARTHEST).date():
        for begins, ends in () if _is_away(facts, day) else facts.hours:
            # Compared as moments: on a day when the clocks change an hour by the wall is none.
            first = max(moment, datetime.combine(day, begins, zone))
            if first < datetime.combine(day, ends, zone):
                return first.astimezone(zone)
        day += timedelta(days=1)
    return None


def _change(facts: CareFacts, now: datetime, zone: tzinfo) -> tuple[date, CareReason] | None:
    """The latest hospital stay or major change after which no call was held; after the usual interval it is over."""
    over = now.astimezone(zone).date() - EVERY[facts.group]
    last = facts.last_at.astimezone(zone).date() if facts.last_at else date.min
    said = ((facts.discharged_on, CareReason.HOSPITAL), (facts.changed_on, CareReason.CHANGE))
    return max(((on, reason) for on, reason in said if on and on > max(over, last)), default=None)


def _routine_target(facts: CareFacts, now: datetime) -> datetime:
    every = EVERY[facts.group]
    if facts.last_at:
        return max(now, facts.last_at + every)
    # Who was never called: all of them spread over their interval.
    return now + every * (facts.resident_id * _GOLDEN % 1.0)


def _spread(facts: CareFacts, target: datetime, zone: tzinfo, per_hour: int) -> Iterator[datetime]:
    """All places from the target's day on; each resident begins elsewhere in a day, so that not all ask for its first."""
    end = target + FARTHEST
    day = datetime.combine(target.astimezone(zone).date(), datetime.min.time(), zone)
    while day < end:
        places = list(_places(facts, day, zone, per_hour, day + timedelta(hours=23)))
        first = int(len(places) * ((facts.resident_id + day.toordinal()) * _GOLDEN % 1.0))
        yield from places[first:] + places[:first]
        day += timedelta(days=1)


def _places(facts: CareFacts, since: datetime, zone: tzinfo, per_hour: int, until: datetime) -> Iterator[datetime]:
    """The places of the days from `since` to `until` at which this resident may be called; an hour has `per_hour`."""
    apart = timedelta(hours=1) / per_hour
    day = since.astimezone(zone).date()
    while day <= until.astimezone(zone).date():
        for begins, ends in () if _is_away(facts, day) else facts.hours:
            # Counted from midnight, so that residents with hours of their own have their places in common with the others.
            midnight = datetime.combine(day, datetime.min.time(), zone)
            last = datetime.combine(day, ends, zone) - midnight
            place = -((midnight - datetime.combine(day, begins, zone)) // apart) * apart
            while place < last:
                if midnight + place <= until:
                    yield midnight + place
                place += apart
        day += timedelta(days=1)


def _is_away(facts: CareFacts, day: date) -> bool:
    return facts.away is not None and facts.away[0] <= day <= facts.away[1]
