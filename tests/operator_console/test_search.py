"""Searching everything from the head of each page."""

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from models.areas import Area
from models.operators import Operator, Role
from models.providers import Provider
from models.residents import Contact, ContactRole, Resident


def test_what_is_found_is_grouped_and_leads_to_its_page(
    client: FlaskClient, resident: Resident, provider: Provider, facts: Session
) -> None:
    resident.contacts.append(Contact(role=ContactRole.FAMILY, name="王建国", relation="儿子", number="13900000001", call_order=1))
    facts.commit()
    for path in ("/search", "/search/live"):
        page = client.get(path, query_string={"q": "wang"}).text
        assert page.index(">居民<") < page.index("王秀英") < page.index("家人与持钥匙人") < page.index("王建国")
        assert f"/residents/{resident.id}" in page
    assert f"/providers/{provider.id}" in client.get("/search/live?q=sdsdwx").text


def test_nothing_is_found_for_nothing_and_for_what_is_not_there(client: FlaskClient, resident: Resident) -> None:
    assert "没有找到。" in client.get("/search/live", query_string={"q": "<b>张三</b>"}).text
    assert "3栋501" in client.get("/search").text
    assert "<b>张三" not in client.get("/search", query_string={"q": "<b>张三</b>"}).text


def test_an_officer_finds_their_own_areas_and_no_providers(
    client: FlaskClient, resident: Resident, provider: Provider, operator: Operator, facts: Session
) -> None:
    operator.role, operator.areas = Role.OFFICER, [resident.area]
    facts.commit()
    assert "王秀英" in client.get("/search/live?q=wxy").text
    assert "顺达" not in client.get("/search/live?q=shunda").text
    operator.areas = [Area(name="银杏里", latitude=30.0, longitude=120.0)]
    facts.commit()
    assert "王秀英" not in client.get("/search/live?q=wxy").text
    assert "王秀英" not in client.get("/search/live?q=13800000001").text
