"""When root starts Linli, its data lies where the service user can write it, and nothing is lost on the way."""

import os
import pwd
import shutil
from pathlib import Path

import pytest

from linli.service_user import as_account, can_write, own, place_data_dir, service_account

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
NOBODY = pwd.getpwnam("nobody")


@needs_root
def test_the_clones_var_becomes_a_link_to_a_folder_of_the_accounts_own(data_dir: Path) -> None:
    clone = data_dir / "clone"
    clone.mkdir(mode=0o700)
    data_dir.chmod(0o755)
    place_data_dir(NOBODY, clone / "var", home=data_dir / "home")
    assert (clone / "var").resolve().parent == data_dir / "home"
    assert can_write(NOBODY, (clone / "var").resolve())


@needs_root
def test_what_a_plain_var_held_is_still_there(tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "linli.db").write_text("orders")
    place_data_dir(NOBODY, tmp_path / "var", home=tmp_path / "home")
    assert (tmp_path / "var").is_symlink()
    assert (tmp_path / "var" / "linli.db").read_text() == "orders"
    assert (tmp_path / "var" / "linli.db").stat().st_uid == NOBODY.pw_uid


@needs_root
def test_a_second_start_keeps_the_folder_and_a_lost_one_is_replaced(tmp_path: Path) -> None:
    var = tmp_path / "var"
    place_data_dir(NOBODY, var, home=tmp_path / "home")
    first = var.readlink()
    (first / "left.lock").touch()
    place_data_dir(NOBODY, var, home=tmp_path / "home")
    assert var.readlink() == first
    assert (first / "left.lock").stat().st_uid == NOBODY.pw_uid
    shutil.rmtree(first)
    place_data_dir(NOBODY, var, home=tmp_path / "home")
    assert var.is_dir()
    assert var.readlink() != first


@needs_root
def test_what_a_link_leads_to_is_not_given_away(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    mine = tmp_path / "mine"
    mine.touch()
    (tmp_path / "data" / "link").symlink_to(mine)
    own(tmp_path / "data", NOBODY)
    assert mine.stat().st_uid == 0
    assert (tmp_path / "data" / "link").lstat().st_uid == NOBODY.pw_uid


@needs_root
def test_a_folder_below_a_closed_one_cannot_be_written(tmp_path: Path) -> None:
    inner = tmp_path / "closed" / "inner"
    inner.mkdir(parents=True)
    inner.chmod(0o777)
    inner.parent.chmod(0o700)
    assert not can_write(NOBODY, inner)


@needs_root
def test_root_gets_an_account_that_nobody_can_sign_in_to() -> None:
    account = service_account()
    assert account is not None
    assert account.pw_uid != 0
    assert account.pw_shell.endswith("nologin")


@pytest.mark.skipif(os.geteuid() == 0, reason="root has something to give up")
def test_a_plain_user_runs_everything_as_itself() -> None:
    assert service_account() is None


def test_without_an_account_nothing_changes_about_who_runs() -> None:
    assert as_account(None) == {}
