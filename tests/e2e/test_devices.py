"""A one-key phone is added while everything runs, calls within seconds, and is missed when it is gone."""

from typing import Any

import pytest

from linli.softphone import Identity, RegistrationRefused, Softphone
from models.database import session_maker
from models.devices import Device
from tests.e2e.town import Town, eventually

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]


def test_a_new_phone_calls_at_once_and_its_silence_is_a_fault(town: Town) -> None:
    added = town.linli("devices", "add", "30", "057188010130", "--model", "一键通B2", "--place", "卫生间")
    assert added["health"] == "not_yet_heard"

    def device() -> Any:
        return next(one for one in town.linli("devices") if one["id"] == added["id"])

    with Softphone(f"127.0.0.1:{town.settings.sip_port}", identity(town, added["id"])) as phone:
        eventually(lambda: registers(phone))
        eventually(lambda: device()["health"] == "well")
        call = phone.dial("service")
        call.wait_answered(30)
        eventually(lambda: device()["proved_at"])
        call.hang_up()
    silent = eventually(lambda: device() if device()["health"] == "silent" else None)
    assert silent["silent_since"]
    assert town.linli("devices", "retire", str(added["id"]))["account"] is None


def identity(town: Town, device_id: int) -> Identity:
    """The account as it stands on the sheet of whoever fits the phone."""
    sessions = session_maker(town.settings.database)
    with sessions() as session:
        device = session.get_one(Device, device_id)
    sessions.kw["bind"].dispose()
    return Identity(device.account, secret=device.secret)


def registers(phone: Softphone) -> bool:
    """Whether the exchange knows the phone by now."""
    try:
        phone.register()
    except RegistrationRefused:
        return False
    return True
