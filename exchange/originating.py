"""Ringing a telephone of our own accord: Asterisk's Originate, by an account that may do nothing else."""

import re
import time
from contextlib import closing

from asterisk.manager import ManagerException

from exchange.ami import AsteriskManager

ACCOUNT = "linli-calls"
# The dialplan's contexts for telephones that we ring: to ask how somebody is, and about an order.
CARE = "care"
OUTBOUND = "outbound"
# On loopback it takes milliseconds, and on a busy machine many times that; a worker that waits for an exchange that is down does
# nothing else.
CONNECTED_WITHIN_S = 2.0
# What OriginateResponse gives as its Reason where it rang for long enough (AST_CONTROL_RINGING).
NOT_ANSWERED = "3"
# What Hangup gives as its Cause where the telephone was engaged (Q.850, user busy).
BUSY = "17"
# Asterisk's own ids are the second and a number without a leading zero: ours are never among them, nor are two contexts alike.
_ZEROS = {CARE: "0", OUTBOUND: "00"}
OUR_CHANNEL = re.compile(r"\d+\.0\d+")


class CannotCall(Exception):
    """Asterisk is not there, or refused to ring."""


class NoExchange(CannotCall):
    """Asterisk cannot be reached at all."""


def ring(port: int, secret: str, *, endpoint: str, context: str, extension: str, caller_id: str, ring_s: int) -> None:
    """Have an endpoint rung, and sent to an extension once it answers; returns when Asterisk has begun.

    Raises `CannotCall`, and `NoExchange` where trying again in a moment is of no use.

    What becomes of it is told by the manager's event `OriginateResponse`, whose Context and Exten are these; whether an endpoint
    was busy, only by the `Hangup` of its channel, whose id is like OUR_CHANNEL. Either may come first.
    """
    manager = AsteriskManager("127.0.0.1", port, ACCOUNT, secret)
    manager.start()
    with closing(manager):
        if not manager.wait_connected(CONNECTED_WITHIN_S):
            raise NoExchange("no connection to Asterisk's manager")
        try:
            answer = manager.send_action(
                {
                    "Action": "Originate",
                    "Channel": endpoint,
                    "ChannelId": _channel_id(context, extension),
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


def _channel_id(context: str, extension: str) -> str:
    return f"{int(time.time())}.{_ZEROS[context]}{extension}"
