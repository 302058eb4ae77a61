"""The table of programs holds together."""

from importlib.util import find_spec
from pathlib import Path

import pytest

from linli.programs import PROGRAMS, Program, programs_for
from models.settings import Settings
from tests.conftest import settings_on_free_ports


def test_names_differ_and_needs_name_earlier_programs() -> None:
    names = [program.name for program in PROGRAMS]
    assert len(set(names)) == len(names)
    for place, program in enumerate(PROGRAMS):
        assert set(program.needs) <= set(names[:place])


@pytest.mark.parametrize("program", [program for program in PROGRAMS if program.is_ours], ids=lambda program: program.name)
def test_our_programs_are_modules_that_can_be_run(program: Program, settings: Settings) -> None:
    _, dash_m, module, *_ = program.command(settings)
    assert dash_m == "-m"
    assert find_spec(f"{module}.__main__")


def test_where_the_site_names_a_redis_none_is_started(tmp_path: Path) -> None:
    elsewhere = settings_on_free_ports(tmp_path, redis_url="redis://queue.example/0")
    assert "redis" not in [program.name for program in programs_for(elsewhere)]


def test_nothing_answers_where_nothing_runs(settings: Settings) -> None:
    for program in PROGRAMS:
        assert not program.is_ready(settings)
