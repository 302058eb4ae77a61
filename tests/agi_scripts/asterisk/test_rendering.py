"""What stands in the configuration, without starting anything."""

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from agi_scripts.asterisk.device import DeviceEndpoint
from agi_scripts.asterisk.program import AsteriskError, AsteriskProgram
from agi_scripts.asterisk.rendering import caller_id, in_configuration, render_configuration
from models.settings import Settings
from tests.conftest import settings_on_free_ports

PROGRAM = AsteriskProgram(("asterisk",), "22.4.0", Path("/modules"), Path("/data"))


A_REAL_SITE = {
    "demo": False,
    "gateway": "twilio",
    "twilio_account_sid": "AC1",
    "twilio_auth_token": "t",
    "twilio_from": "1",
    "public_url": "https://linli.example",
}


def render(settings: Settings, devices: Sequence[DeviceEndpoint] = ()) -> dict[str, str]:
    return render_configuration(settings, devices, PROGRAM)


def sections(text: str, name: str) -> list[str]:
    """The bodies of all sections of that name."""
    return [body for found, body in re.findall(r"^\[([^\]]+)\][^\n]*\n(.*?)(?=^\[|\Z)", text, re.M | re.S) if found == name]


def test_every_file_says_where_it_comes_from(settings: Settings) -> None:
    for text in render(settings).values():
        assert text.startswith("; Written by Linli")
        assert text.endswith("\n")


def test_every_folder_of_asterisk_is_absolute(settings: Settings) -> None:
    folders = dict(line.split(" => ") for line in render(settings)["asterisk.conf"].splitlines() if " => " in line)
    assert len(folders) == 11
    assert all(folder.startswith("/") for folder in folders.values())


def test_dangerous_functions_stay_off(settings: Settings) -> None:
    assert "live_dangerously = no" in render(settings)["asterisk.conf"]
    assert "app_system" not in render(settings)["modules.conf"]
    assert "func_shell" not in render(settings)["modules.conf"]


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("王秀英", '"王秀英" <057188886666>'),
        ('王"秀"英', '"王秀英" <057188886666>'),
        ("a\n[evil]\nx=y", '"a[evil]x=y" <057188886666>'),
        ("x; comment", '"x comment" <057188886666>'),
        ("<110>", '"110" <057188886666>'),
        ("${SHELL(x)}\\", '"{SHELL(x)}" <057188886666>'),
        ("长" * 100, f'"{"长" * 40}" <057188886666>'),
        ("", '"" <057188886666>'),
    ],
)
def test_a_resident_s_name_stays_one_harmless_value(name: str, written: str) -> None:
    assert caller_id(DeviceEndpoint(1, "secret", "0571-8888 6666", name)) == written


def test_a_phone_without_a_number_is_named_instead() -> None:
    assert caller_id(DeviceEndpoint(12, "secret", "", "李")) == '"李" <device-12>'


def test_a_secret_that_could_mean_something_is_refused_untold(settings: Settings) -> None:
    with pytest.raises(AsteriskError) as refused:
        render(settings, [DeviceEndpoint(1, "secret\n[evil]", "110", "x")])
    assert "secret\n" not in str(refused.value)
    assert "secret" not in repr(DeviceEndpoint(1, "a-secret", "110", "x")).replace("secret=", "")


def test_a_password_of_the_carrier_may_hold_a_semicolon_but_no_new_line() -> None:
    assert in_configuration("pa;ss") == r"pa\;ss"
    with pytest.raises(AsteriskError):
        in_configuration("pass\ncontext=sos")


def test_a_device_brings_its_own_number_and_id(settings: Settings) -> None:
    endpoint, account, address = sections(render(settings, [DeviceEndpoint(3, "s3", "110", "x")])["pjsip.conf"], "device-3")
    assert "set_var = LINLI_DEVICE=3" in endpoint
    assert "password = s3" in account
    assert "max_contacts = 1" in address


def test_every_seat_has_a_desk_phone_and_a_browser_phone(tmp_path: Path) -> None:
    texts = render(settings_on_free_ports(tmp_path, operator_seats=3))
    for seat in (1, 2, 3):
        assert f"PJSIP/desk-{seat}," in texts["queues.conf"]
        assert f"PJSIP/operator-{seat}," in texts["queues.conf"]
        assert len(sections(texts["pjsip.conf"], f"operator-{seat}")) == 3
    assert "desk-4" not in texts["pjsip.conf"]


