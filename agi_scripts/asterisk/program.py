"""Which Asterisk this site runs, and how it is started and spoken to."""

import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from models.settings import Settings

# The first releases whose app_audiosocket ends cleanly on a hangup and on a closed socket; any later series has it too.
FIRST_SUITABLE = {20: (20, 14), 21: (21, 9), 22: (22, 4)}
NEEDED_MODULES = (
    "app_audiosocket.so",
    "app_confbridge.so",
    "app_exec.so",
    "app_queue.so",
    "app_read.so",
    "app_stack.so",
    "chan_pjsip.so",
    "func_db.so",
    "func_groupcount.so",
    "func_pjsip_aor.so",
    "res_agi.so",
    "res_pjsip_transport_websocket.so",
)
HOST_MODULES = ("usr/lib/*/asterisk/modules", "usr/lib/asterisk/modules", "usr/lib64/asterisk/modules")
HOST_DATA = ("/usr/share/asterisk", "/var/lib/asterisk")
MARKER = "linli-installed.json"


class AsteriskError(Exception):
    """Asterisk cannot be installed, configured or reached; the message says it in Chinese and English."""


@dataclass(frozen=True)
class AsteriskProgram:
    """An Asterisk that can be started: the argv it begins with, and where its modules and data are."""

    command: tuple[str, ...]
    version: str
    modules: Path
    data: Path


def find_asterisk(settings: Settings) -> AsteriskProgram:
    """The Asterisk this site uses: the host's if suitable, else the private one; raise `AsteriskError` if there is neither."""
    program = find_on_host(settings) or find_in_prefix(settings)
    if program is None:
        raise AsteriskError("还没有安装 Asterisk，请先运行 make setup / Asterisk is not installed yet: run make setup")
    return program


def find_on_host(settings: Settings) -> AsteriskProgram | None:
    """The host's own Asterisk, unless it is too old, lacks a module, or the site pinned a version."""
    if settings.asterisk_version:
        return None
    binary = shutil.which("asterisk", path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")
    modules = next((folder for pattern in HOST_MODULES for folder in Path("/").glob(pattern)), None)
    data = next((Path(folder) for folder in HOST_DATA if (Path(folder) / "documentation").is_dir()), None)
    if not (binary and modules and data and all((modules / name).is_file() for name in NEEDED_MODULES)):
        return None
    version = asked_version((binary,))
    return AsteriskProgram((binary,), version, modules, data) if is_suitable(version) else None


def prefix_of(settings: Settings) -> Path:
    """Where the private Asterisk is unpacked."""
    return settings.asterisk_prefix or settings.data_dir / "asterisk-prefix"


def find_in_prefix(settings: Settings) -> AsteriskProgram | None:
    """The private Asterisk, if it was installed completely and is the suite and version that the site wants."""
    prefix = prefix_of(settings)
    try:
        marker = json.loads((prefix / MARKER).read_text())
    except (FileNotFoundError, ValueError):
        return None
    if marker["suite"] != settings.asterisk_suite or settings.asterisk_version not in ("", marker["version"]):
        return None
    return program_in(prefix, version=marker["version"])


def program_in(prefix: Path, version: str) -> AsteriskProgram:
    """How the Asterisk unpacked in `prefix` is started: by its own loader, so that the host's C library does not matter."""
    loaders = sorted(prefix.glob("usr/lib/*-linux-gnu*/ld-linux*.so.*"))
    if not loaders:
        raise AsteriskError(f"安装不完整，请删除后重试 / the installation is not complete, remove it and try again: {prefix}")
    libraries = loaders[0].parent
    command = (str(loaders[0]), "--argv0", "asterisk", "--library-path", str(libraries), str(prefix / "usr/sbin/asterisk"))
    return AsteriskProgram(command, version, libraries / "asterisk/modules", prefix / "usr/share/asterisk")


def asked_version(command: tuple[str, ...]) -> str:
    """What `asterisk -V` answers without its first word, or nothing if it does not run."""
    try:
        answer = subprocess.run([*command, "-V"], check=False, capture_output=True, text=True, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return answer.stdout.strip().removeprefix("Asterisk ") if answer.returncode == 0 else ""


def is_suitable(version: str) -> bool:
    """Whether this Asterisk carries AudioSocket conversations well."""
    found = re.match(r"(\d+)\.(\d+)", version)
    if not found:
        return False
    major, minor = int(found[1]), int(found[2])
    return (major, minor) >= FIRST_SUITABLE.get(major, (max(FIRST_SUITABLE), 0))


def configuration_file(settings: Settings) -> Path:
    """The configuration that both the exchange and its command line are given."""
    return settings.asterisk_dir / "etc" / "asterisk.conf"


def asterisk_command(settings: Settings) -> list[str]:
    """The argv that runs the exchange in the foreground until it gets a SIGTERM; never run it as root."""
    return [*find_asterisk(settings).command, "-f", "-C", str(configuration_file(settings))]


def asterisk_cli(settings: Settings, command: str) -> str:
    """What the running exchange answers to one command of its command line; raise `AsteriskError` if it does not run."""
    argv = [*find_asterisk(settings).command, "-C", str(configuration_file(settings)), "-rx", command]
    try:
        answer = subprocess.run(argv, check=False, capture_output=True, text=True, errors="replace", timeout=20)
    except subprocess.TimeoutExpired as error:
        raise AsteriskError("Asterisk 没有回应 / Asterisk does not answer") from error
    if answer.returncode != 0:
        raise AsteriskError(f"Asterisk 没有运行 / Asterisk is not running: {(answer.stderr or answer.stdout).strip()}")
    return answer.stdout
