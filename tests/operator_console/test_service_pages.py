"""The service catalogue: listed, added to, changed, switched off, and taken from a file."""

from io import BytesIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.operators import Operator, Role
from models.services import Service
from tests.operator_console.forms import form_token, send

FORM = {
    "name": "水电维修",
    "name_en": "Plumbing",
    "skill": "plumbing",
    "spoken": "水管",
    "price_yuan": "60",
    "unit": "次",
    "lead_time_min": "30",
    "duration_min": "60",
    "question_kind": "不问",
    "worker_gender": "都可以",
    "active": "是",
}


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture(autouse=True)
def supervisor(operator: Operator, service: Service, facts: Session) -> None:
    operator.role = Role.SUPERVISOR
    facts.commit()


def test_a_service_is_changed_and_what_must_be_learned_is_said(client: FlaskClient, facts: Session) -> None:
    page = "/services/1/edit"
    assert send(client, page, page, **FORM, urgent="是").status_code == 303
    assert "修改了说法" not in client.get(page).text
    send(client, page, page, **(FORM | {"spoken": "水管、龙头", "active": "否"}))
    shown = client.get("/services/").text
    assert "linli train" in shown
    assert "停用" in shown
    assert "修改了说法" in client.get(page).text
    facts.expire_all()
    assert facts.scalars(select(Service)).one().spoken == ["水管", "龙头"]


def test_a_service_is_added_once_and_faults_are_told(client: FlaskClient, facts: Session) -> None:
    page = "/services/add"
    answer = send(client, page, page, **(FORM | {"key": "Bad Key", "price_yuan": "便宜", "question_kind": "问几份"}))
    assert answer.status_code == 400
    assert "请用小写字母" in answer.text
    assert send(client, page, page, **FORM, key="plumbing").status_code == 400
    assert send(client, page, page, **(FORM | {"name": "理发"}), key="haircut").status_code == 303
    assert "理发" in client.get("/search/live?q=lifa").text
    assert [one.key for one in facts.scalars(select(Service).order_by(Service.id))] == ["plumbing", "haircut"]


def test_a_file_is_looked_through_and_its_good_lines_are_taken_over(client: FlaskClient, facts: Session) -> None:
    page = "/services/file/"
    lines = "代号,名称,英文名,技能,价格\nhaircut,理发,Haircut,haircut,30\nx,,,,\n"
    fields = {"csrf_token": form_token(client, page), "file": (BytesIO(lines.encode()), "services.csv")}
    checked = client.post(f"{page}check", data=fields, content_type="multipart/form-data")
    assert checked.status_code == 400
    for shown in ("第3行", "「名称」", "只导入没错的 1 行", "line 3"):
        assert shown in checked.text
    digest = checked.text.partition('name="file" value="')[2].partition('"')[0]
    assert send(client, page, f"{page}import", file=digest).status_code == 400
    assert send(client, page, f"{page}import", file=digest, only_good="yes").status_code == 303
    assert len(facts.scalars(select(Service)).all()) == 2
    facts.rollback()
    assert client.get(f"{page}export").data.decode("utf-8-sig").count("\n") == 3
    assert send(client, page, f"{page}import", file="../../etc").status_code == 303
