"""`linli doctor` says what is wrong and how to mend it, and touches nothing."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from linli.checks import check_database, check_packages, examine
from linli.doctor import doctor
from linli.environment import environment_of
from linli.programs import PROGRAMS
from models.database import migrate
from models.settings import Settings


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
