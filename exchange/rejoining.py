"""An operator's page was lost in mid-call: the caller hears music until it is back, and is led to it again."""

import logging

from asterisk.manager import ManagerException

from exchange.ami import AsteriskManager, Message

log = logging.getLogger(__name__)


class Rejoining:
    """The manager interface as a page that was reloaded uses it, with the account `linli-desk`. Threads may share it."""

    def __init__(self, manager: AsteriskManager) -> None:
        self._manager = manager

    def wait(self, call_id: str, seat: int) -> bool:
        """Take the caller (the unique id of their channel) out of the call with that seat's browser; whether they wait now."""
        caller = self._caller_of(call_id, seat)
        return caller is not None and self._move(caller, f"wait-{seat:d}")

    def ring(self, call_id: str, seat: int) -> bool:
        """Ring that seat's browser for the caller, who waits for it or is in a call with what is left of it."""
        if self._ask(call_id, "CONTEXT") == "conference":
            return self._into_room(call_id, seat)
        caller = self._caller_of(call_id, seat)
        return caller is not None and self._move(caller, f"back-{seat:d}")

    def _caller_of(self, call_id: str, seat: int) -> str | None:
        """The caller's channel, if this seat's browser is the one they talk to or wait for."""
        caller = self._ask(call_id, "CHANNEL(name)")
        if not caller:
            return None
        if (self._ask(call_id, "CONTEXT"), self._ask(call_id, "EXTEN")) == ("rejoin", f"wait-{seat:d}"):
            return caller
        peer = self._ask(call_id, "BRIDGEPEER") or ""
        is_ours = peer.startswith(f"PJSIP/operator-{seat:d}-") and self._ask(peer, "BRIDGEPEER") == caller
        return caller if is_ours else None

    def _move(self, caller: str, extension: str) -> bool:
        return self._do("Redirect", Channel=caller, Context="rejoin", Exten=extension, Priority=1) is not None

    def _into_room(self, call_id: str, seat: int) -> bool:
        """Others keep the caller company meanwhile."""
        begun = self._do(
            "Originate",
            Channel=f"PJSIP/operator-{seat:d}",
            Context="conference",
            Exten=f"helper-{call_id}",
            Priority=1,
            Timeout=15_000,
            Async="true",
            Variable=["PJSIP_HEADER(add,X-Linli-Answer)=rejoin", f"PJSIP_HEADER(add,X-Linli-Call)={call_id}"],
        )
        return begun is not None

    def _ask(self, channel: str, variable: str) -> str | None:
        answer = self._do("Getvar", Channel=channel, Variable=variable)
        return None if answer is None else str(answer.get_header("Value", ""))

    def _do(self, action: str, **fields: object) -> Message | None:
        try:
            answer = self._manager.send_action({"Action": action, **fields})
        except ManagerException as error:
            log.warning("%s: the exchange does not answer: %s", action, error)
            return None
        if answer.get_header("Response") == "Error":
            log.info("%s was refused: %s", action, answer.get_header("Message"))
            return None
        return answer
