"""The private Asterisk of this checkout, which all tests share."""

import sys
import tempfile
from pathlib import Path

from agi_scripts.asterisk.install import install
from models.settings import PROJECT, load_settings


def installed_asterisk() -> Path:
    """What `asterisk_prefix` is to be; downloads it where that has not been done."""
    prefix = PROJECT / "var/asterisk-prefix"
    with tempfile.TemporaryDirectory() as folder:
        install(
            load_settings(demo=True, data_dir=Path(folder), asterisk_prefix=prefix), lambda line: print(line, file=sys.stderr)
        )
    return prefix
