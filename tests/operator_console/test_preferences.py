"""What whoever is signed in may choose for themselves."""

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from models.operators import Language, Operator
from operator_console.operators import change_password, knows_password
from tests.operator_console.forms import send

OLD, NEW = "an old password", "another password"


def test_pages_speak_the_language_that_was_chosen(client: FlaskClient, operator: Operator, facts: Session) -> None:
    both = client.get("/").text
    assert "正在通话" in both
    assert "On the line" in both

    assert send(client, "/preferences/", "/preferences/", language="en").status_code == 303
    english = client.get("/").text
    assert 'lang="en"' in english
    assert "正在通话" not in english

    send(client, "/preferences/", "/preferences/", language="zh")
    assert "On the line" not in client.get("/").text
    facts.refresh(operator)
    assert operator.language is Language.ZH


def test_large_type_and_high_contrast_are_kept(client: FlaskClient) -> None:
    send(client, "/preferences/", "/preferences/", language="both", large_type="on", high_contrast="on")
    page = client.get("/").text
    assert "data-large" in page
    assert "data-contrast" in page


def test_a_password_is_changed_by_who_knows_the_old_one(client: FlaskClient, operator: Operator, facts: Session) -> None:
    change_password(operator, OLD)
    facts.commit()
    send(client, "/preferences/", "/preferences/password", old="wrong", new=NEW)
    facts.refresh(operator)
    facts.commit()
    assert knows_password(operator, OLD)

    send(client, "/preferences/", "/preferences/password", old=OLD, new="short")
    facts.refresh(operator)
    facts.commit()
    assert knows_password(operator, OLD)

    send(client, "/preferences/", "/preferences/password", old=OLD, new=NEW)
    facts.refresh(operator)
    facts.commit()
    assert knows_password(operator, NEW)
    assert client.get("/").status_code == 200


def test_the_demos_password_stays(app: Flask, client: FlaskClient, operator: Operator, facts: Session) -> None:
    operator.login = "demo"
    change_password(operator, OLD)
    facts.commit()
    send(client, "/preferences/", "/preferences/password", old=OLD, new=NEW)
    facts.refresh(operator)
    facts.commit()
    assert knows_password(operator, OLD)
    assert "改密码" not in client.get("/preferences/").text
