"""A whole Linli on PostgreSQL whose parts are stopped and started while its telephones go on."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from click.testing import CliRunner

from linli.cli import linli
from linli.environment import environment_of
from linli.softphone import Identity, Softphone
from linli.stack import Stack
from models.secrets import own_secret
from models.settings import Settings
from tests.postgres import Postgres
from tests.survival.parts import NOTHING, PARTS, Stopped

AWAY = ".away"
# What a part needs before it can be ready; without it, it runs and does what it can.
NEEDS = {"ivr": "models", "console": "database", "worker": "redis", "worker2": "redis"}


@dataclass
class Site:
    """The stack, its database and its one-key phones; `stopped` says which parts are down now."""

    settings: Settings
    stack: Stack
    database: Postgres
    secrets: dict[int, str]
    stopped: Stopped = NOTHING

    def bring(self, stopped: Stopped) -> None:
        """Stop and start what differs, and wait until whatever was started and has what it needs does its work."""
        fresh = [part for part in PARTS if part in self.stopped - stopped]
        for part in stopped - self.stopped:
            self._stop(part)
        for part in fresh:
            self._start(part)
        self.stopped = stopped
        for part in fresh:
            self._wait_for(part)

    def bring_all_back(self) -> None:
        """Start what is stopped, and wait until everything does its work, also what came back by itself."""
        self.bring(NOTHING)
        for part in PARTS:
            self._wait_for(part)

    def _wait_for(self, part: str) -> None:
        for name in self._programs(part):
            if NEEDS.get(name) not in self.stopped:
                self.stack.wait_until_ready(name)

    def linli(self, *words: str) -> Any:
        """What the command line prints with --json."""
        done = CliRunner().invoke(linli, [*words, "--json"], env=environment_of(self.settings))
        assert done.exit_code == 0, done.output or done.exception
        return json.loads(done.stdout)

    @contextmanager
    def phone(self, name: str, secret: str = "") -> Iterator[Softphone]:
        """A telephone that is switched on, not registered; its secret unless it is one of ours."""
        identity = Identity(name, secret=secret or own_secret(self.settings, name))
        with Softphone(f"127.0.0.1:{self.settings.sip_port}", identity) as phone:
            yield phone

    def _programs(self, part: str) -> list[str]:
        if part != "workers":
            return [part] if part in self.stack.programs else []
        ours = [name for name, program in self.stack.programs.items() if program.is_ours]
        return [name for name in ours if name not in PARTS]

    def _stop(self, part: str) -> None:
        match part:
            case "database":
                self.database.stop()
            case "models":
                for model in [self.settings.model_dir, *self.settings.data_dir.glob("*.npz")]:
                    model.rename(model.with_name(model.name + AWAY))
                self._restart_ivr()
            case _:
                self.stack.stop_parts(self._programs(part))

    def _start(self, part: str) -> None:
        match part:
            case "database":
                self.database.start()
            case "models":
                for model in self.settings.data_dir.glob("*" + AWAY):
                    model.rename(model.with_name(model.name.removesuffix(AWAY)))
            case _:
                for name in self._programs(part):
                    self.stack.begin_part(name)

    def _restart_ivr(self) -> None:
        if "ivr" not in self.stopped:
            self.stack.stop_part("ivr")
            self.stack.begin_part("ivr")


def eventually(fact: Callable[[], Any], within_s: float) -> Any:
    """What `fact` says once it is true; a fact that is not true yet may fail an assertion."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        with suppress(AssertionError):
            if value := fact():
                return value
        time.sleep(0.2)
    return fact()