def test_the_demonstration_s_carrier_exists_in_demonstrations_only(tmp_path: Path) -> None:
    real = settings_on_free_ports(tmp_path, **A_REAL_SITE)
    assert "carrier-demo" not in render(real)["pjsip.conf"]
    assert "carrier-demo" in render(settings_on_free_ports(tmp_path))["pjsip.conf"]


def test_without_a_carrier_the_ladder_has_no_rung_outside(tmp_path: Path) -> None:
    settings = settings_on_free_ports(tmp_path, **A_REAL_SITE, sos_duty_number="13911110000")
    (ladder,) = sections(render(settings)["extensions.conf"], "sos")
    assert "everybody" in ladder
    assert "mobile" not in ladder
    assert "keyholder" not in ladder


def test_only_numbers_that_are_set_lead_to_help_at_once(tmp_path: Path) -> None:
    (plain,) = sections(render(settings_on_free_ports(tmp_path))["extensions.conf"], "from-carrier")
    assert "sos,s,1" not in plain
    assert "family-key" not in plain
    (own,) = sections(render(settings_on_free_ports(tmp_path, sos_number="057196110"))["extensions.conf"], "from-carrier")
    assert '"${LINLI_DIALLED:-8}" = "57196110"]?sos,s,1)' in own
    assert "family-key" not in own


def test_no_line_is_longer_than_asterisk_reads_however_many_seats(tmp_path: Path) -> None:
    texts = render(settings_on_free_ports(tmp_path, operator_seats=200))
    assert all(len(line) < 4096 for text in texts.values() for line in text.splitlines())


def test_without_a_carrier_there_is_no_trunk(settings: Settings) -> None:
    assert "trunk" not in render(settings)["pjsip.conf"]


def test_a_carrier_by_address_is_known_by_it_alone(tmp_path: Path) -> None:
    settings = settings_on_free_ports(
        tmp_path,
        trunk="address",
        trunk_host="sip.carrier.example",
        bind_address="0.0.0.0",
        **A_REAL_SITE,
        trunk_codecs="g722,alaw",
    )
    endpoint, contact, identify = sections(render(settings)["pjsip.conf"], "trunk")
    assert "identify_by = ip" in endpoint
    assert "allow = g722,alaw" in endpoint
    assert "trust_id_inbound = yes" in endpoint
    assert "contact = sip:sip.carrier.example:5060" in contact
    assert "match = sip.carrier.example" in identify
    assert "media_address" not in render(settings)["pjsip.conf"]


def test_a_third_person_is_called_by_the_carrier_and_in_a_demonstration_never_outside(tmp_path: Path) -> None:
    trunk = {"trunk": "address", "trunk_host": "127.0.0.1"}
    for chosen, called_by in [
        ({}, ["PJSIP/${LINLI_NUMBER}@carrier-demo"]),
        (trunk, ["PJSIP/${LINLI_NUMBER}@carrier-demo"]),
        (trunk | A_REAL_SITE, ["PJSIP/${LINLI_NUMBER}@trunk"]),
        (A_REAL_SITE, []),
    ]:
        (conference,) = sections(render(settings_on_free_ports(tmp_path, **chosen))["extensions.conf"], "conference")
        assert {*re.findall(r"Dial\(([^,]+@[^,]+),", conference)} == {*called_by}


def test_a_carrier_by_registration_gets_our_account(tmp_path: Path) -> None:
    settings = settings_on_free_ports(
        tmp_path,
        trunk="register",
        trunk_host="127.0.0.1",
        trunk_user="+8657196345",
        trunk_password="p;w",
    )
    endpoint, account, registration, _, _ = sections(render(settings)["pjsip.conf"], "trunk")
    assert "outbound_auth = trunk" in endpoint
    assert r"password = p\;w" in account
    assert "client_uri = sip:+8657196345@127.0.0.1" in registration


def test_an_address_behind_nat_is_told_to_the_carrier(tmp_path: Path) -> None:
    settings = settings_on_free_ports(tmp_path, external_address="203.0.113.9")
    (transport,) = sections(render(settings)["pjsip.conf"], "udp")
    assert "external_media_address = 203.0.113.9" in transport
    assert "local_net = 192.168.0.0/16" in transport


def test_the_carrier_s_prefix_may_be_none(tmp_path: Path) -> None:
    assert (
        "!="
        not in sections(render(settings_on_free_ports(tmp_path, trunk_strip_prefix=""))["extensions.conf"], "from-carrier")[0]
    )
