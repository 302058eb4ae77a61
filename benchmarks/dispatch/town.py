"""A made-up town: ten neighbourhoods, providers with their workers, and a day of visits. The same seed makes the same town."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from dispatch.matching.facts import OrderFacts, ProviderFacts, WorkerFacts

ZONE = ZoneInfo("Asia/Shanghai")
DAY = date(2026, 11, 23)  # a Monday
CENTRE = (30.29, 120.14)
KM_A_DEGREE = (111.2, 96.0)  # north, and east at this latitude
WIDE_KM = 8.0
AREAS = 10
WORKERS_EACH = 4
# What is ordered: minutes a visit takes, how much of all it is, and when it may begin; a haircut can be at any time, dinner not.
SERVICES = {
    "meals": (15, 0.40, [(10.5, 13.0), (16.5, 19.0)]),
    "cleaning": (60, 0.15, [(8.0, 12.0), (13.0, 17.0), (8.0, 17.0)]),
    "bathing": (45, 0.12, [(9.0, 12.0), (14.0, 17.0)]),
    "nursing": (30, 0.18, [(7.5, 10.0), (9.0, 12.0), (14.0, 18.0)]),
    "haircut": (30, 0.15, [(9.0, 12.0), (13.0, 17.0), (9.0, 17.0)]),
}


@dataclass(frozen=True)
class Town:
    """Who is there, and what is ordered for the day."""

    providers: list[ProviderFacts]
    orders: list[OrderFacts]


def a_town(seed: int, visits: int, workers: int) -> Town:
    """Make one up. A visit in four is wished from somebody who came before; one in fifty from anybody but one provider."""
    random = Random(seed)
    centres = [(_spread(random, WIDE_KM / 2, 0), _spread(random, WIDE_KM / 2, 1)) for _ in range(AREAS)]
    providers: list[ProviderFacts] = []
    for first in range(0, workers, WORKERS_EACH):
        home = random.randrange(AREAS)
        near = sorted(range(AREAS), key=lambda area: _apart(centres[area], centres[home]))[: random.choice((4, 5, 6))]
        people = range(first + 1, min(first + WORKERS_EACH, workers) + 1)
        providers.append(
            ProviderFacts(
                id=len(providers) + 1,
                skills=frozenset(random.sample(sorted(SERVICES), 3)),
                area_ids=frozenset(near),
                latitude=centres[home][0],
                longitude=centres[home][1],
                opens=time(7),
                closes=time(19, 30),
                open_weekdays=frozenset(range(7)),
                rating=random.choice((4.2, 4.5, 4.8)),
                credit=random.uniform(70, 95),
                orders_a_day=18 * len(people),
                price_percent=random.choice((90, 100, 110)),
                workers=tuple(WorkerFacts(one, random.choice(("female", "female", "male"))) for one in people),
            )
        )
    names = sorted(SERVICES)
    chosen = random.choices(names, [SERVICES[name][1] for name in names], k=visits)
    return Town(providers, [_order(random, name, centres, providers) for name in chosen])


def _order(random: Random, service: str, centres: list[tuple[float, float]], providers: list[ProviderFacts]) -> OrderFacts:
    minutes, _, spans = SERVICES[service]
    area = random.randrange(AREAS)
    starts, ends = random.choice(spans)
    midnight = datetime.combine(DAY, time(), ZONE)
    able = [one.id for one in providers if service in one.skills and area in one.area_ids]
    wished = frozenset({random.choice(able)} if able and random.random() < 0.25 else ())
    return OrderFacts(
        skill=service,
        area_id=area,
        latitude=centres[area][0] + random.gauss(0, 0.5) / KM_A_DEGREE[0],
        longitude=centres[area][1] + random.gauss(0, 0.5) / KM_A_DEGREE[1],
        starts_at=midnight + timedelta(hours=starts),
        ends_at=midnight + timedelta(hours=ends),
        duration_min=minutes,
        gender=random.choice(("female", "male")) if service == "bathing" else "",
        again_providers=wished,
        never_providers=frozenset({random.choice(providers).id}) - wished if random.random() < 0.02 else frozenset(),
    )


def _spread(random: Random, km: float, axis: int) -> float:
    return CENTRE[axis] + random.uniform(-km, km) / KM_A_DEGREE[axis]


def _apart(one: tuple[float, float], other: tuple[float, float]) -> float:
    return sum(((one[axis] - other[axis]) * KM_A_DEGREE[axis]) ** 2 for axis in (0, 1))
