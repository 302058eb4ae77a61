"""Operators, shifts and announcements: what administrators and supervisors keep."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.announcements import Announcement
from models.desks import Shift
from models.operators import Operator, Role
from models.residents import Resident
from operator_console.operators import knows_password
from tests.operator_console.conftest import HandClock
from tests.operator_console.forms import send

NEW = {"name": "李敏", "login": "Li", "password": "a first password", "role": "operator", "seat": "2"}


@pytest.fixture(autouse=True)
def administrator(operator: Operator, facts: Session) -> Operator:
    operator.role = Role.ADMINISTRATOR
    facts.commit()
    return operator


def added(facts: Session) -> Operator:
    found = facts.scalars(select(Operator).where(Operator.login == "li")).one()
    facts.commit()
    return found


def test_pages_open(client: FlaskClient) -> None:
    for page in ("/operators/", "/shifts/", "/announcements/"):
        assert client.get(page).status_code == 200


def test_an_operator_is_added_and_their_rights_are_changed(
    client: FlaskClient, facts: Session, resident: Resident, clock: HandClock
) -> None:
    assert send(client, "/operators/", "/operators/", **NEW).status_code == 303
    li = added(facts)
    assert (li.role, li.seat, knows_password(li, "a first password")) == (Role.OPERATOR, 2, True)

    page, area = f"/operators/{li.id}", str(resident.area_id)
    facts.commit()
    changed = {"name": "李敏", "role": "officer", "seat": "", "areas": area, "active": "on"}
    assert send(client, page, page, **changed).status_code == 303
    facts.refresh(li)
    assert (li.role, li.seat, [one.id for one in li.areas], li.visits_from) == (Role.OFFICER, None, [resident.area_id], clock())
    facts.commit()

    send(client, page, page, **(changed | {"active": ""}))
    send(client, page, page, **{name: value for name, value in changed.items() if name != "active"})
    facts.refresh(li)
    assert not li.active


@pytest.mark.parametrize(
    "fault", [{"login": "chen"}, {"seat": "1"}, {"seat": "99"}, {"role": "king"}, {"password": "short"}], ids=str
)
def test_what_cannot_be_is_told_and_nothing_typed_is_lost(client: FlaskClient, facts: Session, fault: dict[str, str]) -> None:
    answer = send(client, "/operators/", "/operators/", **(NEW | fault))
    assert answer.status_code == 400
    assert "李敏" in answer.text
    assert facts.scalar(select(Operator.id).where(Operator.login == "li")) is None


def test_an_administrator_cannot_shut_themselves_out(client: FlaskClient, operator: Operator, facts: Session) -> None:
    page = f"/operators/{operator.id}"
    assert send(client, page, page, name="陈静", role="operator", seat="1", active="on").status_code == 400
    assert send(client, page, page, name="陈静", role="administrator", seat="1").status_code == 400
    assert send(client, page, page, name="陈静", role="administrator", seat="1", active="on").status_code == 303
    facts.refresh(operator)
    assert (operator.role, operator.active) == (Role.ADMINISTRATOR, True)


def test_a_night_shift_ends_on_the_next_day_and_nobody_has_two_at_once(
    client: FlaskClient, operator: Operator, facts: Session
) -> None:
    wanted = {"operator": str(operator.id), "day": "2026-11-23", "begins": "22:00", "ends": "06:00", "weeks": "2"}
    assert send(client, "/shifts/", "/shifts/", **wanted).status_code == 303
    begun = [(shift.ends_at - shift.begins_at).total_seconds() for shift in facts.scalars(select(Shift))]
    assert begun == [8 * 3600, 8 * 3600]
    facts.commit()
    overlapping = wanted | {"day": "2026-11-24", "begins": "05:00", "ends": "09:00", "weeks": "1"}
    assert send(client, "/shifts/", "/shifts/", **overlapping).status_code == 400
    assert send(client, "/shifts/", "/shifts/", **(overlapping | {"day": "never"})).status_code == 400

    shown = client.get("/shifts/?week=2026-11-25").text
    assert "陈静" in shown
    shift = facts.scalars(select(Shift).order_by(Shift.id)).first()
    facts.commit()
    assert shift is not None
    assert send(client, "/shifts/", f"/shifts/{shift.id}/delete").status_code == 303
    assert len(facts.scalars(select(Shift)).all()) == 1


def test_an_announcement_is_on_every_page_until_it_ends(client: FlaskClient, facts: Session, clock: HandClock) -> None:
    words = {"zh": "今天有暴雨，上门会晚", "en": "Heavy rain: visits will be late"}
    told = words | {"starts": "2026-11-22T10:00", "ends": "2026-11-22T12:00"}
    assert send(client, "/announcements/", "/announcements/", **told).status_code == 303
    assert words["zh"] in client.get("/").text
    clock.pass_time(minutes=50)
    client.get("/")
    clock.pass_time(hours=2)
    with client.session_transaction() as cookie:
        cookie["active_at"] = int(clock().timestamp())
        cookie["coded"] = True
    assert words["zh"] not in client.get("/").text
    assert send(client, "/announcements/", "/announcements/", **told).status_code == 400  # over before it is told

    later = words | {"starts": "2026-11-22T12:00", "ends": "2026-11-23T12:00"}
    send(client, "/announcements/", "/announcements/", **later)
    newest = facts.scalars(select(Announcement).order_by(Announcement.id.desc())).first()
    facts.commit()
    assert newest is not None
    send(client, "/announcements/", f"/announcements/{newest.id}/end")
    assert words["zh"] not in client.get("/").text
