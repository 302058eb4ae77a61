"""Voice mail: heard in the browser, marked as heard, counted until then."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from audio.sound import silence, write_wav
from models.calls import Call
from models.operators import Operator
from models.settings import Settings
from models.voice_mails import VoiceMail
from tests.operator_console.conftest import NOW
from tests.operator_console.forms import send

PAGE = "/voice-mails/"
BADGE = '<b class="badge">1</b>'


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def mail(facts: Session, call: Call, settings: Settings) -> VoiceMail:
    settings.recordings_dir.mkdir(parents=True)
    write_wav(settings.recordings_dir / "message-1-1.wav", silence(1))
    mail = VoiceMail(call_id=call.id, path="message-1-1.wav", words="<b>跟小陈说一声</b>", left_at=NOW - timedelta(hours=1))
    facts.add(mail)
    facts.commit()
    return mail


def test_a_message_waits_until_somebody_has_heard_it(
    client: FlaskClient, mail: VoiceMail, operator: Operator, facts: Session
) -> None:
    assert BADGE in client.get("/").text
    page = client.get(PAGE).text
    assert "王奶奶" in page
    assert "&lt;b&gt;跟小陈说一声" in page
    assert "超过 24 小时" not in page
    with client.get(f"/voice-mails/{mail.id}/sound") as sound:
        assert (sound.status_code, sound.mimetype) == (200, "audio/wav")
    assert send(client, PAGE, f"/voice-mails/{mail.id}/heard").location == PAGE
    facts.refresh(mail)
    assert (mail.heard_by, mail.heard_at) == (operator.login, NOW)
    facts.commit()  # what was looked at is let go of, or the console waits for it
    page = client.get(PAGE)
    assert page.status_code == 200
    assert BADGE not in page.text


def test_who_was_first_to_hear_it_stays(client: FlaskClient, mail: VoiceMail, facts: Session) -> None:
    facts.add(VoiceMail(call_id=mail.call_id, path="other.wav", words="", left_at=NOW))
    mail.heard_by, mail.heard_at = "li", NOW - timedelta(minutes=5)
    facts.commit()
    send(client, PAGE, f"/voice-mails/{mail.id}/heard")
    facts.refresh(mail)
    assert mail.heard_by == "li"


def test_a_message_of_yesterday_is_late(client: FlaskClient, mail: VoiceMail, facts: Session) -> None:
    mail.left_at = NOW - timedelta(hours=25)
    facts.commit()
    assert "超过 24 小时" in client.get(PAGE).text


@pytest.mark.parametrize("path", ["../linli.db", "/etc/passwd", "gone.wav"])
def test_nothing_else_is_played(client: FlaskClient, mail: VoiceMail, facts: Session, path: str) -> None:
    mail.path = path
    facts.commit()
    assert client.get(f"/voice-mails/{mail.id}/sound").status_code == 404
    assert client.get("/voice-mails/99/sound").status_code == 404
