"""What Asterisk's own event file tells of a call for help, and the exchange's own numbers for one."""

import csv
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.agi_scripts.asterisk.running import DEVICE, RunningAsterisk

WRITTEN_WITHIN_S = 30
RED_KEY = f"device-{DEVICE.id}"
DUTY = "13911110000"
KEYHOLDERS = ("13900000011", "13900000012", "13900000013")


def story(asterisk: RunningAsterisk, linked_id: str) -> list[tuple[str, str]]:
    """Our own events of a call and of all calls that came of it: (name without LINLI_, text).

    Waits for the first: the file is written a moment after a call begins, of which Asterisk does not tell.
    """
    deadline = time.monotonic() + WRITTEN_WITHIN_S
    while not (told := [row for row in rows(asterisk, linked_id) if row[1].startswith("LINLI_")]):
        assert time.monotonic() < deadline, f"nothing is told of {linked_id}"
        time.sleep(0.02)
    return [(row[1].removeprefix("LINLI_"), extra(row[2])) for row in told]


def rows(asterisk: RunningAsterisk, linked_id: str) -> list[list[str]]:
    """The lines of the event file for a call."""
    spool = asterisk.settings.asterisk_dir / "log/cel-custom/events.csv"
    return [row for row in csv.reader(spool.read_text().splitlines()) if row[6] == linked_id]


def extra(cell: str) -> str:
    """The text of one of our own events."""
    return str(json.loads(cell)["extra"]) if cell else ""


@contextmanager
def kept(asterisk: RunningAsterisk, **families: dict[str, str]) -> Iterator[None]:
    """Entries of the exchange's own database by family (`keyholders` is `linli-keyholders`) and key, deleted afterwards."""
    for family, entries in families.items():
        for key, value in entries.items():
            asterisk.cli(f"database put linli-{family} {key} {value}")
    yield
    for family in families:
        asterisk.cli(f"database deltree linli-{family}")
