"""`linli providers` lists them, takes them over from a file, and writes them to one."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from linli.environment import environment_of
from linli.providers import providers
from models.database import SessionMaker
from models.demo import load_demo
from models.providers import Provider
from models.settings import Settings
from tests.conftest import settings_on_free_ports

NEW = "名称,电话,技能,片区\n新来的水电,13799999999,水电维修,桂花苑\n"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def site(tmp_path: Path, database_url: str, sessions: SessionMaker) -> Settings:
    settings = settings_on_free_ports(tmp_path, database_url=database_url)
    with sessions.begin() as session:
        load_demo(session, settings)
    return settings


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "服务商.csv"
    path.write_text(NEW, encoding="gbk")
    return path


def run(site: Settings, *words: str) -> Any:
    return CliRunner().invoke(providers, words, env=environment_of(site) | {"COLUMNS": "250"})


def count(sessions: SessionMaker) -> int:
    with sessions() as session:
        return session.scalar(select(func.count()).select_from(Provider)) or 0


def test_they_are_listed_as_a_table_and_as_one_document(site: Settings) -> None:
    assert "顺达水电维修" in run(site).output
    told = json.loads(run(site, "--json").stdout)
    assert (told[0]["name"], told[0]["workers"][0]["gender"], told[0]["credit"]) == ("顺达水电维修", "male", 80)


def test_a_file_is_taken_over(site: Settings, sessions: SessionMaker, file: Path) -> None:
    done = run(site, "import", str(file))
    assert (done.exit_code, count(sessions)) == (0, 16)
    assert "新增 1，修改 0，不变 0" in done.stdout
    assert "已导入" in done.stdout


def test_a_dry_run_keeps_nothing(site: Settings, sessions: SessionMaker, file: Path) -> None:
    done = run(site, "import", str(file), "--dry-run", "--json")
    [told] = json.loads(done.stdout)
    assert (told["kept"], told["added"], told["faults"], count(sessions)) == (False, ["新来的水电"], [], 15)


def test_with_a_fault_nothing_is_kept_and_the_command_fails(site: Settings, sessions: SessionMaker, file: Path) -> None:
    file.write_text(NEW + "另一家,13700000001,开飞机,桂花苑\n", encoding="utf-8-sig")
    done = run(site, "import", str(file))
    assert (done.exit_code, count(sessions)) == (1, 15)
    assert "第3行「技能」目录里没有这项技能：开飞机" in done.stderr
    assert "第3行「电话」已经是“顺达水电维修”的号码" in done.stderr
    [told] = json.loads(run(site, "import", str(file), "--json").stdout)
    assert [(fault["line"], fault["column"]) for fault in told["faults"]] == [(3, "skills"), (3, "number")]


def test_what_is_no_table_is_told_in_one_sentence(site: Settings, file: Path) -> None:
    file.write_bytes(b"\0\1\2")
    done = run(site, "import", str(file))
    assert done.exit_code == 1
    assert "不是文本文件" in done.stderr


def test_what_is_exported_can_be_imported_again(site: Settings, tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    assert run(site, "export", "--to", str(path)).exit_code == 0
    assert path.read_bytes() == run(site, "export").stdout_bytes
    assert "新增 0，修改 0，不变 15" in run(site, "import", str(path)).stdout
