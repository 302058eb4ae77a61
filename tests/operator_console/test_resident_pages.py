"""Finding a resident, and what is known of them."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from models.devices import Device
from models.orders import Order
from models.residents import Contact, ContactRole, Resident


@pytest.fixture
def at_home(resident: Resident, facts: Session) -> Resident:
    """The resident with a one-key phone, a son and a neighbour with the key."""
    resident.devices.append(Device(number="057188010001", model="一键通", place="床头", secret="never shown"))
    resident.contacts += [
        Contact(role=ContactRole.KEYHOLDER, name="赵丽华", relation="邻居", number="13900000002", call_order=2),
        Contact(role=ContactRole.FAMILY, name="李建国", relation="儿子", number="13900000001", call_order=1),
    ]
    facts.commit()
    return resident


def test_the_page_tells_what_is_known(client: FlaskClient, at_home: Resident, order: Order) -> None:
    page = client.get(f"/residents/{at_home.id}").text
    for shown in ("王秀英", "85", "138 0000 0001", "床头", "0571 8801 0001", "邻居", "139 0000 0002", "4821"):
        assert shown in page
    assert page.index("李建国") < page.index("赵丽华")
    assert "never shown" not in page


@pytest.mark.parametrize(
    "wanted", ["王", "奶奶", "502", "13800000001", "138 0000 0001", "+86 138-0000-0001", "0571 8801 0001", "13900000001"]
)
def test_a_resident_is_found_by_name_place_or_any_number(client: FlaskClient, at_home: Resident, wanted: str) -> None:
    assert "王秀英" in client.get("/residents/", query_string={"q": wanted}).text


@pytest.mark.parametrize("wanted", ["张", "%", "_", "' OR 1=1 --", "13800000009", "<script>alert(1)</script>"])
def test_nobody_else_is_found(client: FlaskClient, at_home: Resident, wanted: str) -> None:
    page = client.get("/residents/", query_string={"q": wanted}).text
    assert "没有找到。" in page
    assert "<script>alert" not in page


def test_a_resident_who_is_not_there_is_not_found(client: FlaskClient) -> None:
    assert client.get("/residents/99").status_code == 404
