"""Providers from a file: looked through first, then taken over."""

from io import BytesIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from models.providers import Provider
from models.services import Service
from models.settings import Settings
from tests.operator_console.forms import form_token, send

PAGE = "/providers/file/"
NEW = "名称,电话,技能,片区\n新来的,13700000009,水电维修,桂花苑\n"

pytestmark = pytest.mark.usefixtures("dispatcher")


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture(autouse=True)
def catalogue(service: Service, provider: Provider) -> None:
    """What the files name."""


def check(client: FlaskClient, data: bytes, **environment: str) -> TestResponse:
    fields = {"csrf_token": form_token(client, PAGE), "file": (BytesIO(data), "providers.csv")}
    sent = {"content_type": "multipart/form-data", "environ_overrides": environment}
    return client.post(f"{PAGE}check", data=fields, **sent)


def digest(answer: TestResponse) -> str:
    return answer.text.partition('name="file" value="')[2].partition('"')[0]


def names(facts: Session) -> list[str]:
    found = facts.scalars(select(Provider.name).order_by(Provider.id)).all()
    facts.commit()  # SQLite's one writer
    return list(found)


def test_a_file_is_looked_through_and_then_taken_over(client: FlaskClient, facts: Session, settings: Settings) -> None:
    answer = check(client, (NEW + "顺达水电维修,13700000002,水电维修,桂花苑\n").encode("gbk"))
    assert "新增 1 家，修改 1 家，不变 0 家" in answer.text
    assert names(facts) == ["顺达水电维修"]
    [kept] = (settings.data_dir / "imports").iterdir()
    assert kept.stat().st_mode & 0o777 == 0o600
    done = send(client, PAGE, f"{PAGE}import", file=digest(answer))
    assert "新增1家，修改1家" in client.get(done.location).text
    assert names(facts) == ["顺达水电维修", "新来的"]
    assert not kept.exists()


def test_every_fault_is_told_and_nothing_is_kept(client: FlaskClient, facts: Session) -> None:
    answer = check(client, (NEW + "另一家,x,开飞机,火星\n").encode())
    assert answer.status_code == 400
    for said in ("有 3 处错", "第3行", "「电话」", "不是电话号码", "开飞机", "火星"):
        assert said in answer.text
    assert "导入</button>" not in answer.text
    assert names(facts) == ["顺达水电维修"]


def test_what_does_not_fit_any_more_is_not_taken_over(client: FlaskClient, facts: Session, provider: Provider) -> None:
    answer = check(client, NEW.encode())
    provider.number = "13700000009"
    facts.commit()
    assert "已经是“顺达水电维修”的号码" in send(client, PAGE, f"{PAGE}import", file=digest(answer)).text
    assert names(facts) == ["顺达水电维修"]


@pytest.mark.parametrize("name", ["", "../../linli", "0" * 64])
def test_a_file_that_was_not_looked_through_is_not_taken_over(client: FlaskClient, name: str) -> None:
    answer = send(client, PAGE, f"{PAGE}import", file=name)
    assert "文件已经不在了" in client.get(answer.location).text


def test_no_file_is_told(client: FlaskClient) -> None:
    assert "还没有选文件" in client.get(check(client, b"").location).text


def test_a_file_larger_than_other_requests_may_be_is_read(client: FlaskClient) -> None:
    rows = (f"第{number}家,{13_710_000_000 + number},水电维修,桂花苑\n" for number in range(2000))
    assert "新增 2000 家" in check(client, ("名称,电话,技能,片区\n" + "".join(rows)).encode()).text


def test_a_file_that_is_too_large_is_refused(client: FlaskClient) -> None:
    assert check(client, b"x", CONTENT_LENGTH=str(9 * 1024 * 1024)).status_code == 413


def test_what_there_is_is_exported(client: FlaskClient) -> None:
    answer = client.get(f"{PAGE}export")
    assert answer.data.startswith("\ufeff名称 name,电话 number".encode())
    assert 'filename="providers-20261122.csv"' in answer.headers["Content-Disposition"]
