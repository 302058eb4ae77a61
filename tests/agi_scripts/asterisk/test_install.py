"""Finding and installing Asterisk; the download itself is made once a clone, by the fixture that every test here stands on."""

import json
import stat
import subprocess
from pathlib import Path

import pytest

from agi_scripts.asterisk.install import install
from agi_scripts.asterisk.packages import write_private_apt
from agi_scripts.asterisk.program import MARKER, find_in_prefix, find_on_host, is_suitable
from tests.conftest import settings_on_free_ports


@pytest.mark.parametrize(
    ("version", "suitable"),
    [
        ("22.4.0", True),
        ("22.10.1+dfsg", True),
        ("23.0.0", True),
        ("20.14.1", True),
        ("21.9.0", True),
        ("22.3.0", False),
        ("20.13.0", False),
        ("19.8.1", False),
        ("16.28.0~dfsg-0+deb11u4", False),
        ("", False),
        ("GIT-master-1234", False),
    ],
)
def test_asterisk_must_carry_audiosocket_conversations(version: str, suitable: bool) -> None:
    assert is_suitable(version) is suitable


def test_installing_again_does_nothing(asterisk_prefix: Path, tmp_path: Path) -> None:
    said: list[str] = []
    program = install(settings_on_free_ports(tmp_path, asterisk_prefix=asterisk_prefix), said.append)
    assert is_suitable(program.version.removeprefix("1:"))
    assert len(said) == 1


def test_the_prefix_is_for_every_user_and_holds_nothing_setuid(asterisk_prefix: Path) -> None:
    if not (asterisk_prefix / MARKER).is_file():
        pytest.skip("this host's own Asterisk is used")
    for path in asterisk_prefix.rglob("*"):
        mode = path.lstat().st_mode
        assert stat.S_ISLNK(mode) or not mode & (stat.S_ISUID | stat.S_ISGID), path
        assert stat.S_ISLNK(mode) or mode & stat.S_IROTH, path


def test_the_resolved_versions_are_written_down(asterisk_prefix: Path) -> None:
    if not (asterisk_prefix / MARKER).is_file():
        pytest.skip("this host's own Asterisk is used")
    marker = json.loads((asterisk_prefix / MARKER).read_text())
    assert marker["packages"]["asterisk"] == marker["packages"]["asterisk-modules"] == marker["version"]
    assert "libc6" in marker["packages"]


def test_another_suite_or_version_is_not_the_one_installed(asterisk_prefix: Path, tmp_path: Path) -> None:
    for chosen in ({"asterisk_suite": "forky"}, {"asterisk_version": "1:99.0.0-1"}):
        assert find_in_prefix(settings_on_free_ports(tmp_path, asterisk_prefix=asterisk_prefix, **chosen)) is None


def test_a_prefix_without_its_marker_is_not_installed(tmp_path: Path) -> None:
    (tmp_path / "asterisk-prefix/usr/sbin").mkdir(parents=True)
    assert find_in_prefix(settings_on_free_ports(tmp_path)) is None


def test_a_site_that_pins_a_version_does_not_use_the_host_s(tmp_path: Path) -> None:
    assert find_on_host(settings_on_free_ports(tmp_path, asterisk_version="1:22.4.1-1")) is None


def test_the_private_apt_takes_over_proxies_but_no_hooks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    host = tmp_path / "host.conf"
    host.write_text('Acquire::http::Proxy "http://proxy.example:3128";\nAPT::Update::Post-Invoke { "false"; };\n')
    monkeypatch.setenv("APT_CONFIG", str(host))
    settings = settings_on_free_ports(tmp_path, asterisk_mirror="http://mirror.example/debian")
    configuration = write_private_apt(settings, tmp_path / "apt")
    text = configuration.read_text()
    assert 'Acquire::http::Proxy "http://proxy.example:3128";' in text
    assert "Post-Invoke" not in text
    assert stat.S_IMODE(configuration.stat().st_mode) == 0o600
    assert " http://mirror.example/debian sid main" in (tmp_path / "apt/sources.list").read_text()
    assert "trusted=yes" not in (tmp_path / "apt/sources.list").read_text()
    monkeypatch.setenv("APT_CONFIG", str(configuration))
    dump = subprocess.run(["apt-config", "dump"], check=True, capture_output=True, text=True).stdout
    assert "Post-Invoke" not in dump
    assert 'Acquire::Check-Valid-Until "false";' in dump
