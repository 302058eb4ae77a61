"""How far it is between places, and how long that takes."""

from collections.abc import Sequence
from math import ceil

import numpy as np
import numpy.typing as npt

from dispatch.matching.scoring import distance_km
from dispatch.planning.day import Place

STREETS_PER_CROW = 1.3  # how much longer the way is than as the crow flies: the usual figure for towns
AT_THE_DOOR_MIN = 3  # the bicycle, the stairs
# A plan is made in steps of five minutes: nobody is told to come at 9:37, and what is rounded up is a little time to spare.
STEP_MIN = 5
_EARTH_RADIUS_KM = 6371.0088  # mean radius, IUGG


def way_km(one: Place, other: Place) -> float:
    """How long the way between two places is, by the streets."""
    return distance_km(*one, *other) * STREETS_PER_CROW


def way_min(km: float, kmh: float) -> int:
    """How many minutes such a way takes from door to door; none where there is no way."""
    return ceil(km / kmh * 60) + AT_THE_DOOR_MIN if km else 0


def ways_km(places: Sequence[Place]) -> npt.NDArray[np.float64]:
    """All ways between these places at once, by the streets; the haversine formula."""
    latitude, longitude = np.radians(np.array(places)).T
    across = np.sin((latitude[:, None] - latitude) / 2) ** 2
    along = np.cos(latitude[:, None]) * np.cos(latitude) * np.sin((longitude[:, None] - longitude) / 2) ** 2
    km: npt.NDArray[np.float64] = 2 * _EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(1.0, across + along)))
    return km * STREETS_PER_CROW


def ways_min(km: npt.NDArray[np.float64], kmh: float) -> npt.NDArray[np.int64]:
    """How many minutes a plan allows for all these ways: as `way_min`, in whole steps."""
    minutes = np.ceil((km / kmh * 60 + AT_THE_DOOR_MIN) / STEP_MIN) * STEP_MIN
    return np.where(km > 0, minutes, 0).astype(np.int64)


def up(minute: int) -> int:
    """The next whole step."""
    return -(-minute // STEP_MIN) * STEP_MIN
