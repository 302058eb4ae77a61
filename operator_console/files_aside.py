"""Files that were looked through and wait to be taken over."""

import os
import re
import time
from hashlib import sha256
from pathlib import Path

from operator_console.context import parts

# What was looked through and then not taken over is thrown away after so long.
KEPT_S = 24 * 3600
_DIGEST = re.compile(r"[0-9a-f]{64}")


def put_aside(data: bytes) -> None:
    """Keep the file until it is taken over, under the name of its own digest, for us alone; throw old ones away."""
    folder = _folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for old in folder.glob("*.csv"):
        if old.stat().st_mtime < time.time() - KEPT_S:
            old.unlink(missing_ok=True)
    path = folder / f"{sha256(data).hexdigest()}.csv"
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(data)


def find_aside(digest: str) -> Path | None:
    """The file with this digest; None where it is gone."""
    path = _folder() / f"{digest}.csv"
    return path if _DIGEST.fullmatch(digest) and path.is_file() else None


def _folder() -> Path:
    return parts().settings.data_dir / "imports"
