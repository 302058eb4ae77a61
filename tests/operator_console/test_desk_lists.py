"""The desk with nobody on the line: every list, its rows in the order of urgency, each with its age and limit."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from dispatch.alarms import raise_alarm
from dispatch.call_backs import call_back_round, take_call_back
from models.alarms import AlarmSource
from models.call_backs import CallBack
from models.calls import Call, CallStatus
from models.care_calls import CareCall, CareConcern, CareReason, CareStatus, CareTask
from models.database import SessionMaker
from models.device_health import DeviceFault, DeviceVisit, VisitReason
from models.devices import Device
from models.follow_ups import Complaint, FollowUpStatus, LateKind, OrderFollowUp, Supervision
from models.operators import Operator, Role
from models.orders import Order, OrderStatus
from models.providers import Provider
from models.residents import Resident
from models.voice_mails import VoiceMail
from operator_console.operators import add_operator
from tests.operator_console.conftest import NOW
from tests.operator_console.forms import form_token, sign_in


def add_call(facts: Session, status: CallStatus, minutes: float, number: str, **other: object) -> Call:
    began = NOW - timedelta(minutes=minutes)
    ended = None if status is CallStatus.WAITING else began + timedelta(seconds=30)
    given = {"outcome": "operator:asked", "handed_over_at": began, "ended_at": ended} | other
    call = Call(channel_id=f"1780000000.{number}", number=number, status=status, started_at=began, **given)
    facts.add(call)
    return call


@pytest.fixture
def work(facts: Session, sessions: SessionMaker, resident: Resident, order: Order, provider: Provider, call: Call) -> None:
    """Something in every list."""
    call.status, call.ended_at = CallStatus.ENDED, NOW
    add_call(facts, CallStatus.WAITING, 1, "13700000002")
    add_call(facts, CallStatus.WAITING, 0.5, "13700000001", outcome="operator:emergency")
    add_call(facts, CallStatus.ABANDONED, 30, "13700000003")
    add_call(facts, CallStatus.ABANDONED, 20, "13700000004", outcome="operator:sos")
    order.move(OrderStatus.UNFILLED, NOW, "dispatch")
    care = CareCall(resident=resident, reason=CareReason.ROUTINE, status=CareStatus.HELD, due_at=NOW)
    care.tasks.append(CareTask(concern=CareConcern.FELL, raised_at=NOW - timedelta(hours=2)))
    device = Device(resident=resident, number="057188010001", model="G1", place="床头", secret="")
    other = Device(resident=resident, number="057188010002", model="G1", place="客厅", secret="")
    facts.add_all([care, device, other])
    facts.flush()
    facts.add_all(
        [
            OrderFollowUp(order_id=order.id, status=FollowUpStatus.BY_HAND, due_at=NOW - timedelta(hours=1)),
            Complaint(order_id=order.id, provider_id=provider.id, words="晚了", raised_at=NOW, raised_by="resident"),
            Supervision(order_id=order.id, kind=LateKind.NOT_ACCEPTED, raised_at=NOW - timedelta(minutes=5)),
            VoiceMail(call_id=call.id, path="message-1.wav", words="", left_at=NOW - timedelta(hours=25)),
            DeviceFault(device_id=device.id, silent_since=NOW - timedelta(hours=5), raised_at=NOW),
            DeviceVisit(device_id=other.id, reason=VisitReason.TEST_FAILED, due_at=NOW),
        ]
    )
    facts.commit()
    raise_alarm(facts, "1790000000.7", AlarmSource.KEY, NOW - timedelta(seconds=40), resident_id=resident.id)
    facts.commit()
    call_back_round(sessions, NOW)


def rows(page: str) -> list[str]:
    return re.findall(r'id="row-([a-z-]+)-\d+"', page)


def test_every_list_shows_its_rows_the_most_urgent_first(client: FlaskClient, work: None) -> None:
    page = client.get("/desk").text
    minutes = ["alarm", "call", "call", "call-back", "call-back", "call-back", "order"]
    hours = ["late", "complaint", "care", "follow-up", "mail", "device", "device"]
    assert rows(page) == [*minutes, *hours]
    assert page.index("137****0001") < page.index("137****0002")  # who cries for help is before who waits longer
    assert page.index("137****0004") < page.index("137****0003")
    assert page.index("没等到人") < page.index("留了言")
    for limits in ('data-limits="40 60"', 'data-limits="10 15"', 'data-limits="0 0"', 'data-limits="57600 86400"'):
        assert limits in page
    assert re.search(r'id="row-alarm-\d+"[^>]+href="/desk/1790000000.7"[^>]+data-press="n"', page)


def test_the_lists_say_that_they_are_empty(client: FlaskClient) -> None:
    page = client.get("/desk").text
    assert rows(page) == []
    assert page.count("没有") >= 9


def test_what_changes_comes_without_a_reload(client: FlaskClient, work: None) -> None:
    first = client.get("/desk/live")
    again = client.get("/desk/live", headers={"If-None-Match": first.headers["ETag"]})
    assert (first.status_code, again.status_code) == (200, 304)
    assert "csrf" not in first.text


def test_a_call_back_is_one_key_away_unless_another_operator_is_calling(
    client: FlaskClient, work: None, facts: Session, operator: Operator
) -> None:
    other = Operator(login="wang", name="王芳", password_hash="", seat=2)
    facts.add(other)
    facts.commit()
    one = facts.query(CallBack).filter_by(number="13700000003").one().id
    facts.commit()
    assert f'value="call-back:{one}"' in client.get("/desk").text
    assert take_call_back(facts, one, other.id, NOW)
    page = client.get("/desk").text
    assert f'value="call-back:{one}"' not in page
    assert "王芳" in page
    dialled = {"csrf_token": form_token(client, "/desk"), "to": f"call-back:{one}"}
    assert client.post("/desk/dial", data=dialled).status_code == 303
    assert "已经有人在回电" in client.get("/desk").text


def test_a_call_back_can_be_ended_without_a_call_once(client: FlaskClient, work: None, facts: Session) -> None:
    one = facts.query(CallBack).filter_by(number="13700000003").one().id
    facts.commit()
    token = form_token(client, "/desk")

    def end(what: str) -> int:
        return client.post("/desk/call-backs", data={"csrf_token": token, "end": what}).status_code

    assert [end(f"{one}:called_again"), end("x:reached"), end(f"{one}:not_needed"), end(f"{one}:reached")] == [400, 400, 303, 303]
    assert facts.get_one(CallBack, one).outcome == "not_needed"
    facts.commit()
    page = client.get("/desk").text
    assert "137****0003" not in page
    assert "已经有人处理了" in page


@pytest.mark.parametrize(("seat", "begins_at"), [(1, "/desk"), (None, "/")])
def test_who_has_a_seat_begins_at_the_desk(stranger: FlaskClient, facts: Session, seat: int | None, begins_at: str) -> None:
    add_operator(facts, "chen", "陈静", "correct horse", role=Role.OPERATOR, seat=seat)
    facts.commit()
    assert sign_in(stranger, "chen", "correct horse").location == begins_at
