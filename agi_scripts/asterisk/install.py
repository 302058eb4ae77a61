"""Installing the private Asterisk: unpacked into a folder of ours, nothing of the host changed, no root needed."""

import fcntl
import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote

from agi_scripts.asterisk.packages import download_packages
from agi_scripts.asterisk.program import (
    MARKER,
    AsteriskError,
    AsteriskProgram,
    asked_version,
    find_in_prefix,
    find_on_host,
    is_suitable,
    prefix_of,
    program_in,
)
from models.settings import Settings

Progress = Callable[[str], None]

# Of 160 packages' files Asterisk needs its libraries, its binary and its own data. The rest goes, above all what is setuid.
KEPT = ("usr/lib", "usr/sbin/asterisk", "usr/share/asterisk")
NOT_KEPT = ("usr/lib/*/perl*", "usr/lib/*/gconv", "usr/lib/gnupg", "usr/lib/systemd", "usr/lib/locale", "usr/lib/*/security")


def install(settings: Settings, progress: Progress) -> AsteriskProgram:
    """Return the Asterisk to use, installing a private one if neither the host nor an earlier run has it.

    `progress` gets one line at each step. Raises `AsteriskError`.
    """
    if program := find_on_host(settings):
        progress(f"使用本机的 Asterisk / using this host's Asterisk: {program.version}")
        return program
    prefix = prefix_of(settings)
    prefix.parent.mkdir(parents=True, exist_ok=True)
    with one_at_a_time(prefix.with_name(prefix.name + ".lock"), progress):
        if program := find_in_prefix(settings):
            progress(f"Asterisk 已安装 / Asterisk is installed: {program.version}")
            return program
        return install_into(prefix, settings, progress)


@contextmanager
def one_at_a_time(path: Path, progress: Progress) -> Iterator[None]:
    """Hold the lock in `path`; a second installer waits for the first and then finds its work done."""
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            progress("另一个安装正在进行，等待中 / another installation is under way, waiting for it")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def install_into(prefix: Path, settings: Settings, progress: Progress) -> AsteriskProgram:
    """Download, unpack and try Asterisk; `prefix` appears only when it is whole.

    What was downloaded stays when something fails, so that the next try goes on from there.
    """
    downloads = prefix.with_name(prefix.name + ".download")
    unpacked = prefix.with_name(prefix.name + ".unpacking")
    downloads.mkdir(mode=0o700, exist_ok=True)
    progress("下载 Asterisk 22（约 80 MB）/ downloading Asterisk 22 (about 80 MB)")
    packages = download_packages(settings, downloads)
    progress(f"解包 {len(packages)} 个软件包 / unpacking {len(packages)} packages")
    shutil.rmtree(unpacked, ignore_errors=True)
    for package in packages:
        unpack(package, unpacked)
    keep_only_needed(unpacked)
    versions = dict(read_name_and_version(package) for package in packages)
    version = versions["asterisk"]
    answered = asked_version(program_in(unpacked, version).command)
    if not is_suitable(answered):
        raise AsteriskError(
            f"装好的 Asterisk 不能用 / the Asterisk just installed is not usable: {answered or 'it does not start'}"
        )
    (unpacked / MARKER).write_text(
        json.dumps({"suite": settings.asterisk_suite, "version": version, "packages": versions}, indent=1) + "\n"
    )
    (unpacked / MARKER).chmod(0o644)  # whoever installs may have a narrow umask
    shutil.rmtree(prefix, ignore_errors=True)
    unpacked.rename(prefix)
    shutil.rmtree(downloads)
    progress(f"Asterisk 安装完成 / Asterisk is installed: {answered}")
    return program_in(prefix, version)


def unpack(package: Path, folder: Path) -> None:
    """Unpack one .deb without running its scripts."""
    done = subprocess.run(["dpkg-deb", "--extract", str(package), str(folder)], check=False, capture_output=True, text=True)
    if done.returncode != 0:
        package.unlink()  # a damaged download must not be met again at the next try
        raise AsteriskError(f"{package.name} 解包失败 / cannot be unpacked: {done.stderr.strip()}")


def keep_only_needed(folder: Path) -> None:
    """Remove what Asterisk does not need, and let every user read what stays."""
    whole = folder.with_name(folder.name + ".whole")
    shutil.rmtree(whole, ignore_errors=True)
    folder.rename(whole)
    for name in KEPT:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (whole / name).rename(folder / name)
    shutil.rmtree(whole)
    for pattern in NOT_KEPT:
        for path in folder.glob(pattern):
            shutil.rmtree(path)
    for path in (folder, *(folder / name for name in ("usr", "usr/sbin", "usr/share"))):
        path.chmod(0o755)


def read_name_and_version(package: Path) -> tuple[str, str]:
    """A .deb's name and version, from the name that apt gave the file."""
    name, version, _architecture = unquote(package.stem).split("_")
    return name, version
