"""A carrier's trunk, by address and by registration, with a carrier played by the tests."""

import re
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.agi_scripts.asterisk.running import RunningAsterisk, running_asterisk
from tests.agi_scripts.asterisk.sip_message import Message, md5
from tests.agi_scripts.asterisk.sip_phone import SipPhone
from tests.agi_scripts.asterisk.stub_agi import AgiCall, agi_server
from tests.conftest import settings_on_free_ports

pytestmark = pytest.mark.e2e

PASSWORD = "p;w<1>"


@contextmanager
def exchange_with_trunk(prefix: Path, **trunk: object) -> Iterator[RunningAsterisk]:
    """An exchange whose carrier is this test."""
    with tempfile.TemporaryDirectory(prefix="linli-") as folder:
        Path(folder).chmod(0o755)
        settings = settings_on_free_ports(Path(folder) / "var", asterisk_prefix=prefix, trunk_host="127.0.0.1", **trunk)
        with running_asterisk(settings, []) as running:
            yield running


def number_told(asterisk: RunningAsterisk, carrier: SipPhone, extra: str) -> str:
    """Who calls, as Python is told when the carrier brings a call without proving anything but its address."""
    numbers: list[str] = []

    def say_goodbye(call: AgiCall) -> None:
        numbers.append(call.environment["agi_callerid"])
        call.ask("ANSWER")
        call.ask('SET VARIABLE LINLI_OUTCOME "goodbye"')
        call.close()

    with agi_server(asterisk.settings.agi_port, say_goodbye):
        carrier.call("+8657196345", "<sip:anonymous@127.0.0.1>", extra)
        carrier.wait_answered()
        carrier.wait_hung_up()
    return numbers[0]


def test_a_carrier_known_by_its_address_brings_calls(asterisk_prefix: Path) -> None:
    with (
        exchange_with_trunk(asterisk_prefix, trunk="address") as asterisk,
        SipPhone(("127.0.0.1", asterisk.settings.sip_port), "carrier", "no secret") as carrier,
    ):
        told = number_told(asterisk, carrier, "P-Asserted-Identity: <sip:+8613800000001@carrier.example>\r\n")
    assert told == "13800000001"


def test_the_exchange_registers_with_its_carrier(asterisk_prefix: Path) -> None:
    registered = threading.Event()
    proofs: list[str] = []

    class Registrar(SipPhone):
        """Asks for the account's password once, then accepts."""

        def take(self, message: Message) -> None:
            if not message.start.startswith("REGISTER"):
                return
            if proof := message["Authorization"]:
                proofs.append(proof)
                self.reply(message, "200 OK", extra=f"Contact: {message['Contact']};expires=300\r\n")
                registered.set()
            else:
                self.reply(message, "401 Unauthorized", extra='WWW-Authenticate: Digest realm="carrier", nonce="n1"\r\n')

    with Registrar(("127.0.0.1", 9), "carrier", "") as carrier:
        port = carrier.sip.getsockname()[1]
        account = {"trunk_port": port, "trunk_user": "+8657196345", "trunk_password": PASSWORD}
        with exchange_with_trunk(asterisk_prefix, trunk="register", **account) as asterisk:
            carrier.server = ("127.0.0.1", asterisk.settings.sip_port)
            assert registered.wait(30)
            told = number_told(asterisk, carrier, "P-Asserted-Identity: <sip:+8657188886666@carrier.example>\r\n")
            assert "Registered" in asterisk.cli("pjsip show registrations")
    fields = dict(re.findall(r'(\w+)="?([^",]+)"?', proofs[0]))
    assert fields["username"] == "+8657196345"
    mine, theirs = md5(f"+8657196345:carrier:{PASSWORD}"), md5(f"REGISTER:{fields['uri']}")
    assert fields["response"] == md5(f"{mine}:n1:{theirs}")
    assert told == "057188886666"
