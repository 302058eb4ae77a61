"""Nothing that a caller or an SMS contains reaches a shell, the dialplan or SQL unescaped."""

from pathlib import Path

import pytest

from linli.softphone import Identity, Softphone, SoftphoneError
from models.secrets import own_secret
from tests.e2e.town import Town, eventually

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

MARK = "/tmp/linli-hostile-mark"
HOSTILE = [
    f"${{SHELL(touch {MARK})}}",
    f"13800000028&touch {MARK}",
    "13800000028')--",
    "a,b)&Goto(sos,s,1)",
    "%0d%0aHANGUP%0d%0a",
]


@pytest.mark.parametrize("number", HOSTILE)
def test_a_hostile_caller_id_is_only_a_caller_id(town: Town, number: str) -> None:
    Path(MARK).unlink(missing_ok=True)
    before = {call["id"] for call in town.linli("calls", "--limit", "500")}
    identity = Identity(number, username="carrier-demo", secret=own_secret(town.settings, "carrier-demo"))
    with Softphone(f"127.0.0.1:{town.settings.sip_port}", identity) as phone:
        try:
            call = phone.dial(town.settings.hotline_number)
            call.wait_answered(30)
            call.hang_up()
        except SoftphoneError:
            return  # Asterisk would not even take it
    new = eventually(lambda: [c for c in town.linli("calls", "--limit", "500") if c["id"] not in before])
    assert all(set(call["number"]) <= set("+0123456789") for call in new)
    assert not Path(MARK).exists()


TEXTS = ["1 4821'; DROP TABLE orders;--", "<script>alert(1)</script>", "\x1b[2J\x07你好", "1" * 5000]


def test_a_hostile_sms_is_only_a_text(town: Town) -> None:
    orders = town.linli("orders", "--limit", "500")
    for provider, text in enumerate(TEXTS, start=3):  # each from another: an auto-responder is answered three times only
        assert town.linli("reply", f"137000000{provider:02}", text)["answers"]
    assert town.linli("orders", "--limit", "500") == orders
