"""Ringing a telephone of our own accord: Asterisk's Originate, by an account that may do nothing else."""

from contextlib import closing

from asterisk.manager import ManagerException

from exchange.ami import AsteriskManager

ACCOUNT = "linli-care"
CONNECTED_WITHIN_S = 3.0
# What Asterisk gives as the reason that a call came to nothing (AST_CONTROL_… in its frame.h).
NO_ANSWER, BUSY = "3", "5"


class CannotCall(Exception):
    """Asterisk is not there, or refused to ring."""


def ring(port: int, secret: str, *, endpoint: str, context: str, extension: str, caller_id: str, ring_s: int) -> None:
    """Have an endpoint rung, and sent to an extension once it answers; returns when Asterisk has begun. Raises `CannotCall`.

    What becomes of it is told by the manager's event `OriginateResponse`, whose Context and Exten are these.
    """
    manager = AsteriskManager("127.0.0.1", port, ACCOUNT, secret)
    manager.start()
    with closing(manager):
        if not manager.wait_connected(CONNECTED_WITHIN_S):
            raise CannotCall("no connection to Asterisk's manager")
        try:
            answer = manager.send_action(
                {
                    "Action": "Originate",
                    "Channel": endpoint,
                    "Context": context,
                    "Exten": extension,
                    "Priority": 1,
                    "CallerID": caller_id,
                    "Timeout": ring_s * 1000,
                    "Async": "true",
                }
            )
        except ManagerException as error:
            raise CannotCall("Asterisk's manager did not answer") from error
    if answer.get_header("Response") != "Success":
        raise CannotCall(str(answer.get_header("Message", "refused")))
