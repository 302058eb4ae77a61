"""`linli devices` lists the telephones in homes, adds and moves them, and says what cannot be."""

import json
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from linli.devices import devices
from linli.environment import environment_of
from models.database import SessionMaker, session_maker
from models.demo import load_demo
from models.devices import Device
from models.settings import Settings
from tests.conftest import settings_on_free_ports


@pytest.fixture
def site(tmp_path: Any, migrated_sqlite: Any) -> Settings:
    (tmp_path / "linli.db").write_bytes(migrated_sqlite.read_bytes())
    return settings_on_free_ports(tmp_path)


@pytest.fixture
def sessions(site: Settings) -> Any:
    maker = session_maker(site.database)
    with maker.begin() as session:
        load_demo(session, site)
    yield maker
    maker.kw["bind"].dispose()


def run(site: Settings, *words: str) -> Result:
    return CliRunner().invoke(devices, words, env=environment_of(site) | {"COLUMNS": "250"})


def document(site: Settings, *words: str) -> Any:
    result = run(site, *words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


ADDED = ("add", "3", "0571 8801 0099", "--model", "一键通A1", "--place", "客厅")


def test_devices_are_listed_with_their_health_and_without_their_secrets(site: Settings, sessions: SessionMaker) -> None:
    listed = document(site)
    assert len(listed) == 12
    assert (listed[0]["account"], listed[0]["health"], listed[0]["test_due"]) == ("device-1", "not_yet_heard", True)
    with sessions() as session:
        secrets = session.scalars(select(Device.secret)).all()
    told = run(site).output + run(site, "--json").output
    assert "王秀英" in told
    assert not [secret for secret in secrets if secret in told]


def test_a_device_is_added_replaced_taken_back_and_retired(site: Settings, sessions: SessionMaker) -> None:
    added = document(site, *ADDED, "--key", "family1=13900000005")
    device = str(added["id"])
    assert (added["number"], added["status"], added["keys"]) == ("057188010099", "installed", {"family1": "13900000005"})
    with sessions() as session:
        before = session.get_one(Device, added["id"]).secret
    assert document(site, "replace", device, "--model", "一键通B2")["model"] == "一键通B2"
    with sessions() as session:
        assert session.get_one(Device, added["id"]).secret not in {"", before}
    assert document(site, "stock", device)["health"] == "unwatched"
    assert document(site, "install", device)["status"] == "installed"
    retired = document(site, "retire", device)
    assert (retired["account"], retired["number"]) == (None, "057188010099")
    assert document(site, *ADDED)["id"] == added["id"] + 1


def test_tests_and_visits_are_ticked_off_and_models_compared(site: Settings, sessions: SessionMaker) -> None:
    assert document(site, "tested", "1", "first_time")["test_due"] is False
    assert document(site, "tested", "2", "failed", "--note", "没有声音")["visit"]["reason"] == "test_failed"
    assert document(site, "visited", "2", "--note", "换了电源")["visit"] is None
    assert document(site, "--report") == [{"model": "一键通", "devices": 12, "trials": 2, "first_time": 1, "share": 0.5}]
    assert "50.0%" in run(site, "--report").stdout


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("add", "3", "057188010001", "--model", "A1", "--place", "客厅"), "has this number already"),
        ((*ADDED, "--key", "family1=13900000001"), "NUMBER of one of the contacts"),
        (("replace", "99"), "no such device"),
        (("install", "1"), "in that state already"),
        (("visited", "1"), "no visit to device 1 is due"),
    ],
)
def test_what_cannot_be_is_told_in_one_sentence(
    site: Settings, sessions: SessionMaker, words: tuple[str, ...], told: str
) -> None:
    result = run(site, *words)
    assert result.exit_code == 1
    assert told in result.output
    assert "Traceback" not in result.output
