"""`linli doctor` says what is wrong and how to mend it, and touches nothing."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from linli.checks import check_database, check_gateway, check_packages, examine
from linli.doctor import doctor
from linli.environment import environment_of
from linli.programs import PROGRAMS
from models.database import session_maker
from models.http_gateway import HttpGateway
from models.messages import GatewayState
from models.migrating import migrate
from models.settings import Settings
from tests.conftest import free_ports


def ask_doctor(settings: Settings, *words: str) -> Result:
    return CliRunner().invoke(doctor, words, env=environment_of(settings))


def test_every_part_has_a_line_and_what_is_missing_ends_with_1(settings: Settings) -> None:
    answer = ask_doctor(settings)
    assert answer.exit_code == 1
    for program in PROGRAMS:
        assert f"✗ {program.name}:" in answer.output
    assert "→ make run" in answer.output


def test_json_is_one_document(settings: Settings) -> None:
    answer = ask_doctor(settings, "--json")
    told = json.loads(answer.stdout)
    assert told["well"] is False
    assert {"redis", "database", "speech-model", "phones"} <= {finding["name"] for finding in told["findings"]}


def test_whatever_is_not_well_can_be_mended(settings: Settings) -> None:
    assert all(finding.mend for finding in examine(settings) if not finding.ok)


def test_looking_makes_nothing(settings: Settings) -> None:
    before = sorted(settings.data_dir.iterdir())
    ask_doctor(settings)
    assert sorted(settings.data_dir.iterdir()) == before


def test_the_packages_of_the_lock_are_installed_here(settings: Settings) -> None:
    assert check_packages(settings).ok


@pytest.mark.parametrize("migrated", [True, False])
def test_a_database_is_well_once_it_is_migrated(settings: Settings, tmp_path: Path, migrated: bool) -> None:
    if migrated:
        migrate(settings.database)
    else:
        (tmp_path / "linli.db").touch()
    assert check_database(settings).ok is migrated


def test_every_gateway_is_asked_for_but_sends_nothing(settings: Settings, platform_port: int) -> None:
    city, village = (HttpGateway(url=f"http://127.0.0.1:{port}/send") for port in (platform_port, free_ports(1)[0]))
    both = {"gateway": "city:80,village:20", "http_gateways": {"city": city, "village": village}}
    migrate(settings.database)
    with session_maker(settings.database).begin() as session:
        session.add(GatewayState(name="city", weight=40, reason="HTTP 503"))
    found = check_gateway(settings.model_copy(update=both))
    assert (found.ok, found.detail) == (False, "city 40/80；village 20/20 连不上 / cannot be reached")
    assert check_gateway(settings.model_copy(update=both | {"gateway": "city:80"})).ok
    assert check_gateway(settings).detail.startswith("demo")


@pytest.fixture
def platform_port() -> Iterator[int]:
    """Where something listens, and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]
