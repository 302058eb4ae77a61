"""What the exchange must know to go on alone is kept in it: whom it rings for whom, what they hear, which phones there are."""

import logging
import threading
import time
from collections.abc import Sequence
from contextlib import closing

from sqlalchemy import delete, select
from sqlalchemy.exc import SQLAlchemyError

from agi_scripts.announcing import Announcements
from agi_scripts.asterisk.configuration import reload_devices
from agi_scripts.asterisk.device import DeviceEndpoint, device_endpoints
from agi_scripts.asterisk.program import AsteriskError
from exchange.ami import AsteriskManager
from exchange.kept import KeptByExchange, NotKept
from models.database import SessionMaker
from models.exchange_changes import ExchangeChange
from models.people_to_ring import PeopleToRing, people_to_ring
from models.settings import Settings

log = logging.getLogger(__name__)

LOOK_EVERY_S = 5.0
# The exchange's database may have been lost, or changed by hand: it is compared whole so often; at 100,000 residents, where that
# takes seconds, so much more seldom that it takes a twentieth of the time at most.
COMPARE_EVERY_S = 60.0
COMPARED_OF_TIME = 20
FORGOTTEN_AT_ONCE = 500

Families = dict[str, dict[str, str]]


class ExchangeMirror:
    """Looks every 5 s for what has changed in our database, on a thread of its own, and tells the exchange.

    It starts and closes the manager's connection, which is that of the account `linli-mirror`.
    """

    def __init__(
        self, settings: Settings, sessions: SessionMaker, manager: AsteriskManager, announcements: Announcements
    ) -> None:
        self._settings = settings
        self._sessions = sessions
        self._announcements = announcements
        self._manager = manager
        self._exchange = KeptByExchange(manager)
        self._told: Families = {}
        self._told_devices: list[DeviceEndpoint] = []
        self._compare_at = 0.0
        self._words_to_make: list[str] = []
        self._reload_failed = False
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="exchange-mirror", daemon=True)

    def start(self) -> None:
        """Begin with a whole comparison."""
        self._manager.start()
        self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._stopping.set()
        self._thread.join(2 * LOOK_EVERY_S)

    def _run(self) -> None:
        with closing(self._manager):
            while not self._stopping.is_set():
                if self._manager.wait_connected(LOOK_EVERY_S):
                    try:
                        self.look()
                    except (SQLAlchemyError, NotKept, AsteriskError) as error:
                        log.warning("the exchange was not told whom it may ring: %s", error)
                        self._told, self._told_devices, self._compare_at = {}, [], 0.0
                self._stopping.wait(LOOK_EVERY_S)

    def look(self) -> None:
        """Tell the exchange what has changed, and make the words for one resident. Raises what its parts raise."""
        with self._sessions() as session:
            changes = session.scalars(select(ExchangeChange.id)).all()
        is_due = time.monotonic() >= self._compare_at
        if changes or is_due:
            self._look_at_all(compare=is_due)
            self._forget(changes)
        if self._words_to_make:  # one a look: making speech costs a call's worth of processor
            self._announcements.make(self._words_to_make.pop())

    def _look_at_all(self, *, compare: bool) -> None:
        began = time.monotonic()
        with self._sessions() as session:
            people, devices = people_to_ring(session), device_endpoints(session)
        self._tell(families(people, self._announcements), compare=compare)
        if devices != self._told_devices:
            self._tell_devices(devices)
        names = {person.name for device, person in people.items() if self._rings_by_itself(device) and person.name}
        self._words_to_make = [name for name in names if not self._announcements.are_made(name)]
        self._announcements.forget_all_but({person.name for person in people.values()})
        if compare:
            took_s = time.monotonic() - began
            self._compare_at = began + max(COMPARE_EVERY_S, COMPARED_OF_TIME * took_s)

    def _tell(self, wanted: Families, *, compare: bool) -> None:
        if wanted == self._told and not compare:
            return
        changed = sum(self._exchange.write(family, entries) for family, entries in wanted.items())
        self._told = wanted
        if changed:
            log.info("whom the exchange rings by itself: %d entries changed", changed)

    def _forget(self, changes: Sequence[int]) -> None:
        """Those that were told; what was written down meanwhile stays for the next look."""
        for first in range(0, len(changes), FORGOTTEN_AT_ONCE):
            with self._sessions.begin() as session:
                some = changes[first : first + FORGOTTEN_AT_ONCE]
                session.execute(delete(ExchangeChange).where(ExchangeChange.id.in_(some)))

    def _tell_devices(self, devices: list[DeviceEndpoint]) -> None:
        again, self._reload_failed = self._reload_failed, True
        if reload_devices(self._settings, devices, even_unchanged=again):
            log.info("the exchange knows %d devices", len(devices))
        self._told_devices, self._reload_failed = devices, False

    def _rings_by_itself(self, device: str) -> bool:
        """A plain telephone does so only by a number of its own for help or the family."""
        return not device.startswith("n") or bool(self._settings.sos_number or self._settings.family_number)


def families(people: dict[str, PeopleToRing], announcements: Announcements) -> Families:
    """The entries of Asterisk's database by family and key, as its dialplan reads them: numbers joined by `-`."""
    return {
        "linli-keyholders": {device: "-".join(person.keyholders) for device, person in people.items() if person.keyholders},
        "linli-family": {device: "-".join(person.family) for device, person in people.items() if person.family},
        "linli-keys": {device: "-".join(person.keys) for device, person in people.items() if any(person.keys)},
        "linli-who": {device: announcements.key_of(person.name) for device, person in people.items() if person.name},
    }
