"""The phone's own process: pjsua2 lives and dies here, so that a crash of it is one clear error and never ours.

Run as `python -m linli.softphone.process <pipe's file descriptor>`. All of pjsua2 but the bridge's clock runs on the main
thread; what it has to say goes through one queue to a thread that writes the pipe. When the pipe closes, the process
hangs up and ends.
"""

import faulthandler
import gc
import json
import os
import sys
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from queue import SimpleQueue
from time import monotonic

import pjsua2 as pj

from linli.softphone.earpiece import Earpiece
from linli.softphone.line import Line, LineCall
from linli.softphone.messages import (
    Answer,
    Command,
    Dial,
    Event,
    Fault,
    HangUp,
    Play,
    PoweredOn,
    PowerOff,
    Press,
    Register,
)

FAREWELL_S = 3
"""How long the far end has to acknowledge our goodbye."""

MEDIA = {
    "clockRate": 8000,
    "sndClockRate": 8000,
    "audioFramePtime": 20,
    "noVad": True,  # send silence too, as a telephone does
    "ecTailLen": 0,
    # On a busy machine packets come late and in bursts: wait for them, and never drop any to catch up.
    "jbInit": 100,
    "jbMinPre": 100,
    "jbMaxPre": 400,
    "jbMax": 2000,
    "jbDiscardAlgo": 0,
}

CODECS = {"PCMA/8000/1": 255, "PCMU/8000/1": 254}


def main() -> None:
    """Be a phone until told to power off or until the pipe closes."""
    faulthandler.enable()
    # A cycle collected on the clock's thread would destroy pjsua2 objects there, which crashes it.
    gc.disable()
    # Sound has a clock to keep on a busy machine too; where only root may do this, it is kept less well.
    with suppress(PermissionError):
        os.setpriority(os.PRIO_PROCESS, 0, -15)
    pipe: Connection = Connection(int(sys.argv[1]))
    events: SimpleQueue[Event | None] = SimpleQueue()
    writer = threading.Thread(target=_write, args=(pipe, events))
    writer.start()
    try:
        endpoint, port = start_endpoint()
        owner = pipe.recv()
        line = Line(owner, events.put)
        events.put(PoweredOn(port))
        _serve(pipe, endpoint, line, events.put)
        _say_goodbye(endpoint, line)
    except Exception:
        events.put(Fault(traceback.format_exc()))
    events.put(None)
    writer.join(timeout=FAREWELL_S)
    # Taking pjsua2 down in order is its most fragile part, and the system frees all it holds anyway.
    sys.stderr.flush()
    os._exit(0)


def start_endpoint() -> tuple[pj.Endpoint, int]:
    """A SIP stack without sound device on a free UDP port of 127.0.0.1."""
    config = pj.EpConfig()
    config.logConfig.level = config.logConfig.consoleLevel = 2
    config.uaConfig.threadCnt = 0
    config.uaConfig.mainThreadOnly = True
    config.uaConfig.userAgent = "Linli softphone"
    endpoint = pj.Endpoint()
    endpoint.libCreate()
    _choose_media(config.medConfig)
    endpoint.libInit(config)
    transport = pj.TransportConfig()
    transport.boundAddress = "127.0.0.1"
    transport.port = 0
    address = endpoint.transportGetInfo(endpoint.transportCreate(pj.PJSIP_TRANSPORT_UDP, transport)).localName
    endpoint.libStart()
    endpoint.audDevManager().setNullDev()
    for codec in endpoint.codecEnum2():
        endpoint.codecSetPriority(codec.codecId, CODECS.get(codec.codecId, 0))
    return endpoint, int(address.rpartition(":")[2])


def _choose_media(config: pj.MediaConfig) -> None:
    # Through JSON, because `jbDiscardAlgo` cannot be set from Python in any other way.
    defaults, chosen = pj.JsonDocument(), pj.JsonDocument()
    defaults.writeObject(config)
    values = json.loads(defaults.saveString())["MediaConfig"] | MEDIA
    chosen.loadString(json.dumps({"MediaConfig": values}))
    chosen.readObject(config)


def _serve(pipe: Connection, endpoint: pj.Endpoint, line: Line, report: Callable[[Event], None]) -> None:
    while True:
        endpoint.libHandleEvents(10)
        try:
            while pipe.poll():
                command = pipe.recv()
                if isinstance(command, PowerOff):
                    return
                _obey(command, line, report)
        except (EOFError, OSError):  # whoever started this phone is gone
            return


def _obey(command: Command, line: Line, report: Callable[[Event], None]) -> None:
    try:
        match command:
            case Register():
                line.setRegistration(True)
            case Dial(call, uri):
                line.dial(call, uri)
            case Answer() | HangUp() | Play() | Press() if line.call is not None and line.call.name == command.call:
                _obey_in_call(command, line.call, line.earpiece)
            case _:
                pass  # meant for a call that ended meanwhile; its end was reported
    except pj.Error as error:
        report(Fault(f"{type(command).__name__}: {error.info()}"))


def _obey_in_call(command: Answer | HangUp | Play | Press, call: LineCall, earpiece: Earpiece) -> None:
    match command:
        case Answer():
            call.pick_up()
        case HangUp(_, status):
            call.end(status)
        case Play(_, sound):
            earpiece.play(sound)
        case Press(_, keys):
            call.dialDtmf(keys)


def _say_goodbye(endpoint: pj.Endpoint, line: Line) -> None:
    if line.call is not None:
        line.call.end(0)
        _handle_events_while(endpoint, lambda: line.call is not None)
    if line.registered:
        line.setRegistration(False)
        _handle_events_while(endpoint, lambda: line.registered)


def _handle_events_while(endpoint: pj.Endpoint, unfinished: Callable[[], bool]) -> None:
    until = monotonic() + FAREWELL_S
    while unfinished() and monotonic() < until:
        endpoint.libHandleEvents(10)


def _write(pipe: Connection, events: "SimpleQueue[Event | None]") -> None:
    try:
        while (event := events.get()) is not None:
            pipe.send(event)
    except OSError:
        pass  # nobody listens any more; the main thread sees it too


if __name__ == "__main__":
    main()
