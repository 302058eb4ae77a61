"""The screen pop: who calls and how sure that is, before and after the call is written down."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from dispatch.alarms import answer_alarm, raise_alarm
from models.alarms import AlarmSource
from models.calls import Call, CallStatus, Turn
from models.file_openings import FileOpening
from models.orders import Order
from models.residents import Contact, ContactRole, Resident, ResidentPhone
from tests.operator_console.conftest import NOW
from tests.operator_console.forms import send

CHANNEL = "1790000000.1"
NUMBER = "13800000001"
# Each by an index. The page's own: its head counts what waits, the order form reads services and providers.
MOST_ASKED_LIVE = 11
MOST_ASKED = 40


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def waiting(facts: Session, call: Call) -> Call:
    """The call, which the machine has just handed over."""
    call.status, call.outcome, call.handed_over_at = CallStatus.WAITING, "operator:not_understood", NOW
    call.collected = {"service": "plumbing", "words": "水管漏水"}
    call.turns.append(Turn(speaker="caller", words="我家水管漏水了", at=NOW))
    facts.commit()
    return call


def test_the_pop_tells_who_calls_what_was_said_and_why_a_person_is_wanted(
    client: FlaskClient, waiting: Call, resident: Resident, order: Order, facts: Session
) -> None:
    resident.entrance, resident.risks, resident.medicines = "单元门 2580", ["跌倒"], "降压药"
    resident.contacts.append(Contact(role=ContactRole.FAMILY, name="王小明", relation="儿子", number="13900000009", call_order=1))
    facts.commit()
    page = client.get(f"/desk/{CHANNEL}").text
    for words in ("王奶奶", "85", "桂花苑3幢2单元502室", "单元门 2580", "跌倒", "降压药", "王小明", "这个号码只有这一位"):
        assert words in page
    for words in ("没有听懂", "水电维修", "“水管漏水”", "我家水管漏水了", "4821"):
        assert words in page


def test_a_call_that_is_not_written_down_yet_is_shown_by_its_number_and_asked_for_often(
    client: FlaskClient, resident: Resident
) -> None:
    page = client.get(f"/desk/{CHANNEL}?number={NUMBER}").text
    assert "王奶奶" in page
    assert 'data-every="300"' in page
    assert f"/desk/{CHANNEL}/live?number={NUMBER}" in page
    nobody = client.get(f"/desk/{CHANNEL}").text
    assert "没有显示号码" in nobody
    assert client.get("/desk/1790000000.1;x").status_code == 404


def test_of_two_on_one_telephone_the_operator_says_which(
    client: FlaskClient, waiting: Call, resident: Resident, facts: Session
) -> None:
    other = Resident(
        name="李国强",
        form_of_address="李爷爷",
        born=resident.born,
        gender="male",
        area=resident.area,
        address=resident.address,
        latitude=0,
        longitude=0,
        phones=[ResidentPhone(number=NUMBER)],
    )
    facts.add(other)
    waiting.resident = None
    facts.commit()
    page = client.get(f"/desk/{CHANNEL}").text
    assert "几位共用" in page
    assert "李爷爷" in page
    answer = send(client, f"/desk/{CHANNEL}", f"/desk/{CHANNEL}/who", resident=str(other.id))
    assert (answer.status_code, answer.location) == (303, f"/desk/{CHANNEL}")
    page = client.get(f"/desk/{CHANNEL}").text
    assert "来电人说是" in page
    assert "李爷爷 " in page


def test_a_daughter_s_number_leads_to_her_mother(client: FlaskClient, waiting: Call, resident: Resident, facts: Session) -> None:
    resident.contacts.append(Contact(role=ContactRole.FAMILY, name="王小红", relation="女儿", number="13900000009", call_order=1))
    waiting.resident, waiting.number = None, "13900000009"
    facts.commit()
    page = client.get(f"/desk/{CHANNEL}").text
    assert "家里人的号码" in page
    assert "王奶奶" in page


def test_a_stranger_is_enrolled_in_place_and_their_order_is_next(
    client: FlaskClient, waiting: Call, resident: Resident, facts: Session
) -> None:
    waiting.resident, waiting.number = None, "13700000008"
    facts.commit()
    page = client.get(f"/desk/{CHANNEL}").text
    assert "登记这位居民" in page
    assert "order-form" not in page
    said = {
        "name": "赵文华",
        "form_of_address": "赵爷爷",
        "gender": "男",
        "born": "1940-02-03",
        "area": "桂花苑",
        "address": "1幢",
    }
    kept = {"language": "中文", "hearing": "好", "subsidy_percent": "0", "speech_pace_percent": "100", "phones": "13700000008"}
    answer = send(client, f"/desk/{CHANNEL}", f"/calls/{waiting.id}/enrol", desk=CHANNEL, **said, **kept)
    assert (answer.status_code, answer.location) == (303, f"/desk/{CHANNEL}")
    page = client.get(f"/desk/{CHANNEL}").text
    assert "赵爷爷" in page
    assert "order-form" in page


def test_the_operators_note_is_kept_while_it_is_written(client: FlaskClient, waiting: Call, facts: Session) -> None:
    assert send(client, f"/desk/{CHANNEL}", f"/desk/{CHANNEL}/note", note=" 换个师傅 ").status_code == 204
    facts.refresh(waiting)
    assert waiting.note == "换个师傅"
    facts.commit()
    assert send(client, f"/desk/{CHANNEL}", f"/desk/{CHANNEL}/note", note="x" * 1001).status_code == 400
    assert send(client, f"/desk/{CHANNEL}", "/desk/1.1/note", note="x").status_code == 404


def test_an_sos_is_another_screen_from_its_first_ring_and_its_steps_come_back_to_it(
    client: FlaskClient, resident: Resident, facts: Session
) -> None:
    early = client.get(f"/desk/1790000000.7?number={NUMBER}&alarm=1").text
    for words in ('class="pop sos"', "SOS", "王奶奶", "桂花苑3幢2单元502室", 'data-part="sos-early"'):
        assert words in early
    assert 'class="pop "' in client.get(f"/desk/1790000000.7?number={NUMBER}").text
    alarm = raise_alarm(facts, "1790000000.7", AlarmSource.KEY, NOW, resident_id=resident.id, number=NUMBER)
    alarm_id = alarm.id
    facts.commit()
    page = client.get("/desk/1790000000.7").text
    assert "先接听居民的电话" in page
    assert "order-form" not in page
    answer_alarm(facts, "1790000000.7", "operator-1", NOW)
    to = f"/alarms/{alarm_id}/step"
    answer = send(client, "/desk/1790000000.7", to, step="help_on_the_way", desk="1790000000.7")
    assert (answer.status_code, answer.location) == (303, "/desk/1790000000.7")
    page = client.get("/desk/1790000000.7").text
    assert 'data-press="d"' in page  # the next step: they are there
    assert "有人赶去" in page


def test_the_pop_asks_the_database_little_however_much_there_is(
    client: FlaskClient, waiting: Call, resident: Resident, order: Order, facts: Session
) -> None:
    many = [Call(channel_id=f"17.{n}", number=NUMBER, resident_id=resident.id, status=CallStatus.ENDED) for n in range(30)]
    facts.add_all(many)
    facts.commit()
    client.get(f"/desk/{CHANNEL}")
    asked: list[str] = []
    engine = facts.get_bind()
    note = lambda _c, _u, statement, *_: asked.append(statement)  # noqa: E731
    event.listen(engine, "before_cursor_execute", note)
    client.get(f"/desk/{CHANNEL}/live")
    fragment = len(asked)
    client.get(f"/desk/{CHANNEL}")
    event.remove(engine, "before_cursor_execute", note)
    assert fragment <= MOST_ASKED_LIVE
    assert len(asked) - fragment <= MOST_ASKED


def test_whoever_sees_a_file_with_a_call_is_written_down_once(
    client: FlaskClient, waiting: Call, resident: Resident, facts: Session
) -> None:
    for _ in range(2):
        client.get(f"/desk/{CHANNEL}")
        client.get(f"/desk/{CHANNEL}/live")
    (opening,) = facts.scalars(select(FileOpening))
    assert (opening.resident_id, opening.call_id) == (resident.id, waiting.id)
