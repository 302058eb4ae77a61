"""Debian's packages of Asterisk, fetched with a private apt that changes nothing on the host."""

import os
import shutil
import subprocess
from pathlib import Path

from agi_scripts.asterisk.program import AsteriskError
from models.settings import Settings

WANTED = ("asterisk", "asterisk-modules")
KEYRINGS = (
    Path("/usr/share/keyrings/debian-archive-keyring.gpg"),
    Path("/usr/share/keyrings/debian-archive-keyring.pgp"),
)
TOOLS = ("apt-get", "apt-config", "dpkg-deb")


def download_packages(settings: Settings, folder: Path) -> list[Path]:
    """Fetch Asterisk and all it needs as .deb files into `folder`, signatures checked; what is there already is kept.

    Proxies, passwords for mirrors and retries are taken over from the host's apt; raises `AsteriskError`.
    """
    missing = [tool for tool in TOOLS if not shutil.which(tool)]
    if missing:
        raise AsteriskError(
            f"本机没有 {'、'.join(missing)}：请自行安装 Asterisk 22.4 以上版本 / "
            f"this host has no {', '.join(missing)}: install Asterisk 22.4 or later yourself"
        )
    configuration = write_private_apt(settings, folder)
    apt(["update"], configuration)
    apt(["autoclean"], configuration)  # what an earlier try fetched may have been superseded since
    pin = f"={settings.asterisk_version}" if settings.asterisk_version else ""
    apt(["install", "--yes", "--download-only", *(name + pin for name in WANTED)], configuration)
    return sorted((folder / "cache/archives").glob("*.deb"))


def write_private_apt(settings: Settings, folder: Path) -> Path:
    """Lay out an apt state that believes nothing is installed and knows only the wanted suite; return its configuration file."""
    for name in ("state/lists/partial", "cache/archives/partial"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "state/status").touch()
    mirror = settings.asterisk_mirror or host_mirror()
    (folder / "sources.list").write_text(f"deb [signed-by={keyring()}] {mirror} {settings.asterisk_suite} main\n")
    own = {
        "Dir::Etc::Main": "/dev/null",
        "Dir::Etc::Parts": "/dev/null",
        "Dir::Etc::SourceList": folder / "sources.list",
        "Dir::Etc::SourceParts": "/dev/null",
        "Dir::Etc::Preferences": "/dev/null",
        "Dir::Etc::PreferencesParts": "/dev/null",
        "Dir::Etc::Trusted": "/dev/null",
        "Dir::Etc::TrustedParts": "/dev/null",
        "Dir::State": folder / "state",
        "Dir::State::Status": folder / "state/status",
        "Dir::Cache": folder / "cache",
        "Dir::Log": folder,
        # A suite that moves, or a snapshot of it, may have a Release file past its date. Its signature is still checked.
        "Acquire::Check-Valid-Until": "false",
        "Acquire::Languages": "none",
        "APT::Install-Recommends": "false",
        # apt's own download user cannot read a folder below somebody's home.
        "APT::Sandbox::User": "root",
    }
    configuration = folder / "apt.conf"
    configuration.touch(mode=0o600)  # a proxy's address may hold a password
    configuration.write_text(host_acquire_options() + "".join(f'{name} "{value}";\n' for name, value in own.items()))
    return configuration


def keyring() -> Path:
    """Debian's public keys, as the host has them."""
    for path in KEYRINGS:
        if path.is_file():
            return path
    raise AsteriskError(
        "本机没有 Debian 的签名公钥，请安装 debian-archive-keyring / "
        "this host lacks Debian's keys: install debian-archive-keyring"
    )


def host_mirror() -> str:
    """The Debian mirror that the host's own apt uses, whichever form its lists are written in."""
    wanted = os_release("VERSION_CODENAME")
    if os_release("ID") == "debian":
        targets = ask(["apt-get", "indextargets", "--format", "$(RELEASE) $(COMPONENT) $(REPO_URI)", "Created-By: Packages"])
        for release, component, address in (line.split(maxsplit=2) for line in targets.splitlines() if len(line.split()) == 3):
            if (release, component) == (wanted, "main") and "security" not in address:
                return address
    raise AsteriskError(
        "本机的 apt 没有 Debian 镜像，请填写 asterisk_mirror / this host's apt knows no Debian mirror: set asterisk_mirror"
    )


def os_release(name: str) -> str:
    """One entry of /etc/os-release, or nothing."""
    for line in Path("/etc/os-release").read_text().splitlines():
        if line.startswith(f"{name}="):
            return line.partition("=")[2].strip('"')
    return ""


def host_acquire_options() -> str:
    """The host's rules for fetching (proxies, certificates, retries), without its hooks and lists."""
    return "".join(line + "\n" for line in ask(["apt-config", "dump"]).splitlines() if line.startswith("Acquire::"))


def ask(argv: list[str]) -> str:
    """What a command prints; raise `AsteriskError` with its last words if it fails."""
    done = subprocess.run(argv, check=False, capture_output=True, text=True, env=os.environ | {"LC_ALL": "C.UTF-8"})
    if done.returncode != 0:
        words = "\n".join((done.stdout + done.stderr).strip().splitlines()[-8:])
        raise AsteriskError(f"{argv[0]} 失败 / {argv[0]} failed:\n{words}")
    return done.stdout


def apt(arguments: list[str], configuration: Path) -> None:
    """Run the private apt; a missing list or package is an error, not a warning."""
    done = subprocess.run(
        ["apt-get", "--quiet=2", "-o", "APT::Update::Error-Mode=any", *arguments],
        check=False,
        capture_output=True,
        text=True,
        env=os.environ | {"LC_ALL": "C.UTF-8", "APT_CONFIG": str(configuration)},
    )
    if done.returncode != 0:
        words = "\n".join((done.stdout + done.stderr).strip().splitlines()[-8:])
        raise AsteriskError(
            "apt 无法取得 Asterisk，请检查网络、代理或 asterisk_mirror / "
            f"apt cannot fetch Asterisk, look at the network, the proxy or asterisk_mirror:\n{words}"
        )
