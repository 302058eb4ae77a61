import re
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import get_context
from threading import Barrier

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from models.areas import Area
from models.calls import Call, CallStatus
from models.database import SessionMaker
from models.devices import Device
from models.file_openings import FileOpening
from models.operators import Language, Operator, Role
from models.residents import Resident
from models.settings import Settings
from operator_console.app import create_app
from operator_console.sharing import Sharing
from tests.operator_console.conftest import NOW, HandClock
from tests.operator_console.forms import send

LIST = "/devices/live"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def app(settings: Settings, sessions: SessionMaker, clock: HandClock) -> Flask:
    """The console, where what pages have in common is kept for longer than a test takes."""
    return create_app(settings, sessions, clock, shared_for_s=600)


@pytest.fixture
def device(facts: Session, resident: Resident) -> Device:
    device = Device(resident=resident, number="057188010001", model="一键通", place="床头", secret="s")
    facts.add(device)
    facts.commit()
    return device


def enter(app: Flask, facts: Session, login: str, **more: object) -> FlaskClient:
    """The browser of another operator."""
    colleague = Operator(login=login, name="李敏", password_hash="", **({"role": Role.OPERATOR} | more))
    facts.add(colleague)
    facts.commit()
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["operator"], cookie["active_at"], cookie["coded"] = colleague.id, int(NOW.timestamp()), True
    return client


def test_what_one_page_was_told_the_next_is_told_without_asking_again(
    app: Flask, client: FlaskClient, facts: Session, device: Device
) -> None:
    before = client.get(LIST)
    device.place = "客厅"
    facts.commit()
    after = enter(app, facts, "li").get(LIST)
    assert after.text == before.text
    assert after.headers["ETag"] == before.headers["ETag"]


def test_whoever_changes_something_sees_it_at_once(client: FlaskClient, facts: Session, device: Device) -> None:
    assert "床头" in client.get(LIST).text
    device.place = "客厅"
    facts.commit()
    send(client, "/", "/phone/state", state="ready")
    assert "客厅" in client.get(LIST).text


def test_each_language_and_each_area_has_its_own(app: Flask, client: FlaskClient, facts: Session, device: Device) -> None:
    assert '<span class="zh">在用</span>' in client.get(LIST).text
    english = enter(app, facts, "smith", language=Language.EN).get(LIST).text
    assert "in use" in english
    assert '<span class="zh">' not in english
    elsewhere = [Area(name="银杏里", latitude=30.25, longitude=120.16)]
    assert "王奶奶" not in enter(app, facts, "officer", role=Role.OFFICER, areas=elsewhere).get(LIST).text


def test_a_number_that_was_shown_to_one_stays_masked_for_the_others(
    app: Flask, client: FlaskClient, facts: Session, device: Device, operator: Operator
) -> None:
    shown = {"resident_id": device.resident_id, "operator_id": operator.id, "reason": "", "at": NOW}
    facts.add(FileOpening(**shown, shown=f"device-{device.id}"))
    facts.commit()
    assert "0571 8801 0001" in client.get(LIST).text
    assert "0571 8801 0001" not in enter(app, facts, "li").get(LIST).text


def test_of_several_who_ask_at_once_one_works_it_out() -> None:
    sharing, made, together = Sharing(600), list[int](), Barrier(6)

    def ask() -> int:
        together.wait()
        return sharing.of("x", lambda: made.append(1) or len(made))

    with ThreadPoolExecutor(6) as threads:
        answers = [one.result() for one in [threads.submit(ask) for _ in range(6)]]
    assert (answers, made) == ([1] * 6, [1])


def test_what_could_not_be_worked_out_is_tried_again() -> None:
    sharing = Sharing(600)
    with pytest.raises(ZeroDivisionError):
        sharing.of("x", lambda: 1 // 0)
    assert sharing.of("x", lambda: 7) == 7


def test_what_another_process_of_the_console_has_changed_is_worked_out_anew() -> None:
    sharing = Sharing(600)
    assert [sharing.of("x", lambda one=one: one) for one in (1, 2)] == [1, 1]
    other = get_context("fork").Process(target=sharing.forget)
    other.start()
    other.join()
    assert sharing.of("x", lambda: 3) == 3


def test_without_a_time_nothing_is_kept() -> None:
    sharing = Sharing(0)
    assert [sharing.of("x", lambda one=one: one) for one in (1, 2)] == [1, 2]


def test_a_call_that_rings_at_every_desk_is_worked_out_once_and_each_has_a_form_and_acts_of_its_own(
    app: Flask, client: FlaskClient, facts: Session, call: Call, resident: Resident, operator: Operator
) -> None:
    call.status, call.outcome, call.handed_over_at = CallStatus.WAITING, "operator:asked", NOW
    facts.commit()
    address, other = f"/desk/{call.channel_id}", enter(app, facts, "li", seat=7)
    first = client.get(address).text
    resident.address = "银杏里1幢101室"
    facts.commit()
    second = other.get(address).text
    for page in (first, second):
        assert "桂花苑3幢2单元502室" in page
        assert "王奶奶" in page
    keys = [re.findall(r'name="key" value="([^"]+)"', page) for page in (first, second)]
    assert len({*keys[0], *keys[1]}) == 2
    call.status, call.operator_id, call.operator_at = CallStatus.OPERATOR, operator.id, NOW
    facts.commit()
    assert "银杏里1幢101室" in client.get(address).text  # what becomes of the call is seen at once
    assert "转接，叫人进来" in client.get(f"{address}/acts").text
    assert "转接，叫人进来" not in other.get(f"{address}/acts").text
