"""What Asterisk keeps in its own small database, where its dialplan finds it also with everything of ours down."""

import threading
from typing import Any

from asterisk.manager import ManagerException

from exchange.ami import AsteriskManager

SILENT_AT_MOST_S = 10.0  # of 100,000 entries the last comes later than that


class NotKept(Exception):
    """The exchange did not answer, or refused; nothing or a part was changed."""


class KeptByExchange:
    """Reads and writes families of the exchange's database over a manager connection that may do so (`system`)."""

    def __init__(self, manager: AsteriskManager) -> None:
        self._manager = manager
        self._found: dict[str, dict[str, str]] = {}
        self._complete = threading.Condition()
        self._listed: set[str] = set()
        manager.on("DBGetTreeResponse", self._one)
        manager.on("DBGetTreeComplete", self._all)

    def read(self, family: str) -> dict[str, str]:
        """The values of a family by their keys."""
        asked = self._do("DBGetTree", Family=family).get_header("ActionID", "")
        with self._complete:
            while asked not in self._listed:
                before = len(self._found.get(asked, ()))
                if not self._complete.wait(SILENT_AT_MOST_S) and len(self._found.get(asked, ())) == before:
                    raise NotKept("the list does not end")
            self._listed.discard(asked)
            found = self._found.pop(asked, {})
        return {key.removeprefix(f"/{family}/"): value for key, value in found.items()}

    def write(self, family: str, wanted: dict[str, str]) -> int:
        """Make a family hold just this; return how many of its entries were not as wanted."""
        held = self.read(family)
        changed = {key: value for key, value in wanted.items() if held.get(key) != value}
        gone = held.keys() - wanted.keys()
        for key, value in changed.items():
            self._do("DBPut", Family=family, Key=key, Val=value)
        for key in gone:
            self._do("DBDel", Family=family, Key=key)
        return len(changed) + len(gone)

    def _do(self, action: str, **fields: str) -> Any:
        try:
            answer = self._manager.send_action({"Action": action, **fields})
        except ManagerException as error:
            raise NotKept(str(error)) from error
        if answer.get_header("Response") == "Error":
            raise NotKept(f"{action}: {answer.get_header('Message')}")
        return answer

    def _one(self, event: Any) -> None:
        with self._complete:
            self._found.setdefault(event.get_header("ActionID", ""), {})[event.get_header("Key", "")] = event.get_header(
                "Val", ""
            )

    def _all(self, event: Any) -> None:
        with self._complete:
            self._listed.add(event.get_header("ActionID", ""))
            self._complete.notify_all()
