"""What holds on every page."""

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

import operator_console
from models.database import session_maker
from models.settings import Settings
from operator_console.app import LARGEST_REQUEST, create_app
from tests.operator_console.forms import form_token

HOME = Path(operator_console.__file__).parent


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.mark.parametrize("address", ["/", "/sign-in", "/calls/", "/nowhere", "/healthz"])
def test_every_answer_is_hardened(client: FlaskClient, address: str) -> None:
    headers = client.get(address).headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"


def test_pages_bring_nothing_that_the_policy_forbids() -> None:
    for template in (HOME / "templates").glob("*.html"):
        text = template.read_text()
        for forbidden in (" style=", " onclick=", "<style", "javascript:", "http://", "https://", "|safe", "autoescape"):
            assert forbidden not in text, (template.name, forbidden)
    for static in filter(Path.is_file, (HOME / "static").iterdir()):
        assert "@import" not in static.read_text()
        assert "url(" not in static.read_text()


def test_faults_are_explained_in_both_languages(client: FlaskClient) -> None:
    page = client.get("/nowhere")
    assert page.status_code == 404
    assert "没有找到。" in page.text
    assert "Not found." in page.text


def test_a_fault_of_ours_is_logged_and_shows_nothing_of_itself(
    app: Flask, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> str:
        raise RuntimeError("the inside")

    app.view_functions["board.show"] = fail
    page = client.get("/?q=13800000001")
    assert page.status_code == 500
    assert "the inside" not in page.text
    assert "the inside" in caplog.text
    assert "13800000001" not in caplog.text


def test_a_request_that_is_too_large_is_refused(client: FlaskClient) -> None:
    form = {"csrf_token": form_token(client, "/"), "x": "x" * LARGEST_REQUEST}
    assert client.post("/sign-out", data=form).status_code == 413


def test_it_is_well_only_with_its_database(stranger: FlaskClient, settings: Settings, tmp_path: Path) -> None:
    assert stranger.get("/healthz").json == {"status": "ok"}
    nowhere = session_maker(f"sqlite:///{tmp_path}/no/such/folder/linli.db")
    assert create_app(settings, nowhere).test_client().get("/healthz").status_code == 503
