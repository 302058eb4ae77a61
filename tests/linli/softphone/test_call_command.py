"""`linli call`, with a phone in the exchange's place."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from click.testing import CliRunner

from audio.sound import read_wav, write_wav
from linli.call import call
from linli.softphone import Softphone
from tests.linli.softphone.sounds import how_often, sweep

pytestmark = pytest.mark.usefixtures("short_gap")


@pytest.fixture
def environment(tmp_path: Path, hotline: Softphone) -> dict[str, str]:
    """A demonstration whose exchange is the hotline's phone."""
    return {"LINLI_DEMO": "1", "LINLI_DATA_DIR": str(tmp_path / "var"), "LINLI_SIP_PORT": str(hotline.port)}


def test_sounds_and_keys_go_out_in_the_order_given_each_after_a_prompt(
    hotline: Softphone, environment: dict[str, str], tmp_path: Path
) -> None:
    rising, falling = sweep(0.5), sweep(0.5, 1900, 700)
    write_wav(tmp_path / "rising.wav", rising)
    write_wav(tmp_path / "falling.wav", falling)
    options = [
        "--wav",
        f"{tmp_path}/rising.wav",
        "--dtmf",
        "12",
        "--wav",
        f"{tmp_path}/falling.wav",
        "--record",
        f"{tmp_path}/heard.wav",
    ]
    with ThreadPoolExecutor() as pool:
        placed = pool.submit(CliRunner().invoke, call, ["--from", "13800000001", *options, "--json"], env=environment)
        theirs = hotline.wait_incoming(60)
        theirs.answer()
        theirs.say(sweep(0.3))
        theirs.wait_prompt_end(30)
        theirs.say(sweep(0.3))
        theirs.wait_keys(2, timeout_s=30)
        theirs.say(sweep(0.3))
        theirs.wait_prompt_end(30)
        theirs.hang_up()
        result = placed.result(60)
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    assert (document["from"], document["to"], document["hung_up_by"]) == ("13800000001", "96345", "system")
    assert [(action["kind"], action["value"]) for action in document["actions"]] == [
        ("wav", f"{tmp_path}/rising.wav"),
        ("dtmf", "12"),
        ("wav", f"{tmp_path}/falling.wav"),
    ]
    assert theirs.number == "13800000001"
    assert (how_often(rising, theirs.heard), how_often(falling, theirs.heard), theirs.keys_heard) == (1, 1, "12")
    assert document["started_at"] < document["answered_at"] < document["actions"][0]["at"] < document["ended_at"]
    for prompt, action in zip(document["heard"], document["actions"], strict=True):
        assert 0.35 < action["start_s"] - prompt["end_s"] < 5
    assert how_often(sweep(0.3), read_wav(document["recording"])) == 3


def test_a_refused_call_is_one_sentence_and_a_failure(hotline: Softphone, environment: dict[str, str]) -> None:
    with ThreadPoolExecutor() as pool:
        placed = pool.submit(CliRunner().invoke, call, ["--dtmf", "0", "--json"], env=environment)
        hotline.wait_incoming(60).decline(486)
        result = placed.result(60)
    assert result.exit_code == 1
    assert "占线 / busy" in result.stderr
    assert "占线 / busy" in json.loads(result.stdout)["error"]


def test_calling_as_the_carrier_is_for_demonstrations_only(environment: dict[str, str]) -> None:
    environment |= {"LINLI_DEMO": "0", "LINLI_GATEWAY": "twilio", "LINLI_PUBLIC_URL": "https://linli.example"}
    environment |= {"LINLI_TWILIO_ACCOUNT_SID": "AC1", "LINLI_TWILIO_AUTH_TOKEN": "t", "LINLI_TWILIO_FROM": "+8657112345678"}
    result = CliRunner().invoke(call, ["--from", "13800000001"], env=environment)
    assert (result.exit_code, "demo = true" in result.stderr) == (1, True)


@pytest.mark.parametrize("options", [["--device", "7"], ["--key", "sos"], ["--device", "7", "--key", "sos", "--from", "1"]])
def test_a_one_key_phone_needs_its_key_and_no_number(options: list[str], environment: dict[str, str]) -> None:
    assert CliRunner().invoke(call, options, env=environment).exit_code == 2


def test_a_device_without_a_database_is_told_in_words(environment: dict[str, str]) -> None:
    result = CliRunner().invoke(call, ["--device", "7", "--key", "sos"], env=environment)
    assert (result.exit_code, "make run" in result.stderr) == (1, True)
