"""Asterisk's own logs, kept from filling the disk.

Asterisk opens them for appending, so a file may be emptied under it. What is written between the copying and the emptying, some
microseconds, is lost: better than an exchange without a disk.
"""

import logging
import os
import shutil
from datetime import datetime
from pathlib import Path

log = logging.getLogger(__name__)

NAMES = ("messages.log", "security.log")
LARGEST_BYTES = 16 * 1024 * 1024
KEPT = 4  # older ones of each: .1 is the youngest


def bound_logs(folder: Path, _now: datetime, *, largest_bytes: int = LARGEST_BYTES) -> None:
    """Move each log of `folder` that is larger aside, over the oldest; at the most (1 + KEPT) × `largest_bytes` a log stay."""
    for name in NAMES:
        path = folder / name
        if not path.is_file() or path.stat().st_size <= largest_bytes:
            continue
        for number in range(KEPT, 1, -1):
            older = folder / f"{name}.{number - 1}"
            if older.exists():
                older.replace(folder / f"{name}.{number}")
        shutil.copy2(path, folder / f"{name}.1")
        os.truncate(path, 0)
        log.info("%s is turned over", name)
