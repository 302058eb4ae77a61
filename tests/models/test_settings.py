from collections.abc import Callable
from pathlib import Path

import pytest

from models.settings import PROJECT, Gateway, SettingsError, TrunkMode, load_settings
from models.sos_settings import own_digits

TWILIO = {"twilio_account_sid": "AC1", "twilio_auth_token": "t", "twilio_from": "+1", "public_url": "https://linli.example"}


@pytest.fixture
def write_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    def write(words: str) -> None:
        path = tmp_path / "site.toml"
        path.write_text(words, encoding="utf-8")
        monkeypatch.setenv("LINLI_SETTINGS", str(path))

    return write


def faults_of(**chosen: object) -> list[str]:
    with pytest.raises(SettingsError) as told:
        load_settings(**chosen)
    return told.value.faults


def test_the_demo_needs_no_other_setting() -> None:
    settings = load_settings(demo=True)
    assert settings.gateway == Gateway.DEMO
    assert settings.bind_address == "127.0.0.1"
    assert settings.database == f"sqlite:///{settings.data_dir}/linli.db"
    assert settings.redis == f"redis://127.0.0.1:{settings.redis_port}/0"


def test_the_environment_wins_over_the_file(write_file: Callable[[str], None], monkeypatch: pytest.MonkeyPatch) -> None:
    write_file('demo = true\ncommunity = "银杏里"\nsip_port = 5099\n')
    monkeypatch.setenv("LINLI_SIP_PORT", "5098")
    settings = load_settings()
    assert (settings.community, settings.sip_port) == ("银杏里", 5098)


def test_arguments_win_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINLI_SIP_PORT", "5098")
    assert load_settings(demo=True, sip_port=5097).sip_port == 5097


def test_every_fault_is_told_together(write_file: Callable[[str], None], monkeypatch: pytest.MonkeyPatch) -> None:
    write_file('sip_prot = 5060\noperator_seats = 0\ntrunk = "register"\ntrunk_host = "127.0.0.1"\n')
    monkeypatch.setenv("LINLI_AGI_PORT", "ninety")
    monkeypatch.setenv("LINLI_SPELT_WRONG", "1")
    faults = faults_of(media_port=8060, bind_address="here")
    for name in (
        "LINLI_SPELT_WRONG",
        "sip_prot",
        "operator_seats",
        "agi_port",
        "bind_address",
        "console_port and media_port are both 8060",
        "trunk_user is needed",
        "trunk_password is needed",
        "gateway = demo is for demo = true only",
    ):
        assert [fault for fault in faults if name in fault], name
    # `trunk_password` is named for being left out; nothing is told twice.
    assert len(faults) == len(set(faults)) == 9


def test_an_unknown_name_in_the_file_is_told(write_file: Callable[[str], None]) -> None:
    write_file("sip_prot = 5060\noperator_seats = 0\n")
    assert [fault.split()[0] for fault in faults_of(demo=True)] == ["operator_seats", "sip_prot"]


def test_a_fault_is_told_in_chinese_and_english() -> None:
    [fault] = faults_of(demo=True, sip_port=0)
    assert fault.startswith("sip_port 的值不对 / sip_port is wrong")


def test_the_error_lists_its_faults_line_by_line() -> None:
    with pytest.raises(SettingsError, match=r"are not usable:\n  - .*\n  - ") as told:
        load_settings(sip_port=0)
    assert len(told.value.faults) == 2


def test_no_fault_repeats_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINLI_TRUNK_PASSWORD", "opensesame")
    monkeypatch.setenv("LINLI_TRUNK_USER", "a b")
    monkeypatch.setenv("LINLI_TRUNK", "register")
    with pytest.raises(SettingsError) as told:
        load_settings()
    assert "opensesame" not in str(told.value)


def test_an_unknown_name_in_the_environment_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINLI_SIP_PROT", "5060")
    assert faults_of(demo=True) == ["LINLI_SIP_PROT 不是一项设置 / LINLI_SIP_PROT is not a setting"]


def test_a_file_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LINLI_SETTINGS", str(tmp_path / "none.toml"))
    [fault] = faults_of(demo=True)
    assert "none.toml" in fault


def test_a_file_that_is_no_toml_is_told(write_file: Callable[[str], None]) -> None:
    write_file("demo: true")
    [fault] = faults_of(demo=True)
    assert "cannot be read" in fault


@pytest.mark.parametrize("name", ["agi_port", "ami_port", "media_port", "console_port", "asterisk_http_port", "redis_port"])
def test_no_two_parts_share_a_port(name: str) -> None:
    [fault] = faults_of(demo=True, sip_port=5555, **{name: 5555})
    assert f"{name} and sip_port are both 5555" in fault


def test_an_existing_redis_leaves_its_port_free() -> None:
    settings = load_settings(demo=True, redis_url="redis://127.0.0.1:1/0", sip_port=6390, redis_port=6390)
    assert settings.redis == "redis://127.0.0.1:1/0"


def test_a_trunk_needs_an_address_that_a_carrier_can_reach() -> None:
    [fault] = faults_of(demo=True, trunk="address", trunk_host="sip.carrier.example")
    assert "cannot reach bind_address" in fault
    carrier = {"trunk": "address", "trunk_host": "sip.carrier.example", "bind_address": "0.0.0.0"}
    settings = load_settings(gateway="twilio", **TWILIO, **carrier)
    assert settings.trunk is TrunkMode.ADDRESS


