"""Devices in the console: their health, their history, the forms, and the sheet with the secret."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.devices.health import Health
from models.device_health import DeviceFault, DeviceVisit, TrialResult, VisitReason
from models.devices import Device, DeviceKind, DeviceStatus
from models.operators import Operator, Role
from models.residents import Contact, ContactRole, Resident
from operator_console.device_words import DEVICE_TABLES, told
from operator_console.list_pages import AT_A_TIME
from tests.operator_console.conftest import NOW, HandClock
from tests.operator_console.forms import form_token, send

SECRET = "abcdefghijkmnpqrstuvwxyz"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def device(facts: Session, resident: Resident) -> Device:
    resident.contacts = [Contact(role=ContactRole.FAMILY, name="李建国", relation="儿子", number="13900000001", call_order=1)]
    device = Device(
        resident=resident,
        number="057188010001",
        model="一键通A1",
        place="床头",
        secret=SECRET,
        fitted_at=NOW - timedelta(days=60),
        last_heard_at=NOW - timedelta(seconds=30),
    )
    facts.add(device)
    facts.commit()
    return device


@pytest.fixture
def silent(facts: Session, device: Device) -> Device:
    """A device that has been silent for two days."""
    since = NOW - timedelta(days=2)
    device.last_heard_at = since
    facts.add(DeviceFault(device_id=device.id, silent_since=since, raised_at=since + timedelta(minutes=4)))
    facts.add(DeviceVisit(device_id=device.id, reason=VisitReason.SILENT, due_at=since + timedelta(days=1)))
    facts.commit()
    return device


@pytest.mark.parametrize("kind", [Health, DeviceKind, DeviceStatus, VisitReason, TrialResult])
def test_every_state_of_a_device_is_said_in_both_languages(kind: type) -> None:
    assert all(told(member).zh and told(member).en for member in kind)
    assert len({type(member) for table in DEVICE_TABLES for member in table}) == len(DEVICE_TABLES) == 5


def test_a_device_is_listed_with_its_health_and_what_is_to_do(client: FlaskClient, device: Device) -> None:
    page = client.get("/devices/").text
    for said in ("王奶奶", "床头", "057****0001", "在线", "请居民试打一次"):
        assert said in page
    assert 'class="badge"' not in page
    assert SECRET not in page + client.get(f"/devices/{device.id}").text


def test_a_silent_device_is_told_everywhere_until_somebody_was_there(
    client: FlaskClient, silent: Device, facts: Session, operator: Operator
) -> None:
    assert '<b class="badge">1</b>' in client.get("/").text
    listed = client.get("/devices/?show=trouble").text
    assert "失联超过一天" in listed
    page = f"/devices/{silent.id}"
    assert send(client, page, f"{page}/visited", note="换了电源").location == page
    [visit] = facts.scalars(select(DeviceVisit))
    facts.commit()
    assert (visit.ended_at, visit.ended_by, visit.note) == (NOW, operator.login, "换了电源")
    shown = client.get(page).text
    assert "上门看过了" in shown
    assert "换了电源" in shown


def test_many_that_fall_silent_at_once_point_to_one_cause(client: FlaskClient, silent: Device, facts: Session) -> None:
    assert "一半以上的设备同时失联" not in client.get("/devices/").text
    for number in range(4):
        other = Device(resident=silent.resident, number=f"05718801100{number}", model="A1", place="客厅", secret="s")
        facts.add(other)
        facts.flush()
        facts.add(DeviceFault(device_id=other.id, silent_since=NOW, raised_at=NOW))
    facts.commit()
    assert "一半以上的设备同时失联" in client.get("/devices/").text


def test_each_device_is_on_one_page_and_those_with_trouble_are_first(
    client: FlaskClient, device: Device, resident: Resident, facts: Session
) -> None:
    about = {"model": "一键通A1", "place": "客厅", "secret": SECRET, "fitted_at": NOW, "last_heard_at": NOW}
    others = [Device(resident=resident, number=f"0571880200{n:02d}", **about) for n in range(AT_A_TIME + 1)]
    facts.add_all(others)
    facts.flush()
    for one in others[-2:]:
        facts.add(DeviceVisit(device_id=one.id, reason=VisitReason.TEST_FAILED, due_at=NOW))
    facts.commit()
    pages = [client.get(f"/devices/live?after={after}").text for after in (0, AT_A_TIME, 999)]
    listed = [[int(one) for one in re.findall(r'href="/devices/([0-9]+)"', page)] for page in pages]
    first = [one.id for one in others[-2:]]
    rest = [one for one in (device.id, *(other.id for other in others)) if one not in first]
    assert listed[0] + listed[1] == first + rest
    assert listed[2] == listed[1] == rest[-2:]
    assert f"第 {AT_A_TIME + 1}–{AT_A_TIME + 2} 条，共 {AT_A_TIME + 2} 条" in pages[1]


def test_devices_are_found_by_resident_number_and_place(client: FlaskClient, device: Device) -> None:
    for wanted in ("王秀英", "0571-88010001", "床头", str(device.id)):
        assert "一键通A1" in client.get("/devices/live", query_string={"q": wanted}).text
    assert "没有这样的设备" in client.get("/devices/live", query_string={"q": "李'--"}).text
    assert client.get("/devices/?show=nothing").status_code == 404


def test_a_test_call_is_ticked_off(client: FlaskClient, device: Device, clock: HandClock) -> None:
    page = f"/devices/{device.id}"
    assert "一个月没有打通过" in client.get(page).text
    assert send(client, page, f"{page}/tested", result="first_time", note="").location == page
    shown = client.get(page).text
    assert "一个月没有打通过" not in shown
    assert "试打：一次接通" in shown
    assert "100.0%" in client.get("/devices/").text
    assert send(client, page, f"{page}/tested", result="perhaps").status_code == 400


@pytest.fixture
def filled(device: Device) -> dict[str, str]:
    return {
        "resident": str(device.resident_id),
        "kind": "one_key",
        "number": "0571-8801 0002",
        "model": "一键通B2",
        "place": "客厅",
        "family1": str(device.resident.contacts[0].id),
    }


def test_a_device_is_added_and_changed(client: FlaskClient, filled: dict[str, str], facts: Session, operator: Operator) -> None:
    assert "王秀英" in client.get("/devices/add?q=wxy").text
    answer = send(client, f"/devices/add?resident={filled['resident']}", "/devices/add", **filled, in_stock="1")
    added = facts.scalars(select(Device).order_by(Device.id.desc())).first()
    assert added
    assert answer.location == f"/devices/{added.id}"
    assert (added.number, added.status, added.history[0].by) == ("057188010002", DeviceStatus.IN_STOCK, operator.login)
    assert [key.contact.name for key in added.keys] == ["李建国"]
    facts.commit()  # SQLite has one writer, and whoever reads may be one
    edit = f"/devices/{added.id}/edit"
    assert 'value="057188010002"' in client.get(edit).text
    assert send(client, edit, edit, **(filled | {"place": "卫生间", "family1": ""})).location == f"/devices/{added.id}"
    facts.refresh(added)
    assert (added.place, added.keys) == ("卫生间", [])


def test_what_is_wrong_is_said_and_nothing_is_lost(client: FlaskClient, filled: dict[str, str], facts: Session) -> None:
    page = f"/devices/add?resident={filled['resident']}"
    answer = send(client, page, "/devices/add", **(filled | {"number": "057188010001"}))
    assert answer.status_code == 400
    assert "这个号码已经是设备" in answer.text
    assert 'value="一键通B2"' in answer.text
    for wrong in ({"kind": "robot"}, {"family1": "x"}):
        assert send(client, page, "/devices/add", **(filled | wrong)).status_code == 400
    assert len(facts.scalars(select(Device)).all()) == 1


def test_a_device_is_replaced_taken_back_and_retired(client: FlaskClient, device: Device, facts: Session) -> None:
    page = f"/devices/{device.id}"
    send(client, page, f"{page}/replace", model="一键通B2")
    facts.refresh(device)
    facts.commit()
    assert (device.model, device.secret != SECRET) == ("一键通B2", True)
    for status in ("in_stock", "installed", "retired"):
        send(client, page, f"{page}/move", status=status)
        facts.refresh(device)
        facts.commit()
        assert device.status == status
    send(client, page, f"{page}/move", status="installed")
    assert "已经是这个状态" in client.get(page).text
    assert client.get(f"{page}/edit").status_code == 404


def test_the_sheet_is_for_supervisors_and_every_printing_is_written_down(
    client: FlaskClient, device: Device, facts: Session, operator: Operator
) -> None:
    page = f"/devices/{device.id}"
    assert "打印安装单" not in client.get(page).text
    assert send(client, page, f"{page}/sheet").status_code == 403
    operator.role = Role.SUPERVISOR
    facts.commit()
    assert "打印安装单" in client.get(page).text
    sheet = send(client, page, f"{page}/sheet")
    assert sheet.headers["Cache-Control"] == "no-store"
    shown = sheet.text.replace("</span><span>", "")
    for said in (
        SECRET,
        device.account,
        "<code>sos</code>",
        "<code>service</code>",
        "<code>family1</code>",
        "王秀英",
        "床头",
        "陈静",
    ):
        assert said in shown
    assert [(line.happened, line.by) for line in device.history] == [("sheet_shown", operator.login)]
    facts.commit()
    assert "打印安装单（含密钥）" in client.get(page).text


def test_the_sheet_of_a_landline_names_numbers_and_no_secret(
    client: FlaskClient, device: Device, facts: Session, operator: Operator
) -> None:
    operator.role, device.kind = Role.SUPERVISOR, DeviceKind.LANDLINE
    facts.commit()
    sheet = send(client, f"/devices/{device.id}", f"/devices/{device.id}/sheet").text
    assert "<code>96345</code>" in sheet
    assert "密钥" not in sheet
    assert "<code>sos</code>" not in sheet


def test_a_forgery_from_another_page_prints_nothing(
    client: FlaskClient, device: Device, operator: Operator, facts: Session
) -> None:
    operator.role = Role.SUPERVISOR
    facts.commit()
    assert form_token(client, f"/devices/{device.id}")
    assert client.post(f"/devices/{device.id}/sheet").status_code == 400
    assert client.get("/devices/99").status_code == 404
    assert send(client, f"/devices/{device.id}", "/devices/99/sheet").status_code == 404
