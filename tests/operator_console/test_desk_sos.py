"""An alarm is handed on from its red page: somebody is asked first, and the alarm tells who is with the resident."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from dispatch.alarms import answer_alarm, raise_alarm
from exchange.obstacles import Obstacle
from models.alarms import Alarm, AlarmHappened, AlarmSource
from models.calls import Call
from models.database import SessionMaker
from models.desks import DeskActKind
from models.operators import Operator
from models.residents import Contact
from models.settings import Settings
from operator_console.app import create_app
from tests.operator_console.conftest import NOW, HandClock
from tests.operator_console.test_desk_acts import Exchange, ask, daughter, exchange, only_act, talk  # noqa: F401

DUTY = "13911110000"

# ruff: noqa: F811, these fixtures are those of test_desk_acts


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"sos_duty_number": DUTY})


@pytest.fixture
def app(settings: Settings, sessions: SessionMaker, clock: HandClock, exchange: Exchange) -> Flask:
    return create_app(settings, sessions, clock, desk_calls=exchange)


@pytest.fixture
def alarm(facts: Session, talk: Call) -> Alarm:
    """The talk is about an alarm, which this operator has answered at seat 1."""
    alarm = raise_alarm(facts, talk.channel_id, AlarmSource.KEY, NOW, resident_id=talk.resident_id)
    answer_alarm(facts, talk.channel_id, "desk-1", NOW)
    came(facts, alarm, AlarmHappened.ANSWERED, "desk-1", "17.1", who="desk-1")
    return alarm


def came(facts: Session, alarm: Alarm, happened: AlarmHappened, by: str, channel: str, **details: str) -> None:
    """What Asterisk tells of the alarm, as the record has it."""
    alarm.record(happened, NOW + timedelta(seconds=len(alarm.history)), by, channel=channel, **details)
    facts.commit()


def test_the_daughter_is_asked_first_in_the_words_of_an_alarm_and_then_stays_with_the_resident(
    client: FlaskClient,
    facts: Session,
    alarm: Alarm,
    daughter: Contact,
    talk: Call,
    exchange: Exchange,
) -> None:
    pop, who, its_page = f"/desk/{talk.channel_id}", str(daughter.id), f"/alarms/{alarm.id}"
    to = f"contact:{who}"
    facts.rollback()  # no transaction stands in the console's way
    page = client.get(pop).text
    assert f'id="warm-{to}" class="ask" form="desk-warm" name="to" value="{to}" data-press="w"' in page
    ask(client, f"{pop}/transfer", way="warm", to=to)
    act = only_act(facts)
    assert exchange.asked == [("ask_aside", talk.channel_id, act.id, 1, "13900000001", "sos", who)]
    page = client.get(pop).text
    assert "居民在听音乐等着" in page
    assert 'id="aside-back"' in page
    assert 'id="aside-complete"' not in page
    assert 'form="call_in"' not in page

    came(facts, alarm, AlarmHappened.JOINED, "asterisk", "17.1-9z", who=who, name="王芳（女儿）")
    assert 'id="aside-complete"' in client.get(pop).text  # also where nobody follows the acts of the desks
    ask(client, f"{pop}/complete", do="complete")
    came(facts, alarm, AlarmHappened.LEFT, "desk-1", "17.1")
    page = client.get(pop).text
    assert "居民在听音乐等着" not in page
    assert 'id="warm-' not in page  # it is no longer this operator's
    for address in (its_page, "/alarms/urgent", pop):
        assert "王芳（女儿）" in client.get(address).text
    assert "王奶奶" in client.get("/alarms/").text


def test_an_alarm_is_never_handed_on_blindly(
    client: FlaskClient,
    alarm: Alarm,
    daughter: Contact,
    talk: Call,
    exchange: Exchange,
) -> None:
    pop = f"/desk/{talk.channel_id}"
    assert 'id="blind-' not in client.get(pop).text
    for to in (f"contact:{daughter.id}", "number:120", "queue"):
        ask(client, f"{pop}/transfer", way="blind", to=to)
    assert exchange.asked == []
    assert "求助的居民不能直接转" in client.get(pop).text


@pytest.mark.parametrize(("to", "way", "words", "who"), [("duty:", DUTY, "sos", "mobile"), ("number:120", "120", "", "120")])
def test_the_mobile_on_duty_and_120_can_be_asked_too(
    client: FlaskClient,
    facts: Session,
    alarm: Alarm,
    talk: Call,
    exchange: Exchange,
    to: str,
    way: str,
    words: str,
    who: str,
) -> None:
    pop = f"/desk/{talk.channel_id}"
    assert f'id="warm-{to}"' in client.get(pop).text
    ask(client, f"{pop}/transfer", way="warm", to=to)
    act = only_act(facts)
    assert (act.kind, act.target) == (DeskActKind.WARM_TRANSFER, to)
    assert exchange.asked == [("ask_aside", talk.channel_id, act.id, 1, way, words, who)]


def test_a_colleague_can_be_asked_to_take_it_over(
    client: FlaskClient,
    facts: Session,
    alarm: Alarm,
    talk: Call,
    exchange: Exchange,
) -> None:
    colleague = Operator(login="li", name="李敏", seat=7, password_hash="")
    facts.add_all([colleague, Operator(login="wu", name="吴桐", password_hash="")])
    facts.commit()
    pop, to = f"/desk/{talk.channel_id}", f"operator:{colleague.id}"
    page = client.get(pop).text
    assert "李敏" in page
    assert "吴桐" not in page  # who has no desk
    assert f'id="warm-{to}"' in page
    ask(client, f"{pop}/transfer", way="warm", to=to)
    act = only_act(facts)
    assert exchange.asked == [("ask_aside", talk.channel_id, act.id, 1, "seat-7", "", "operator-7")]
    came(facts, alarm, AlarmHappened.ANSWERED, "desk-7", "18.1", who="desk-7")
    page = client.get(pop).text
    assert 'id="aside-complete"' in page
    assert "话务台 7" in page


def test_a_talk_aside_that_ended_unseen_does_not_keep_the_operator_from_calling_somebody_in(
    client: FlaskClient,
    alarm: Alarm,
    daughter: Contact,
    talk: Call,
    exchange: Exchange,
) -> None:
    pop = f"/desk/{talk.channel_id}"
    ask(client, f"{pop}/transfer", way="warm", to=f"contact:{daughter.id}")
    assert 'form="call_in"' not in client.get(pop).text
    exchange.obstacle = Obstacle.NOT_ASIDE
    ask(client, f"{pop}/complete", do="back")
    assert 'form="call_in"' in client.get(pop).text
