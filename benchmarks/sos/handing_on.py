"""Stands in for Linli's conversation: `python handing_on.py PORT` hands each caller on at once, by what their number begins with.

Numbers that begin with 138 are put through to their family, all others go to the operators.
"""

import signal
import sys
import threading

from agi_scripts.channel import Channel
from agi_scripts.server import FastAGIServer

FAMILY = "13700000000"


def hand_on(channel: Channel) -> None:
    """What the dialplan needs to be told to go on."""
    if channel.caller_number.startswith("138"):
        channel.set_variable("LINLI_FAMILY_1", FAMILY)
        channel.set_variable("LINLI_OUTCOME", "family")
    else:
        channel.set_variable("LINLI_OUTCOME", "operator")


if __name__ == "__main__":
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    with FastAGIServer(("127.0.0.1", int(sys.argv[1])), {"hotline": hand_on}):
        stopping.wait()
