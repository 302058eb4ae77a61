"""Which telephones the exchange can reach now: who has registered and answered its last question."""

import threading
from collections.abc import Callable
from typing import Any

from asterisk.manager import ManagerException

from exchange.ami import AsteriskManager

LISTED_WITHIN_S = 10.0
# Asterisk asks every contact (SIP OPTIONS). Until the first answer, also after its own restart, a contact is "NonQualified".
_REACHABLE = "Reachable"


class Contacts:
    """Asks the exchange for its contacts over a connection that may (`system`).

    `changed` is called at every change, and `began` whenever the connection is new and the exchange perhaps as well.
    """

    def __init__(self, manager: AsteriskManager, changed: Callable[[], None], began: Callable[[], None]) -> None:
        self._manager = manager
        self._found: dict[str, set[str]] = {}
        self._listed: set[str] = set()
        self._arrived = threading.Condition()
        manager.on("ContactList", self._one)
        manager.on("ContactListComplete", self._all)
        manager.on("ContactStatus", lambda _event: changed())
        manager.on("FullyBooted", lambda _event: began())

    def reachable(self) -> set[str] | None:
        """The accounts of all telephones that can be reached, or None when the exchange does not answer."""
        try:
            answer = self._manager.send_action({"Action": "PJSIPShowContacts"})
        except ManagerException:
            return None
        if answer.get_header("Response") != "Success":
            return set() if answer.get_header("Message", "").startswith("No Contacts") else None
        asked = answer.get_header("ActionID", "")
        with self._arrived:
            whole = self._arrived.wait_for(lambda: asked in self._listed, LISTED_WITHIN_S)
            self._listed.discard(asked)
            found = self._found.pop(asked, set())
        return found if whole else None

    def _one(self, event: Any) -> None:
        if event.get_header("Status", "") == _REACHABLE:
            with self._arrived:
                self._found.setdefault(event.get_header("ActionID", ""), set()).add(event.get_header("Endpoint", ""))

    def _all(self, event: Any) -> None:
        with self._arrived:
            self._listed.add(event.get_header("ActionID", ""))
            self._arrived.notify_all()
