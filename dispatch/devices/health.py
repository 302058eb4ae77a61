"""Whether a device is well, from when it was heard and since when anybody listened: pure functions over plain facts."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from models.device_health import VisitReason
from models.device_settings import DeviceSettings

MISSED_INTERVALS = 2


class Health(StrEnum):
    """How a device is, as a person reads it."""

    WELL = "well"
    SILENT = "silent"
    NOT_YET_HEARD = "not_yet_heard"
    NOT_LISTENED_TO = "not_listened_to"  # the exchange or the watch was down: nobody knows
    UNWATCHED = "unwatched"  # in stock, retired, or without an account


@dataclass(frozen=True)
class Rules:
    """How patient we are."""

    heartbeat: timedelta
    visit_after: timedelta

    @property
    def patience(self) -> timedelta:
        """How long a device may be silent."""
        return MISSED_INTERVALS * self.heartbeat


@dataclass(frozen=True)
class Watched:
    """What is known of a device that must be heard; `silent_since` is that of its open fault."""

    fitted_at: datetime | None
    heard_at: datetime | None
    silent_since: datetime | None = None


def rules_of(settings: DeviceSettings) -> Rules:
    """The rules of this site."""
    return Rules(timedelta(seconds=settings.device_heartbeat_s), timedelta(hours=settings.device_visit_after_h))


def fault_since(device: Watched, listening_since: datetime, now: datetime, rules: Rules) -> datetime | None:
    """Since when the device is at fault, as far as anybody listened; None if it is not, or nobody can tell.

    A device that was never heard is no fault but waits to be fitted; see `visit_due`.
    """
    if device.silent_since or device.heard_at is None:
        return device.silent_since
    since = max(device.heard_at, listening_since)
    return since if now - since > rules.patience else None


def visit_due(device: Watched, listening_since: datetime, now: datetime, rules: Rules) -> VisitReason | None:
    """Why somebody has to go there. Nobody is sent before a device has had its time to be heard after a pause in listening."""
    if now - listening_since <= rules.patience:
        return None
    if device.silent_since:
        return VisitReason.SILENT if now - device.silent_since >= rules.visit_after else None
    never_heard = device.heard_at is None and device.fitted_at is not None and now - device.fitted_at >= rules.visit_after
    return VisitReason.NEVER_HEARD if never_heard else None


def health_of(device: Watched, is_watched: bool, now: datetime, rules: Rules) -> Health:
    """How the device is, from what is written of it."""
    if not is_watched:
        return Health.UNWATCHED
    if device.silent_since:
        return Health.SILENT
    if device.heard_at is None:
        return Health.NOT_YET_HEARD
    # Heard times are written once in half an interval.
    return Health.WELL if now - device.heard_at <= rules.patience else Health.NOT_LISTENED_TO
