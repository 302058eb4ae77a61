"""Linli's own FastAGI server with the seven commands: `threaded.py PORT`."""

import sys
import threading

from agi_scripts.channel import Channel
from agi_scripts.server import FastAGIServer


def seven(channel: Channel) -> None:
    """Command the call as a short script would."""
    channel.noop()
    channel.get_variable("CALLERID(num)")
    channel.channel_status()
    channel.set_variable("LINLI_PRIORITY", 5)
    channel.get_full_variable("${UNIQUEID}")
    channel.appexec("NoOp", "benchmark")
    channel.set_variable("LINLI_OUTCOME", "goodbye")


with FastAGIServer(("127.0.0.1", int(sys.argv[1])), {"seven": seven}):
    threading.Event().wait()
