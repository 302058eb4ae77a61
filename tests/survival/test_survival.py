"""Whatever of ours is down, an SOS rings a person, both are heard, and it is written down once when all is back.

`make test` tries a few subsets of the six parts, `make test-survival` all 64. The database is PostgreSQL, really stopped; the
speech models are moved away, and the program that needs them started without them.
"""

import time
from datetime import datetime, timedelta
from typing import Any

import pytest

from linli.probes import sip_answers
from linli.softphone import Softphone
from tests.survival.parts import EVERY, Stopped
from tests.survival.site import Site, eventually
from tests.survival.sos import WORST_S, Press, press_sos

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(500)]

MOMENT = timedelta(seconds=5)  # between one program's look at the clock and another's, on a busy machine


def test_an_sos_rings_a_person_and_they_hear_each_other(
    site: Site, desk: Softphone, presses: list[Press], stopped: Stopped
) -> None:
    site.bring(stopped)
    device = list(site.secrets)[EVERY.index(stopped)]
    with site.phone(f"device-{device}", site.secrets[device]) as phone:
        press = press_sos(phone, desk, device, stopped)
    presses.append(press)
    assert press.rang_after_s < WORST_S
    assert press.resident_heard
    assert press.operator_heard


def test_when_all_is_back_each_sos_is_exactly_one_alarm_with_its_times(site: Site, presses: list[Press]) -> None:
    site.bring_all_back()
    eventually(lambda: len(answered_alarms(site)) >= len(presses), within_s=60)
    alarms = alarms_by_device(site)
    for press in presses:
        [alarm] = alarms[press.device]
        assert press.pressed_at - MOMENT < datetime.fromisoformat(alarm["raised_at"]) < press.rang_at + MOMENT
        assert press.rang_at - MOMENT < datetime.fromisoformat(alarm["answered_at"]) < press.answered_at + MOMENT


def test_a_killed_asterisk_is_back_by_itself_and_rings_phones_that_did_nothing(site: Site, desk: Softphone) -> None:
    site.bring_all_back()
    device = list(site.secrets)[-1]
    with site.phone(f"device-{device}", site.secrets[device]) as phone:
        site.stack.kill_part("asterisk")
        killed_at = time.monotonic()
        eventually(lambda: sip_answers(site.settings.sip_port), 60)
        back_after_s = time.monotonic() - killed_at
        press = press_sos(phone, desk, device)
        print(f"Asterisk: back after {back_after_s:.1f} s; an SOS then rings after {press.rang_after_s:.2f} s")
    assert back_after_s < 3 * WORST_S  # it takes most of a core to start
    assert press.rang_after_s < WORST_S
    assert press.resident_heard
    assert press.operator_heard
    [alarm] = eventually(lambda: alarms_by_device(site).get(device), within_s=60)
    assert press.pressed_at - MOMENT < datetime.fromisoformat(alarm["raised_at"]) < press.rang_at + MOMENT


def answered_alarms(site: Site) -> list[Any]:
    """Those that are written down to their answer."""
    return [alarm for alarms in alarms_by_device(site).values() for alarm in alarms if alarm["answered_at"]]


def alarms_by_device(site: Site) -> dict[int, list[Any]]:
    """Every alarm, by the telephone it came from."""
    by_device: dict[int, list[Any]] = {}
    for alarm in site.linli("alarms", "--limit", "500"):
        by_device.setdefault(alarm["device_id"], []).append(alarm)
    return by_device
