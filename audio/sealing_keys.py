"""The keys that seal recordings: one a line, the last one seals, every one opens."""

import os
import secrets
import tempfile
from pathlib import Path

from audio.sealing import SealError, key_file

KEY_BYTES = 32


def add_key(folder: Path) -> int:
    """Put a new key behind those of the recordings in `folder`, which go on opening what they sealed; how many there are then.

    Whoever seals next takes it: nothing has to be started again. Raises `SealError` where there is no first key yet, and OSError.
    """
    path = key_file(folder)
    try:
        kept, owner = path.read_text().split(), path.stat()
    except FileNotFoundError:
        raise SealError("还没有第一把钥匙，先启动一次 / there is no first key yet; start Linli once") from None
    handle, fresh = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # 0600
    try:
        with os.fdopen(handle, "w") as file:
            file.write("".join(f"{key}\n" for key in [*kept, secrets.token_urlsafe(KEY_BYTES)]))
            file.flush()
            os.fsync(file.fileno())
        if os.geteuid() == 0:  # the service user goes on reading it
            os.chown(fresh, owner.st_uid, owner.st_gid)
        os.replace(fresh, path)
    finally:
        Path(fresh).unlink(missing_ok=True)
    return len(kept) + 1
