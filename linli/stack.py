"""Linli's programs, started together and ended together: for `linli up` and for tests that need real parts."""

import fcntl
import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Any
from xmlrpc.client import Fault, ServerProxy

from supervisor.xmlrpc import SupervisorTransport

from linli.processes import end_processes, launch, processes_of, supervisor_url
from linli.programs import Program, programs_for
from linli.service_user import can_write, own, python_account, service_account
from models.settings import PROJECT, Settings

_LOOK_EVERY_S = 0.1
_SUPERVISED_WITHIN_S = 20.0
_EXITS_ALLOWED = 3


class StackError(Exception):
    """A part cannot be started; the message says which, in Chinese and English, with the end of its log."""


class Stack:
    """The programs that run for one data folder; `report` is told what a person should see, a line at a time."""

    def __init__(self, settings: Settings, report: Callable[[str], None] = lambda line: None) -> None:
        self.settings = settings
        self.report = report
        self.programs: dict[str, Program] = {program.name: program for program in programs_for(settings)}
        self._supervisor: subprocess.Popen[bytes] | None = None
        self._lock: int | None = None

    def __enter__(self) -> "Stack":
        """Whatever is started inside the block is stopped at its end."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Stop what runs."""
        self.stop()

    def claim(self) -> None:
        """Take the data folder: nobody else's until `stop`, the service user's own, with no process of an earlier run left."""
        folder = self.settings.data_dir
        folder.mkdir(parents=True, exist_ok=True, mode=0o750)
        self._lock = _locked(folder)
        if leftover := processes_of(self.settings):
            self.report(
                f"正在停止上次留下的 {len(leftover)} 个进程 / stopping {len(leftover)} processes that an earlier run left"
            )
            end_processes(self.settings)
        account = service_account()
        if account is None:
            return
        own(folder, account)
        if not can_write(account, folder):
            raise StackError(
                f"用户 {account.pw_name} 到不了数据目录 / the user {account.pw_name} cannot get to the data folder: {folder}"
            )
        if python_account() is None:
            self.report(
                f"用户 {account.pw_name} 读不到 {PROJECT}，Python 程序只好以 root 运行；把程序放到 /opt 下即可 / "
                f"{account.pw_name} cannot read {PROJECT}, so the Python programs run as root; a clone below /opt mends it"
            )

    def prepare(self) -> None:
        """Install, render and migrate what the programs need: `python -m linli.prepare`, as the user that they run as."""
        if self._lock is None:
            self.claim()
        preparing = launch(self.settings, "linli.prepare")
        try:
            failed = preparing.wait() != 0
        except BaseException:
            os.killpg(preparing.pid, signal.SIGTERM)
            preparing.wait()
            raise
        if failed:
            raise StackError("准备没有完成，原因见上 / the preparations failed; the reason is above")
        if account := service_account():
            own(self.settings.data_dir, account)

    def start(self, parts: Sequence[str] | None = None) -> None:
        """Start these parts, or all, and wait until each does its work; raise `StackError` naming the one that does not."""
        names = [name for name in self.programs if parts is None or name in parts]
        if self._lock is None:
            self.claim()
        self._supervisor = launch(self.settings, "linli.supervise", *names)
        self._await_supervisor()
        for name in names:
            for need in self.programs[name].needs:
                if need in names:
                    self.wait_until_ready(need)
            self.begin_part(name)
        for name in names:
            self.wait_until_ready(name)
            self.report(f"✓ {self.programs[name].title}")

    def start_part(self, name: str) -> None:
        """Start a part that was stopped, and wait until it does its work."""
        self.begin_part(name)
        self.wait_until_ready(name)

    def begin_part(self, name: str) -> None:
        """Start a part that was stopped, and do not wait: what it needs may be missing."""
        try:
            self._ask("startProcess", name, False)
        except Fault as fault:
            raise StackError(f"{self.programs[name].title}：无法启动 / cannot be started: {fault.faultString}") from fault

    def stop_part(self, name: str) -> None:
        """Stop a part and leave it stopped."""
        self._ask("stopProcess", name)

    def stop_parts(self, names: Sequence[str]) -> None:
        """Stop several parts side by side."""
        for name in names:
            self._ask("stopProcess", name, False)
        while any(info["pid"] for info in self._ask("getAllProcessInfo") if info["name"] in names):
            time.sleep(_LOOK_EVERY_S)

    def kill_part(self, name: str) -> None:
        """Kill a part as a crash would; the supervisor starts it again by itself."""
        self._ask("signalProcess", name, "KILL")

    def pid_of(self, name: str) -> int:
        """A part's process id; 0 while it does not run."""
        return int(self._ask("getProcessInfo", name)["pid"])

    def is_running(self) -> bool:
        """Whether the supervisor lives."""
        return self._supervisor is not None and self._supervisor.poll() is None

    def watch(self) -> None:
        """Wait while the supervisor lives; raise `StackError` when it ends by itself."""
        if self._supervisor:
            self._supervisor.wait()
        raise StackError(f"监管进程已退出 / the supervisor has ended\n{self.log_tail('supervisor')}")

    def wait_until_ready(self, name: str) -> None:
        """Wait until the part runs and its probe agrees; raise `StackError` when it keeps exiting or takes too long."""
        program = self.programs[name]
        deadline = time.monotonic() + program.ready_within_s
        pids = set()
        while True:
            info = self._ask("getProcessInfo", name)
            if info["statename"] in ("STARTING", "RUNNING") and program.is_ready(self.settings):
                return
            pids.add(info["pid"])
            if len(pids - {0}) > _EXITS_ALLOWED:
                raise StackError(f"{program.title}：启动后就退出 / exits as soon as it is started\n{self.log_tail(name)}")
            if time.monotonic() > deadline:
                within = f"{program.ready_within_s:.0f}"
                raise StackError(f"{program.title}：{within} 秒内没有就绪 / not ready within {within} s\n{self.log_tail(name)}")
            time.sleep(_LOOK_EVERY_S)

    def log_tail(self, name: str, lines: int = 15) -> str:
        """The end of a part's log, below the log's path."""
        path = self.settings.log_dir / f"{name}.log"
        text = path.read_text(errors="replace") if path.is_file() else ""
        return "\n".join([f"{path}:", *(f"    {line}" for line in text.splitlines()[-lines:])])

    def stop(self) -> None:
        """Stop every process that was started and wait until none is left; harmless when nothing runs."""
        if self._lock is None:
            return
        if self.is_running():
            # Our own programs first, so that none sees Redis or Asterisk go. The supervisor may be ending already.
            with suppress(Fault, OSError):
                self._stop_ours()
        end_processes(self.settings)
        if self._supervisor:
            self._supervisor.wait()
            self._supervisor = None
        os.close(self._lock)
        self._lock = None

    def _stop_ours(self) -> None:
        running = {info["name"] for info in self._ask("getAllProcessInfo") if info["pid"]}
        self.stop_parts([name for name in self.programs if name in running and self.programs[name].is_ours])

    def _await_supervisor(self) -> None:
        deadline = time.monotonic() + _SUPERVISED_WITHIN_S
        while True:
            try:
                self._ask("getState")
                return
            except OSError:  # not there yet
                if not self.is_running() or time.monotonic() > deadline:
                    raise StackError(
                        f"监管进程无法启动 / the supervisor cannot be started\n{self.log_tail('supervisor')}"
                    ) from None
            time.sleep(_LOOK_EVERY_S)

    def _ask(self, method: str, *arguments: str | bool) -> Any:
        transport = SupervisorTransport(None, None, serverurl=supervisor_url(self.settings))
        with ServerProxy("http://supervisor", transport=transport) as supervisor:
            return getattr(supervisor.supervisor, method)(*arguments)


def _locked(folder: os.PathLike[str]) -> int:
    """A descriptor that holds the folder's lock; the system lets go of it with the process, however that ends."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise StackError(
            f"邻里已在运行，用的就是这个数据目录 / Linli is running already with this data folder: {folder}"
        ) from None
    return descriptor
