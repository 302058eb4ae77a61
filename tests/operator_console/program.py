"""The console as a process of its own."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from models.settings import Settings

PROJECT = Path(__file__).parents[2]


@contextmanager
def running_console(settings: Settings, database_url: str) -> Iterator[subprocess.Popen[str]]:
    """Run `python -m operator_console` on a migrated database; ended afterwards if the test did not end it."""
    no_settings = settings.data_dir / "linli.toml"  # rather than the project's own
    no_settings.touch()
    environment = os.environ | {
        "PYTHONPATH": str(PROJECT),
        "LINLI_SETTINGS": str(no_settings),
        "LINLI_DEMO": "1",
        "LINLI_DATA_DIR": str(settings.data_dir),
        "LINLI_DATABASE_URL": database_url,
        **{f"LINLI_{name.upper()}": str(port) for name, port in settings.ports.items()},
    }
    console = subprocess.Popen([sys.executable, "-m", "operator_console"], env=environment, stderr=subprocess.PIPE, text=True)
    try:
        yield console
    finally:
        console.terminate()
        console.communicate()


def first_line(console: subprocess.Popen[str]) -> str:
    """What the console says first; it says that it serves once it does."""
    assert console.stderr is not None
    return console.stderr.readline()
