"""A PostgreSQL server of the tests' own: fresh, on a Unix socket alone, gone afterwards."""

import glob
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, text


@contextmanager
def running_postgres() -> Iterator[str]:
    """Start a server in a new folder; yield its URL up to the database's name; stop and remove it.

    PostgreSQL refuses to run as root, so root lends it the account `nobody`.
    """
    programs = sorted(glob.glob("/usr/lib/postgresql/*/bin"))
    if not programs:
        raise FileNotFoundError("没有 PostgreSQL / PostgreSQL is not installed: apt-get install postgresql")
    folder = Path(tempfile.mkdtemp(prefix="linli-pg-", dir="/tmp"))
    account = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    os.chown(folder, account.pw_uid, account.pw_gid)
    identity = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}
    data = folder / "data"
    initdb = [f"{programs[-1]}/initdb", "-D", data, "-U", "linli", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"]
    subprocess.run(initdb, check=True, stdout=subprocess.DEVNULL, cwd=folder, **identity)
    options = ["-k", folder, "-c", "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=300"]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen([f"{programs[-1]}/postgres", "-D", data, *options], stderr=log, cwd=folder, **identity)
    try:
        ready = [f"{programs[-1]}/pg_isready", "-h", folder, "-t", "20", "-q"]
        while subprocess.run(ready, check=False).returncode != 0:
            if server.poll() is not None:
                raise RuntimeError((folder / "log").read_text())
        yield f"postgresql+psycopg://linli@/{{name}}?host={folder}"
    finally:
        server.send_signal(signal.SIGINT)  # fast shutdown: sessions are ended, nothing is waited for
        server.wait(20)
        shutil.rmtree(folder)


def create_database(url_form: str, template: str = "template1") -> str:
    """Make a database with a name of its own on the running server; return its URL."""
    name = f"linli_{secrets.token_hex(6)}"
    engine = create_engine(url_form.format(name="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
    engine.dispose()
    return url_form.format(name=name)


def drop_database(url_form: str, url: str) -> None:
    """Remove a database made by `create_database`, whoever is still connected."""
    name = url.split("/")[3].split("?", maxsplit=1)[0]
    engine = create_engine(url_form.format(name="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    engine.dispose()