def test_a_demonstration_stays_on_this_machine() -> None:
    [fault] = faults_of(demo=True, bind_address="0.0.0.0")
    assert "demo mode has a known password" in fault


@pytest.mark.parametrize("numbers", [{"sos_number": "345"}, {"sos_number": "96110", "family_number": "057196110"}])
def test_our_numbers_can_be_told_apart_whatever_codes_stand_before_them(numbers: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match="cannot be told apart"):
        load_settings(demo=True, **numbers)


@pytest.mark.parametrize(
    ("number", "digits"),
    [("96110", "96110"), ("057196110", "57196110"), ("+8657196110", "57196110"), ("008657196110", "57196110"), ("", "")],
)
def test_our_number_is_known_by_the_digits_that_every_carrier_sends(number: str, digits: str) -> None:
    assert own_digits(number) == digits


def test_twilio_needs_its_account_and_our_address() -> None:
    assert load_settings(gateway="twilio", **TWILIO).gateway == Gateway.TWILIO
    assert [fault.split(" / ")[1].split()[0] for fault in faults_of(gateway="twilio")] == list(TWILIO)


CITY = {"url": "https://sms.city.example/send", "form": {"to": "{number}", "key": "{key}"}, "secrets": {"key": "opensesame"}}


def test_several_gateways_have_their_shares() -> None:
    settings = load_settings(gateway="city:80, twilio:20", http_gateways={"city": CITY}, **TWILIO)
    assert settings.gateway_shares == {"city": 80, "twilio": 20}
    assert [settings.gateway_kind(name) for name in settings.gateway_shares] == [Gateway.HTTP, Gateway.TWILIO]
    assert [settings.has_receipts(name) for name in settings.gateway_shares] == [False, True]


@pytest.mark.parametrize(
    ("chosen", "fault"),
    [
        ({"gateway": "city"}, "city in gateway is neither twilio nor one of http_gateways"),
        ({"gateway": "demo,city", "http_gateways": {"city": CITY}}, "goes with no other gateway"),
        ({"gateway": "city:0", "http_gateways": {"city": CITY}}, "not gateways such as"),
        ({"gateway": "city,city", "http_gateways": {"city": CITY}}, "not gateways such as"),
        ({"http_gateways": {"demo": CITY}}, "can be called demo"),
        ({"http_gateways": {"city": CITY | {"form": {"to": "{nummer}"}}}}, "{nummer} is neither"),
        ({"http_gateways": {"city": CITY | {"secrets": {"key": ["opensesame"]}}}}, "http_gateways.city.secrets.key"),
        ({"http_gateways": {"city": CITY | {"extra": "opensesame"}}}, "http_gateways.city.extra"),
        ({"quiet_hours": "at night"}, "not hours such as"),
        ({"quiet_hours": "07:00-07:00"}, "begin when they end"),
        ({"quiet_hours": "25:00-07:00"}, "quiet_hours"),
    ],
)
def test_what_is_wrong_with_gateways_is_told_without_their_secrets(chosen: dict[str, object], fault: str) -> None:
    faults = faults_of(demo=True, **chosen)
    assert fault in "\n".join(faults)
    assert "opensesame" not in "\n".join(faults)


def test_vosk_needs_its_models_folder(tmp_path: Path) -> None:
    [fault] = faults_of(demo=True, recognizer="vosk", vosk_model_dir=tmp_path / "none")
    assert "vosk_model_dir" in fault
    assert load_settings(demo=True, recognizer="vosk", vosk_model_dir=tmp_path).vosk_model_dir == tmp_path


def test_recognisers_are_asked_in_the_order_given(tmp_path: Path) -> None:
    settings = load_settings(demo=True, recognizer="vosk_server, whisper", recognition_url="wss://farm.example:2700")
    assert settings.recognizers == ["vosk_server", "whisper"]
    [fault] = faults_of(demo=True, recognizer="whisper,vosk", vosk_model_dir=tmp_path / "none")
    assert "vosk_model_dir" in fault


def test_a_recognition_server_needs_its_address() -> None:
    [fault] = faults_of(demo=True, recognizer="vosk_server,whisper")
    assert "recognition_url" in fault
    [fault] = faults_of(demo=True, recognition_url="http://farm.example")
    assert "recognition_url" in fault


def test_the_data_folder_must_be_a_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    [fault] = faults_of(demo=True, data_dir=tmp_path / "file")
    assert "data_dir is not a folder" in fault


def test_folders_are_absolute_wherever_linli_is_started(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert load_settings(demo=True, data_dir="site").data_dir == tmp_path / "site"
    assert load_settings(demo=True).data_dir == (PROJECT / "var").resolve()


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_the_usual_name_of_a_database_is_read_and_its_driver_chosen(scheme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", f"{scheme}://linli@db/linli")
    assert load_settings(demo=True).database == "postgresql+psycopg://linli@db/linli"
    monkeypatch.setenv("LINLI_DATABASE_URL", "sqlite:////tmp/site.db")
    assert load_settings(demo=True).database == "sqlite:////tmp/site.db"


def test_settings_cannot_be_changed_afterwards() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load_settings(demo=True).sip_port = 1
