"""Writing the configuration folder: only what changed, whole files, readable by their owner alone."""

import os
import stat
from pathlib import Path

import pytest

from agi_scripts.asterisk.configuration import check_reachable, write_configuration
from agi_scripts.asterisk.device import DeviceEndpoint
from agi_scripts.asterisk.program import AsteriskError
from models.settings import Settings
from tests.conftest import settings_on_free_ports


@pytest.fixture
def installed(tmp_path: Path, asterisk_prefix: Path) -> Settings:
    """Settings of a site where Asterisk is installed."""
    return settings_on_free_ports(tmp_path / "var", asterisk_prefix=asterisk_prefix)


def test_writing_twice_changes_nothing_the_second_time(installed: Settings) -> None:
    assert write_configuration(installed, []) is True
    before = {path: path.stat().st_mtime_ns for path in (installed.asterisk_dir / "etc").iterdir()}
    assert write_configuration(installed, []) is False
    assert {path: path.stat().st_mtime_ns for path in (installed.asterisk_dir / "etc").iterdir()} == before


def test_a_new_phone_changes_only_the_phones(installed: Settings) -> None:
    write_configuration(installed, [])
    before = {path.name: path.read_text() for path in (installed.asterisk_dir / "etc").iterdir()}
    assert write_configuration(installed, [DeviceEndpoint(1, "secret", "110", "x")]) is True
    after = {path.name: path.read_text() for path in (installed.asterisk_dir / "etc").iterdir()}
    assert {name for name in after if after[name] != before[name]} == {"pjsip.conf"}


def test_secrets_are_readable_by_their_owner_alone(installed: Settings) -> None:
    write_configuration(installed, [DeviceEndpoint(1, "secret", "110", "x")])
    for path in (installed.asterisk_dir / "etc").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_asterisk_writes_is_nobody_else_s_business(installed: Settings) -> None:
    write_configuration(installed, [])
    for name in ("lib", "log", "log/cel-custom", "spool"):
        assert stat.S_IMODE((installed.asterisk_dir / name).stat().st_mode) == 0o700


def test_without_asterisk_the_error_says_what_to_do(settings: Settings) -> None:
    with pytest.raises(AsteriskError, match="make setup"):
        write_configuration(settings, [])


def test_a_path_too_long_for_a_socket_is_named(tmp_path: Path, asterisk_prefix: Path) -> None:
    settings = settings_on_free_ports(tmp_path / ("long" * 30), asterisk_prefix=asterisk_prefix)
    with pytest.raises(AsteriskError, match="too long"):
        write_configuration(settings, [])


def test_a_folder_that_the_service_user_cannot_enter_is_named(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    (closed / "asterisk").mkdir(parents=True)
    closed.chmod(0o700)
    with pytest.raises(AsteriskError, match=str(tmp_path)):
        check_reachable(closed / "asterisk", (os.getuid() + 1, os.getgid() + 1))
