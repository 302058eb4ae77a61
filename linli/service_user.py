"""The user that Asterisk, Redis and, where it can, Linli run as when root starts them, and the folder that user may write."""

import os
import pwd
import secrets
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

from models.settings import PROJECT

NAME = "linli"
HOME = Path("/var/lib/linli")

# Something of the clone and something of its virtual environment: if these can be read, the rest can.
_REACH = "import linli, models, supervisor"


def service_account() -> pwd.struct_passwd | None:
    """The account to run programs as, made at its first use; None when not root, for then there is nothing to give up."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(NAME)
    except KeyError:
        home = ["--home-dir", str(HOME), "--no-create-home"]
        subprocess.run(["useradd", "--system", "--user-group", *home, "--shell", "/usr/sbin/nologin", NAME], check=True)
        return pwd.getpwnam(NAME)


def place_data_dir(account: pwd.struct_passwd, data_dir: Path = PROJECT / "var", home: Path = HOME) -> None:
    """Make the clone's `var` a link to a folder of the account's own; a clone below /root cannot be reached by it.

    A link that leads somewhere is kept, a plain folder is moved, so that nothing is lost. All of it becomes the account's,
    also what a test or a command of root's has left there.
    """
    if not (data_dir.is_symlink() and data_dir.exists()):
        home.mkdir(parents=True, exist_ok=True, mode=0o755)
        target = home / secrets.token_hex(6)
        if data_dir.is_symlink():
            data_dir.unlink()
        if data_dir.exists():
            shutil.move(data_dir, target)
        target.mkdir(exist_ok=True)
        target.chmod(0o750)
        data_dir.symlink_to(target)
    own(data_dir.resolve(), account)


def own(folder: Path, account: pwd.struct_passwd) -> None:
    """Give the folder and all in it to the account, links themselves rather than what they lead to."""
    os.lchown(folder, account.pw_uid, account.pw_gid)
    for parent, folders, files in os.walk(folder):
        for name in folders + files:
            os.lchown(Path(parent, name), account.pw_uid, account.pw_gid)


def can_write(account: pwd.struct_passwd, folder: Path) -> bool:
    """Whether the account gets to the folder and may write in it."""
    return _succeeds_as(account, ["test", "-w", str(folder), "-a", "-x", str(folder)], cwd=Path("/"))


@cache
def python_account() -> pwd.struct_passwd | None:
    """The account that our own programs run as; None also where it cannot read them, so that root itself runs them."""
    account = service_account()
    return account if account and can_run_python(account) else None


def as_account(account: pwd.struct_passwd | None) -> dict[str, Any]:
    """What makes `subprocess` run a program as the account; nothing for None."""
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}


def can_run_python(account: pwd.struct_passwd) -> bool:
    """Whether the account can read the clone, its virtual environment and the Python below it."""
    return _succeeds_as(account, [sys.executable, "-c", _REACH], cwd=PROJECT)


def _succeeds_as(account: pwd.struct_passwd, command: list[str], cwd: Path) -> bool:
    try:
        done = subprocess.run(command, cwd=cwd, env={"PATH": os.defpath}, capture_output=True, check=False, **as_account(account))
    except PermissionError:  # already on the way to the folder
        return False
    return done.returncode == 0
