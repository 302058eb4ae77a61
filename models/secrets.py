"""Secrets that Linli makes for itself: one file each under the data folder, readable by its owner alone."""

import contextlib
import os
import secrets
import tempfile

from models.settings import Settings


def own_secret(settings: Settings, name: str, size_bytes: int = 24) -> str:
    """The secret called `name`, made of so many random bytes at its first use; two that ask at once get the same one."""
    folder = settings.data_dir / "secrets"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / name
    if not path.exists():
        handle, fresh = tempfile.mkstemp(dir=folder, prefix=f".{name}.")  # 0600
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(size_bytes))
        with contextlib.suppress(FileExistsError):  # somebody else was first; that secret is the one
            os.link(fresh, path)
        os.unlink(fresh)
    return path.read_text()
