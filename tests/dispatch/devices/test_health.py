"""When a device is at fault, and when somebody has to go there."""

from datetime import datetime, timedelta

import pytest

from dispatch.devices.health import Health, Watched, fault_since, health_of, rules_of, visit_due
from models.device_health import VisitReason
from models.device_settings import DeviceSettings
from tests.dispatch.devices.conftest import RULES, ago
from tests.dispatch.facts import NOW

FOR_DAYS = ago(days=9)


@pytest.mark.parametrize(
    ("heard_at", "listening_since", "since"),
    [
        (ago(seconds=10), FOR_DAYS, None),
        (ago(seconds=240), FOR_DAYS, None),
        (ago(seconds=241), FOR_DAYS, ago(seconds=241)),
        (ago(days=2), ago(seconds=241), ago(seconds=241)),  # who knows what was while nobody listened
        (ago(days=2), ago(seconds=10), None),
        (None, FOR_DAYS, None),  # not fitted yet
    ],
)
def test_two_missed_intervals_are_a_fault_but_only_of_those_we_listened_to(
    heard_at: datetime | None, listening_since: datetime, since: datetime | None
) -> None:
    assert fault_since(Watched(ago(days=3), heard_at), listening_since, NOW, RULES) == since


def test_by_default_a_fault_is_known_within_five_minutes() -> None:
    settings = DeviceSettings()
    noticed = timedelta(seconds=settings.device_qualify_s + 3)  # asked again, and given 3 s for the answer
    looked = timedelta(seconds=settings.device_qualify_s / 3 + 1)
    assert rules_of(settings).patience + noticed + looked < timedelta(minutes=5)


@pytest.mark.parametrize(
    ("device", "listening_since", "reason"),
    [
        (Watched(ago(days=90), ago(hours=25), silent_since=ago(hours=25)), FOR_DAYS, VisitReason.SILENT),
        (Watched(ago(days=90), ago(hours=25), silent_since=ago(hours=23)), FOR_DAYS, None),
        (Watched(ago(days=90), ago(hours=25), silent_since=ago(hours=25)), ago(seconds=200), None),  # it may still be heard
        (Watched(ago(hours=25), None), FOR_DAYS, VisitReason.NEVER_HEARD),
        (Watched(ago(hours=23), None), FOR_DAYS, None),
        (Watched(ago(hours=25), None), ago(seconds=200), None),
        (Watched(None, None), FOR_DAYS, None),
        (Watched(ago(days=90), ago(seconds=10)), FOR_DAYS, None),
    ],
)
def test_a_day_of_silence_makes_a_visit_due(device: Watched, listening_since: datetime, reason: VisitReason | None) -> None:
    assert visit_due(device, listening_since, NOW, RULES) == reason


@pytest.mark.parametrize(
    ("device", "is_watched", "health"),
    [
        (Watched(None, ago(seconds=100)), True, Health.WELL),
        (Watched(None, ago(hours=2), silent_since=ago(hours=2)), True, Health.SILENT),
        (Watched(None, None), True, Health.NOT_YET_HEARD),
        (Watched(None, ago(hours=2)), True, Health.NOT_LISTENED_TO),
        (Watched(None, ago(seconds=100)), False, Health.UNWATCHED),
    ],
)
def test_a_device_is_as_it_was_heard(device: Watched, is_watched: bool, health: Health) -> None:
    assert health_of(device, is_watched, NOW, RULES) is health
