"""A fresh exchange comes up quickly and without a complaint."""

import psutil
import pytest

from agi_scripts.asterisk.program import AsteriskError, asterisk_cli
from linli.service_user import service_account
from tests.agi_scripts.asterisk.running import RunningAsterisk, running_asterisk
from tests.conftest import settings_on_free_ports

pytestmark = pytest.mark.e2e


def test_nothing_is_wrong_at_boot(asterisk: RunningAsterisk) -> None:
    folder = asterisk.settings.data_dir.parent / "second"
    folder.mkdir(mode=0o755)
    second = settings_on_free_ports(folder / "var", asterisk_prefix=asterisk.settings.asterisk_prefix)
    with running_asterisk(second) as fresh:
        asterisk_rss = psutil.Process(fresh.pid).memory_info().rss
        print(f"booted in {fresh.boot_s:.2f} s, {asterisk_rss / 1e6:.0f} MB")
        complaints = [line for line in fresh.log().splitlines() if "WARNING" in line or "ERROR" in line]
        assert complaints == []
        assert (second.asterisk_dir / "output.txt").read_text() == ""
    with pytest.raises(AsteriskError):
        asterisk_cli(second, "core show version")


def test_it_does_not_run_as_root(asterisk: RunningAsterisk) -> None:
    uids = psutil.Process(asterisk.pid).uids()
    assert 0 not in uids
    if account := service_account():
        assert set(uids) == {account.pw_uid}


def test_it_listens_on_loopback_only(asterisk: RunningAsterisk) -> None:
    listening = {
        connection.laddr
        for connection in psutil.Process(asterisk.pid).net_connections()
        if connection.status == psutil.CONN_LISTEN or connection.laddr.port == asterisk.settings.sip_port
    }
    settings = asterisk.settings
    assert {address.ip for address in listening} == {"127.0.0.1"}
    assert {address.port for address in listening} == {settings.sip_port, settings.asterisk_http_port, settings.ami_port}


def test_every_module_asked_for_is_running(asterisk: RunningAsterisk) -> None:
    asked = {
        line.split("=")[1].strip()
        for line in (asterisk.settings.asterisk_dir / "etc/modules.conf").read_text().splitlines()
        if line.startswith(("load", "preload", "require"))
    }
    rows = [line.split() for line in asterisk.cli("module show").splitlines()]
    running = {row[0] for row in rows if row and row[0].endswith(".so") and "Running" in row}
    assert asked - running == set()
