"""`python -m dispatch devices`: listens to the exchange, and has the watch look at once when a telephone comes or goes."""

import logging
import re
from datetime import datetime
from threading import Event

from sqlalchemy.exc import SQLAlchemyError

from dispatch.devices.health import rules_of
from dispatch.devices.watching import DeviceWatch
from exchange.ami import AsteriskManager
from exchange.contacts import Contacts
from models.base import utc_now
from models.database import SessionMaker
from models.secrets import own_secret
from models.settings import Settings

log = logging.getLogger(__name__)

# After a change a little more may change: a building's power that comes back is looked at once.
SETTLED_AFTER_S = 0.5
_ACCOUNT = re.compile(r"device-([0-9]{1,9})")


def run_device_watch(settings: Settings, sessions: SessionMaker, stop: Event, wake: Event) -> None:
    """Watch until `stop`, which is seen at once if `wake` is set too; an exchange or a database that is down is waited for."""
    manager = AsteriskManager("127.0.0.1", settings.ami_port, "linli-devices", own_secret(settings, "ami-devices"))
    watch = DeviceWatch(rules_of(settings))
    contacts = Contacts(manager, changed=wake.set, began=watch.lose)
    manager.start()
    try:
        while not stop.is_set():
            _look(watch, contacts, sessions, utc_now())
            wake.wait(settings.device_qualify_s / 3)
            wake.clear()
            stop.wait(SETTLED_AFTER_S)
    finally:
        manager.close()


def _look(watch: DeviceWatch, contacts: Contacts, sessions: SessionMaker, now: datetime) -> None:
    reachable = contacts.reachable()
    if reachable is None:
        watch.lose()
        return
    accounts = [_ACCOUNT.fullmatch(account) for account in reachable]
    try:
        with sessions() as session:
            watch.look(session, {int(found[1]) for found in accounts if found}, now)
    except SQLAlchemyError as error:
        log.error("the database cannot be written (%s); the watch over the devices waits", type(error).__name__)
