"""The red key with a whole Linli behind it: Asterisk rings the neighbour who holds the key, and both hear each other."""

import pytest

from audio.sound import read_wav
from linli.softphone import Identity, Softphone
from models.secrets import own_secret
from tests.e2e.town import Town, eventually

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

DEVICE = 2  # whose resident has a neighbour with a key


def phone(town: Town, name: str) -> Softphone:
    """The telephone with the account of that name."""
    return Softphone(f"127.0.0.1:{town.settings.sip_port}", Identity(name, secret=own_secret(town.settings, name)))


def test_a_keyholder_comes_when_no_operator_does(town: Town) -> None:
    _, sentence = town.script("我摔倒了，爬不起来了")
    with phone(town, f"device-{DEVICE}") as bedside, phone(town, "carrier-demo") as neighbour:
        neighbour.register()
        resident = bedside.dial("sos")
        resident.wait_answered(30)
        ringing = neighbour.wait_incoming(town.settings.sos_operators_s + town.settings.sos_everybody_s + 30)
        assert resident.speech  # that help is coming
        ringing.answer()
        eventually(lambda: ringing.speech)  # who needs it, and to press 1
        ringing.press("1")
        eventually(lambda: is_answered(town))
        for speaker, hearer in ((resident, ringing), (ringing, resident)):
            began = hearer.now_s
            speaker.say(read_wav(sentence))
            eventually(lambda hearer=hearer, began=began: hearer.speech[-1].end_s > began + 0.5)
        resident.hang_up()
        assert ringing.wait_ended(30)


def is_answered(town: Town) -> bool:
    """Whether the newest call for help of the device was answered; one before it may be of the same alarm."""
    alarm = next((alarm for alarm in town.linli("alarms") if alarm["device_id"] == DEVICE), None)
    return bool(alarm and alarm["attempts"][-1]["answered_at"])
