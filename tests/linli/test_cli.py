"""The commands of `linli` are imported by name, so their names are looked at here."""

import subprocess
import sys

import click
import pytest

from linli.cli import COMMANDS, linli


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_of_the_table_is_there_under_its_name(name: str) -> None:
    command = linli.get_command(click.Context(linli), name)
    assert command
    assert command.name == name


def test_what_is_no_command_is_none() -> None:
    assert linli.get_command(click.Context(linli), "whn") is None


def test_a_command_waits_for_no_other_to_be_imported() -> None:
    program = "import sys; from linli.cli import linli; linli(['when', '--help'], standalone_mode=False); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert "linli.when" in done.stdout.split()
    assert not {"linli.train", "sklearn", "twilio"} & set(done.stdout.split())
