"""Secrets that Linli makes for itself: one file each under the data folder, readable by its owner alone."""

import contextlib
import os
import secrets

from models.settings import Settings


def own_secret(settings: Settings, name: str) -> str:
    """The secret called `name`, made at its first use; two processes that ask at once get the same one."""
    folder = settings.data_dir / "secrets"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / name
    fresh = folder / f".{name}.{os.getpid()}"
    if not path.exists():
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(24))
        with contextlib.suppress(FileExistsError):  # another process was first; its secret is the one
            os.link(fresh, path)
        fresh.unlink()
    return path.read_text()
