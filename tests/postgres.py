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
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text


@dataclass
class Postgres:
    """A server in a folder of its own, which may be stopped and started again.

    PostgreSQL refuses to run as root, so root lends it the account `nobody`.
    """

    programs: Path
    folder: Path
    process: subprocess.Popen[bytes] | None = None
    durable: bool = False  # whether a commit waits for the disk, as it does in life; tests do without

    @property
    def url_form(self) -> str:
        """Its URL up to the database's name."""
        return f"postgresql+psycopg://linli@/{{name}}?host={self.folder}"

    def make(self) -> None:
        """Lay out its data."""
        account = self._account()
        os.chown(self.folder, account.pw_uid, account.pw_gid)
        options = ["-U", "linli", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"]
        subprocess.run([self.programs / "initdb", "-D", self.folder / "data", *options], check=True, **self._as_it())

    def start(self) -> None:
        """Start it and wait until it answers."""
        options = ["-k", str(self.folder), "-c", "listen_addresses=", "-c", "max_connections=300"]
        options += [] if self.durable else ["-c", "fsync=off"]
        command = [f"{self.programs}/postgres", "-D", f"{self.folder}/data", *options]
        with (self.folder / "log").open("ab") as log:
            process: subprocess.Popen[bytes] = subprocess.Popen(command, stderr=log, **self._as_it())
        self.process = process
        while subprocess.run([f"{self.programs}/pg_isready", "-h", self.folder, "-t", "20", "-q"], check=False).returncode != 0:
            if process.poll() is not None:
                raise RuntimeError((self.folder / "log").read_text())

    def stop(self) -> None:
        """Stop it fast: sessions are ended, nothing is waited for. Harmless when it does not run."""
        if self.process:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(20)
            self.process = None

    def _account(self) -> pwd.struct_passwd:
        return pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())

    def _as_it(self) -> dict[str, Any]:
        account = self._account()
        identity = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}
        return identity | {"cwd": self.folder, "stdout": subprocess.DEVNULL}


@contextmanager
def own_postgres(*, durable: bool = False) -> Iterator[Postgres]:
    """A server in a new folder, started; stopped and removed at the end."""
    programs = sorted(glob.glob("/usr/lib/postgresql/*/bin"))
    if not programs:
        raise FileNotFoundError("没有 PostgreSQL / PostgreSQL is not installed: apt-get install postgresql")
    server = Postgres(Path(programs[-1]), Path(tempfile.mkdtemp(prefix="linli-pg-", dir="/tmp")), durable=durable)
    try:
        server.make()
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(server.folder)


@contextmanager
def running_postgres() -> Iterator[str]:
    """The URL of a server of one's own up to the database's name."""
    with own_postgres() as server:
        yield server.url_form


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
