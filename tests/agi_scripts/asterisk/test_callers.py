"""Who calls is what the exchange knows, not what the caller claims; and nothing a caller sends is ever run."""

import threading
from contextlib import ExitStack
from dataclasses import dataclass

import pytest

from tests.agi_scripts.asterisk.manager_events import Events
from tests.agi_scripts.asterisk.running import DEVICE, RunningAsterisk
from tests.agi_scripts.asterisk.sip_phone import SipPhone
from tests.agi_scripts.asterisk.stub_agi import AgiCall, agi_server

pytestmark = pytest.mark.e2e


@dataclass
class Arrival:
    """What Python is told of one call."""

    environment: dict[str, str]
    device: str


def arrive(asterisk: RunningAsterisk, phone: SipPhone, number: str, from_header: str = "", extra: str = "") -> Arrival:
    """Place a call, let Python say goodbye at once, and return what Python was told."""
    arrivals: list[Arrival] = []
    arrived = threading.Event()

    def look(call: AgiCall) -> None:
        device = call.ask("GET VARIABLE LINLI_DEVICE")
        call.ask("ANSWER")
        call.ask('SET VARIABLE LINLI_OUTCOME "goodbye"')
        arrivals.append(Arrival(call.environment, device.partition("(")[2].rstrip(")")))
        arrived.set()
        call.close()

    with agi_server(asterisk.settings.agi_port, look):
        phone.call(number, from_header, extra)
        phone.wait_answered()
        phone.wait_hung_up()
        assert arrived.wait(30)
    return arrivals[0]


def shown(arrival: Arrival) -> tuple[str, str]:
    """The number and the name that Python is told; Asterisk writes `unknown` for none."""
    return arrival.environment["agi_callerid"], arrival.environment["agi_calleridname"]


@pytest.mark.parametrize(
    ("sent", "meant"),
    [
        ("13800000001", "13800000001"),
        ("+8613800000001", "13800000001"),
        ("+8657188886666", "057188886666"),
        ("+861088886666", "01088886666"),
        ("057188886666", "057188886666"),
        ("+85212345678", "+85212345678"),
        ("anonymous", "unknown"),
    ],
)
def test_the_carrier_s_numbers_become_national_ones(asterisk: RunningAsterisk, sent: str, meant: str) -> None:
    with asterisk.phone("carrier-demo") as phone:
        arrival = arrive(asterisk, phone, asterisk.settings.hotline_number, f"<sip:{sent}@127.0.0.1>")
    assert shown(arrival) == (meant, "unknown")


@pytest.mark.parametrize(
    "from_header",
    [
        '"${SHELL(touch /tmp/linli-was-here)}" <sip:13800000001@127.0.0.1>',
        '"$[1/0] \\" , ) } | ; \\\\ \'" <sip:13800000001@127.0.0.1>',
        '"\u738b\u79c0\u82f1 %s %n <x>" <sip:13800000001@127.0.0.1>',
        "<sip:1380%24%7BSHELL%28touch%20/tmp/linli-was-here%29%7D0000001@127.0.0.1>",
        "<sip:138%220000%22%5D%5B%24%5B0%2C001%29@127.0.0.1>",
        "<sip:13800000001%0D%0AAction%3A%20Originate@127.0.0.1>",
    ],
)
def test_a_hostile_caller_id_arrives_as_digits_and_no_name(asterisk: RunningAsterisk, from_header: str) -> None:
    before = asterisk.log()
    with asterisk.phone("carrier-demo") as phone:
        arrival = arrive(asterisk, phone, asterisk.settings.hotline_number, from_header)
    assert shown(arrival) == ("13800000001", "unknown")
    assert not [line for line in asterisk.log()[len(before) :].splitlines() if "ERROR" in line or "WARNING" in line]


