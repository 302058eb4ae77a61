"""Dialogues beside an order, on real calls."""

import pytest

from linli.softphone import Identity, Softphone
from models.secrets import own_secret
from tests.e2e.town import Town, eventually

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]


def test_a_resident_speaks_to_their_son(town: Town) -> None:
    caller = "13800000029"
    server = f"127.0.0.1:{town.settings.sip_port}"
    # The demo's carrier: every telephone that Linli calls.
    with Softphone(server, Identity("carrier-demo", secret=own_secret(town.settings, "carrier-demo"))) as son:
        son.register()
        with town.caller("--from", caller, *town.script("请帮我打电话给我儿子")):
            call = son.wait_incoming(60)
            call.answer()
            eventually(lambda: call.speech)  # he is told who calls, and to press one
            call.press("1")
            [resident] = town.calls_from(caller)
            assert resident["outcome"] == "family"
            assert resident["status"] == "talking"
        assert call.wait_ended(60)
    eventually(lambda: town.calls_from(caller)[0]["status"] == "ended")
