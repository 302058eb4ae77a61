"""Residents' files: written, changed, wished for, left; each change stands in the file's history."""

from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.care_calls import CareCall, CareReason, CareStatus
from models.devices import Device, DeviceKey
from models.orders import Order, OrderStatus
from models.providers import Provider, Wish, WishKind, Worker
from models.residents import Contact, ContactRole, Hearing, Resident, ResidentEvent, residents_by_number
from tests.operator_console.conftest import NOW
from tests.operator_console.forms import form_token, send

FORM = {
    "name": "王秀英",
    "form_of_address": "王奶奶",
    "gender": "女",
    "born": "1941-03-12",
    "area": "桂花苑",
    "address": "桂花苑3幢2单元502室",
    "phones": "13800000001、0571-8800 0002",
    "language": "中文",
    "hearing": "不好",
    "risks": "跌倒、独居",
    "id_number": "11010519491231002x",
    "speech_pace_percent": "85",
}
SON = ("家人", "李建国", "儿子", "13900000001", "2")
NEIGHBOUR = ("持钥匙", "赵 丽华", "", "139 0000 0002", "1")


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


def fill(client: FlaskClient, page: str, *contacts: tuple[str, ...], **fields: str) -> str:
    """Send the form; return the page that answers it."""
    rows = {
        f"contact_{name}": [row[at] for row in contacts]
        for at, name in enumerate(("role", "name", "relation", "number", "order"))
    }
    answer = client.post(page, data={"csrf_token": form_token(client, page)} | FORM | fields | rows)
    return answer.text if answer.status_code == 400 else client.get(answer.location).text


def history(facts: Session) -> list[tuple[str, str, str]]:
    facts.rollback()
    told = [(one.happened, one.by, one.note) for one in facts.scalars(select(ResidentEvent).order_by(ResidentEvent.id))]
    facts.rollback()  # SQLite's one writer
    return told


def test_a_resident_is_added_with_all_facts(client: FlaskClient, resident: Resident, facts: Session) -> None:
    page = fill(client, "/residents/add", SON, NEIGHBOUR, ("家人", "", "", "", ""), name="陈桂兰", phones="13811112222")
    for shown in ("陈桂兰", "110*************2X", "听力不好", "跌倒、独居", "138 1111 2222"):
        assert shown in page
    assert "11010519491231002X" not in page
    assert page.index("赵 丽华") < page.index("李建国")
    [added] = residents_by_number(facts, "13811112222")
    assert (added.id_number, added.hearing, added.latitude) == ("11010519491231002X", Hearing.HARD, resident.latitude)
    assert [(one.role, one.relation, one.call_order) for one in added.contacts] == [
        (ContactRole.KEYHOLDER, "", 1),
        (ContactRole.FAMILY, "儿子", 2),
    ]
    assert history(facts) == [("added", "chen", "")]


def test_a_changed_file_keeps_its_rows_and_tells_what_changed(client: FlaskClient, resident: Resident, facts: Session) -> None:
    son = Contact(role=ContactRole.FAMILY, name="李建国", relation="儿子", number="13911111111", call_order=1)
    resident.contacts = [son, Contact(role=ContactRole.FAMILY, name="李敏", relation="女儿", number="13922222222", call_order=2)]
    device = Device(resident=resident, number="057188010001", model="一键通", place="床头", secret="")
    device.keys = [DeviceKey(key="family1", contact=son)]
    facts.add(device)
    facts.commit()
    page = f"/residents/{resident.id}/edit"
    fill(client, page, SON, NEIGHBOUR)
    facts.expire_all()
    assert [(one.name, one.number) for one in resident.contacts] == [("赵 丽华", "13900000002"), ("李建国", "13900000001")]
    assert device.keys[0].contact_id == son.id  # the key rings the same person by the new number
    assert {phone.number for phone in resident.phones} == {"13800000001", "057188000002"}
    [changed] = history(facts)
    assert changed == ("changed", "chen", "电话、家人与持钥匙人、听力、风险、身份证号、语速百分比")
    filled = client.get(page).text
    assert "11010519491231002X" not in filled
    assert "110*" in filled
    fill(client, page, SON, NEIGHBOUR, id_number="")
    assert len(history(facts)) == 1  # nothing was changed, the id number stays
    assert resident.id_number == "11010519491231002X"


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("id_number", "110105194912310021", "校验位不对"),
        ("id_number", "11010519491331002X", "出生日期不对"),
        ("born", "2099-01-01", "不会是出生日期"),
        ("phones", "138000", "王秀英"),
        ("phones", "电话", "不是电话号码"),
        ("area", "月球", "没有“月球”这个片区"),
        ("speech_pace_percent", "500", "不是60到130的整数"),
    ],
)
def test_faults_are_told_beside_the_field(client: FlaskClient, resident: Resident, field: str, value: str, told: str) -> None:
    page = fill(client, f"/residents/{resident.id}/edit", SON, **{field: value})
    assert told in page
    assert "李建国" in page


def test_wishes_are_written_down_and_taken_off(
    client: FlaskClient, resident: Resident, provider: Provider, order: Order, facts: Session
) -> None:
    provider.workers.append(Worker(name="张师傅", number="13600000001", gender="male", active=True))
    order.provider = provider
    page = f"/residents/{resident.id}"
    facts.commit()
    assert "顺达水电维修 · 张师傅" in client.get(page).text
    worker_id, service_id = provider.workers[0].id, order.service_id
    facts.rollback()
    send(client, page, f"{page}/wishes", kind="never", who=f"worker-{worker_id}", service=str(service_id))
    send(client, page, f"{page}/wishes", kind="woman", who="")
    assert send(client, page, f"{page}/wishes", kind="again", who="").status_code == 303  # nobody chosen: nothing kept
    never, woman = facts.scalars(select(Wish).order_by(Wish.id))
    assert (never.kind, never.provider_id, never.worker_id) == (WishKind.NEVER, provider.id, worker_id)
    assert (woman.kind, woman.provider_id, woman.service_id) == (WishKind.WOMAN, None, None)
    woman_id = woman.id
    facts.rollback()
    send(client, page, f"/residents/wishes/{woman_id}/remove")
    assert [words for words, _, _ in history(facts)] == ["wish", "wish", "wish_gone"]
    assert "不要这位 顺达水电维修 · 张师傅（水电维修）" in client.get(page).text


def test_who_leaves_is_called_no_more_and_comes_back(
    client: FlaskClient, resident: Resident, order: Order, facts: Session
) -> None:
    care_call = CareCall(resident_id=resident.id, reason=CareReason.ROUTINE, due_at=NOW, planned_at=NOW)
    facts.add(care_call)
    facts.commit()
    file, order_id = f"/residents/{resident.id}", order.id
    page = f"{file}/left"
    facts.rollback()
    assert "4821" in client.get(page).text
    assert send(client, page, page, left_on="2099-01-01", why="died").status_code == 400
    send(client, page, page, left_on="2026-11-20", why="moved", cancel=str(order_id))
    facts.expire_all()
    assert (resident.left_on, order.status, care_call.status) == (date(2026, 11, 20), OrderStatus.CANCELLED, CareStatus.DROPPED)
    facts.rollback()
    assert "起已离开" in client.get(file).text
    assert "王秀英" not in client.get("/residents/").text
    assert "已离开" in client.get("/residents/?q=wxy").text
    facts.rollback()
    send(client, file, f"{file}/back")
    assert [one[0] for one in history(facts)] == ["left", "returned"]
    facts.expire_all()
    assert resident.left_on is None