def test_a_caller_named_like_an_endpoint_gains_nothing(asterisk: RunningAsterisk) -> None:
    with asterisk.phone("carrier-demo") as phone:
        arrival = arrive(asterisk, phone, asterisk.settings.hotline_number, f"<sip:device-{DEVICE.id}@127.0.0.1>")
    assert (arrival.device, arrival.environment["agi_callerid"]) == ("", str(DEVICE.id))
    assert arrival.environment["agi_channel"].startswith("PJSIP/carrier-demo-")


def test_an_asserted_identity_counts_on_the_trunk_only(asterisk: RunningAsterisk) -> None:
    with asterisk.phone("carrier-demo") as phone:
        arrival = arrive(
            asterisk,
            phone,
            asterisk.settings.hotline_number,
            "<sip:13800000001@127.0.0.1>",
            "P-Asserted-Identity: <sip:110@127.0.0.1>\r\n",
        )
    assert arrival.environment["agi_callerid"] == "13800000001"


@pytest.mark.parametrize("key", ["service", "96345", "1"])
def test_a_one_key_phone_is_known_whatever_it_claims(asterisk: RunningAsterisk, key: str) -> None:
    with asterisk.phone(f"device-{DEVICE.id}") as phone:
        arrival = arrive(asterisk, phone, key, "<sip:110@127.0.0.1>", "P-Asserted-Identity: <sip:120@127.0.0.1>\r\n")
    assert (arrival.device, arrival.environment["agi_callerid"]) == (str(DEVICE.id), DEVICE.number)


@pytest.mark.parametrize("claimed", ["13800000001", "device-7", "carrier-demo", "anonymous", "trunk"])
@pytest.mark.parametrize("user", ["carrier-demo", "device-7", "desk-1", "operator-1", "nobody"])
def test_without_the_secret_nobody_calls(asterisk: RunningAsterisk, user: str, claimed: str) -> None:
    with SipPhone(("127.0.0.1", asterisk.settings.sip_port), user, "a wrong secret") as phone:
        phone.call(asterisk.settings.hotline_number, f"<sip:{claimed}@127.0.0.1>")
        refusal = phone.wait_for(lambda message: message.status > 100)
    assert refusal.status == 401


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("desk-1", "96345"),
        ("desk-1", "sos"),
        ("desk-1", "desk-2"),
        ("carrier-demo", "sos"),
        ("carrier-demo", "desk-1"),
        ("device-7", "desk-1"),
    ],
)
def test_a_phone_reaches_only_what_is_meant_for_it(asterisk: RunningAsterisk, events: Events, name: str, number: str) -> None:
    with asterisk.phone(name) as phone:
        phone.call(number)
        refusal = phone.wait_for(lambda message: message.status > 180)
    assert refusal.status >= 400
    assert events.lacks("QueueCallerJoin")


def test_registering_needs_the_own_secret(asterisk: RunningAsterisk) -> None:
    with ExitStack() as phones:
        device = phones.enter_context(asterisk.phone(f"device-{DEVICE.id}"))
        impostor = phones.enter_context(SipPhone(device.server, "desk-1", DEVICE.secret))
        assert device.register() == 200
        assert impostor.register() == 401


@pytest.mark.parametrize(
    ("action", "fields"),
    [
        ("Originate", {"Channel": "Local/s@hotline", "Application": "System", "Data": "true"}),
        ("Command", {"Command": "core show channels"}),
        ("GetConfig", {"Filename": "manager.conf"}),
        ("UpdateConfig", {"SrcFilename": "manager.conf", "DstFilename": "manager.conf"}),
        ("ModuleLoad", {"Module": "app_system.so", "LoadType": "load"}),
    ],
)
def test_linli_s_manager_account_can_do_little(events: Events, action: str, fields: dict[str, str]) -> None:
    assert events.do(action, **fields)["Message"] == "Permission denied"


def test_linli_s_manager_account_sees_which_calls_are_up(events: Events) -> None:
    assert events.do("CoreShowChannels")["Response"] == "Success"
    events.wait_for("CoreShowChannelsComplete")
