"""`linli sheet` and `linli index`: tables in and out, and the search terms made anew."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import delete, select

from linli.environment import environment_of
from linli.index import index_command
from linli.sheets import sheet
from models.database import session_maker
from models.demo import load_demo
from models.search_terms import SearchTerm
from models.searching import search_residents
from models.services import Service
from models.settings import Settings
from tests.conftest import settings_on_free_ports


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def site(tmp_path: Path, database_url: str) -> Settings:
    site = settings_on_free_ports(tmp_path, database_url=database_url)
    with session_maker(database_url).begin() as session:
        load_demo(session, site)
    return site


def test_a_table_goes_out_comes_in_and_is_refused_with_its_faults(site: Settings, tmp_path: Path) -> None:
    run, environment = CliRunner(), environment_of(site)
    file = tmp_path / "services.csv"
    assert run.invoke(sheet, ["export", "services", "--to", str(file)], env=environment).exit_code == 0
    same = run.invoke(sheet, ["import", "services", str(file), "--json"], env=environment)
    assert json.loads(same.stdout) == [{"kept": False, "added": 0, "changed": 0, "unchanged": 14, "faults": []}]
    file.write_text("代号,名称,英文名,技能,价格\nphoto,拍证件照,Passport photo,photo,30\nx,,,,\n", encoding="gb18030")
    refused = run.invoke(sheet, ["import", "services", str(file)], env=environment)
    assert (refused.exit_code, "第3行「名称」没有写" in refused.output) == (1, True)
    kept = run.invoke(sheet, ["import", "services", str(file), "--only-good", "--json"], env=environment)
    assert json.loads(kept.stdout)[0]["kept"]
    with session_maker(site.database)() as session:
        assert session.scalar(select(Service.name).where(Service.key == "photo")) == "拍证件照"


def test_the_search_terms_are_made_anew(site: Settings) -> None:
    sessions = session_maker(site.database)
    with sessions.begin() as session:
        session.execute(delete(SearchTerm))
    told = CliRunner().invoke(index_command, ["--json"], env=environment_of(site))
    assert json.loads(told.stdout)["rows"] > 100
    with sessions() as session:
        assert [one.name for one in search_residents(session, "wxy", 5)] == ["王秀英"]
