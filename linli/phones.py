"""Which telephones are registered with the running exchange."""

import threading
from typing import Any

from asterisk.manager import ManagerException

from agi_scripts.ami import AsteriskManager
from models.secrets import own_secret
from models.settings import Settings

_PATIENCE_S = 3.0
_PHONES = ("device-", "desk-", "operator-")


def registered_phones(settings: Settings) -> dict[str, bool] | None:
    """Each telephone of the exchange and whether it is registered; None when the exchange cannot be asked."""
    phones: dict[str, bool] = {}
    told = threading.Event()

    def note(event: Any) -> None:
        name = event.get_header("Device", "").removeprefix("PJSIP/")
        if name.startswith(_PHONES):
            phones[name] = event.get_header("State") not in ("UNAVAILABLE", "INVALID", "UNKNOWN")

    manager = AsteriskManager("127.0.0.1", settings.ami_port, "linli", own_secret(settings, "ami"))
    manager.on("DeviceStateChange", note)
    manager.on("DeviceStateListComplete", lambda event: told.set())
    manager.start()
    try:
        if not manager.wait_connected(_PATIENCE_S):
            return None
        manager.send_action({"Action": "DeviceStateList"})
        return phones if told.wait(_PATIENCE_S) else None
    except ManagerException:
        return None
    finally:
        manager.close()
