"""A hostile or broken telephone is refused, limited and logged, and the others notice nothing of it."""

import itertools
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import psutil
import pytest

from tests.agi_scripts.asterisk.manager_events import Events
from tests.agi_scripts.asterisk.registered import registered_desk
from tests.agi_scripts.asterisk.running import DEVICE, RunningAsterisk
from tests.agi_scripts.asterisk.sip_phone import SipPhone
from tests.agi_scripts.asterisk.sos_story import RED_KEY, story
from tests.e2e.town import eventually

pytestmark = pytest.mark.e2e

REFUSED = 'SecurityEvent="ChallengeResponseFailed"'
RUBBISH = [
    b"",
    b"\0" * 1400,
    b"\xff\xfe" * 700,
    b"INVITE",
    b"INVITE sip:sos@x SIP/2.0\r\n\r\n",
    b"INVITE sip:sos@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP \r\nCSeq: 4294967296999 INVITE\r\nContent-Length: -1\r\n\r\n",
    b"REGISTER sip:127.0.0.1 SIP/2.0\r\n" + b"Via: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK1\r\n" * 300 + b"\r\n",
    b"OPTIONS sip:127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:5;branch=z9hG4bK%s%n%x\r\nFrom: <sip:"
    + b"A" * 3000
    + b">\r\n\r\n",
    b"SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 127.0.0.1:5;branch=z9hG4bK2\r\nCSeq: 1 INVITE\r\nCall-ID: x\r\nFrom: <x>\r\n\r\n",
    b"BYE sip:device-7@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:5;branch=z9hG4bK3\r\nCall-ID: \r\n\r\n",
    "INVITE sip:王@127.0.0.1 SIP/2.0\r\nContent-Type: application/sdp\r\n\r\nv=0\r\nm=audio 99999999 RTP/AVP 8\r\n".encode(),
]


def strange_calls(asterisk: RunningAsterisk) -> Iterator[bytes]:
    """Calls for help without end from somebody who knows no secret, each another one."""
    port = asterisk.settings.sip_port
    for count in itertools.count():
        yield (
            f"INVITE sip:sos@127.0.0.1:{port} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bK{count};rport\r\n"
            f"From: <sip:device-{count % 9}@127.0.0.1>;tag={count}\r\nTo: <sip:sos@127.0.0.1>\r\nCall-ID: strange-{count}\r\n"
            f"CSeq: 1 INVITE\r\nContact: <sip:x@127.0.0.1:9>\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n"
        ).encode()


@contextmanager
def sending(asterisk: RunningAsterisk, packets: Iterator[bytes]) -> Iterator[Callable[[], int]]:
    """Send these to the exchange, about 500 a second, until the end of the block; tells how many have gone out."""
    ending = threading.Event()
    sent = itertools.count()
    counts = [0]

    def send() -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as wire:
            for packet in packets:
                if ending.wait(0.002):
                    return
                wire.sendto(packet, ("127.0.0.1", asterisk.settings.sip_port))
                counts[0] = next(sent) + 1

    sender = threading.Thread(target=send)
    sender.start()
    yield lambda: counts[0]
    ending.set()
    sender.join()


def rings_a_person(asterisk: RunningAsterisk, events: Events) -> float:
    """Press a resident's red key; return after how many seconds an operator's phone rang, and answer it."""
    with registered_desk(asterisk, events, "desk-1") as desk, asterisk.phone(RED_KEY) as resident:
        began = time.monotonic()
        resident.call("sos")
        desk.wait_ringing(10)  # 0.01 s where nothing else takes the processors
        took = time.monotonic() - began
        desk.answer()
        resident.wait_answered()
        events.wait_for("BridgeEnter", BridgeNumChannels="2")
        resident.wait_heard(0.2)
        resident.hang_up()
        desk.wait_hung_up()
    return took


@pytest.mark.parametrize("packets", ["calls without a secret", "rubbish"])
def test_help_comes_in_a_flood(asterisk: RunningAsterisk, events: Events, packets: str) -> None:
    flood = strange_calls(asterisk) if packets != "rubbish" else itertools.cycle(RUBBISH)
    before = calls_for_help(asterisk)
    with sending(asterisk, flood) as sent:
        while sent() < 100:
            time.sleep(0.01)
        took = rings_a_person(asterisk, events)
        print(f"{sent()} {packets}; a person rung in {took:.2f} s")
    assert took < 10
    assert psutil.Process(asterisk.pid).is_running()
    assert calls_for_help(asterisk) == before + 1


def calls_for_help(asterisk: RunningAsterisk) -> int:
    """How many have been taken so far."""
    spool = asterisk.settings.asterisk_dir / "log/cel-custom/events.csv"
    return spool.read_text().count('"LINLI_SOS"') if spool.exists() else 0


def test_wrong_secrets_are_refused_and_logged(asterisk: RunningAsterisk) -> None:
    with SipPhone(("127.0.0.1", asterisk.settings.sip_port), RED_KEY, "a guess") as stranger:
        assert stranger.register() == 401
        stranger.call("sos")
        assert stranger.wait_for(lambda message: message.status > 100).status == 401
    log = asterisk.settings.asterisk_dir / "log/security.log"
    eventually(lambda: any(REFUSED in line and f'AccountID="{RED_KEY}"' in line for line in log.read_text().splitlines()))
    assert "a guess" not in log.read_text()


def test_a_phone_that_names_itself_like_another_calls_for_help_as_itself(asterisk: RunningAsterisk, events: Events) -> None:
    with asterisk.phone(RED_KEY) as resident:
        resident.call("sos", "<sip:device-8@127.0.0.1>", "P-Asserted-Identity: <sip:13800000001@127.0.0.1>\r\n")
        resident.wait_answered()
        told = events.wait_for("UserEvent", UserEvent="LinliSOS")
        resident.hang_up()
    assert (told["Device"], told["CallerIDNum"]) == (str(DEVICE.id), DEVICE.number)
    assert story(asterisk, told["Linkedid"])[0] == ("SOS", str(DEVICE.id))


def test_a_phone_that_calls_without_end_has_three_calls_and_is_still_helped(asterisk: RunningAsterisk, events: Events) -> None:
    before = len(asterisk.log())
    with ExitStack() as phones:
        lines = [phones.enter_context(asterisk.phone(RED_KEY)) for _ in range(5)]
        for line in lines[:3]:
            line.call("service")
            line.wait_answered()
        lines[3].call("96345")
        assert lines[3].wait_for(lambda message: message.status > 180).status == 486
        lines[4].call("sos")
        lines[4].wait_answered()
        events.wait_for("QueueCallerJoin", Queue="sos")
        for line in (*lines[:3], lines[4]):
            line.hang_up()
    eventually(lambda: f"device {DEVICE.id}: refused with 3 calls up" in asterisk.log()[before:])
