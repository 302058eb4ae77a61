"""A page in English says nothing in Chinese but what stands in the database, what is spoken, and what is marked as Chinese."""

import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import inspect, text
from sqlalchemy.orm import Session

from audio.prompts.catalogue import load_catalogue
from models.base import utc_now
from models.database import session_maker
from models.operators import Language, Operator, Role
from operator_console.app import create_app
from tests.conftest import settings_on_free_ports
from tests.gallery.community import fill
from tests.gallery.pages import addresses

# Chinese with the figures in it, as an address is written: 3幢2单元502室 is one.
HAN = re.compile(r"[0-9]*[\u4e00-\u9fff][\u4e00-\u9fff0-9]*")
READ_OUT = ("aria-label", "placeholder", "title", "alt", "label", "data-turbo-submits-with")
WITHOUT_END = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
OUR_NAME = "邻里"


class Said(HTMLParser):
    """What a page says and reads out, with the element that says it; without what is marked as another language."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.said: list[tuple[str, str]] = []
        self._open: list[tuple[str, bool]] = []  # elements, and whether what they hold is not ours
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        other = tag in ("script", "style", "textarea") or (tag != "html" and (told.get("lang") or "").startswith("zh"))
        if tag not in WITHOUT_END:
            self._open.append((tag, other or self._is_other()))
        if not (other or self._is_other()):
            self.said += [(f"{tag} {name}", told[name] or "") for name in READ_OUT if name in told]

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self._open and not self._is_other():
            self.said.append((self._open[-1][0], data))

    def _is_other(self) -> bool:
        return bool(self._open) and self._open[-1][1]


def everything_written(session: Session) -> str:
    """Every text of the database, whatever it is."""
    found: list[str] = []
    engine = session.get_bind()
    for table in inspect(engine).get_table_names():
        for row in session.execute(text(f'SELECT * FROM "{table}"')):
            found += [decoded(value) for value in row if isinstance(value, str)]
    return "\n".join(found)


def decoded(value: str) -> str:
    """JSON may hold its Chinese in figures."""
    return value.encode().decode("unicode_escape") if "\\u" in value else value


def english_client(app: Flask, session: Session) -> FlaskClient:
    """A browser in which somebody who may see everything has signed in, and reads English."""
    operator = Operator(login="ann", name="Ann", role=Role.ADMINISTRATOR, seat=1, password_hash="", language=Language.EN)
    session.add(operator)
    session.commit()
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie.update(operator=operator.id, active_at=int(utc_now().timestamp()), coded=True)
    session.commit()
    return client


def test_a_page_in_english_says_nothing_in_chinese_of_its_own(migrated_sqlite: Path, tmp_path: Path) -> None:
    shutil.copy(migrated_sqlite, tmp_path / "linli.db")
    settings = settings_on_free_ports(tmp_path)
    sessions = session_maker(f"sqlite:///{tmp_path / 'linli.db'}")
    with sessions() as session:
        examples = fill(session, settings)
        app = create_app(settings, sessions)
        client = english_client(app, session)
        data = f"{everything_written(session)} {settings.community} {OUR_NAME}"
        session.commit()
    spoken = " ".join(words for _, _, words in load_catalogue().wordings())
    found = {}
    for endpoint, address in addresses(app, examples).items():
        with client.get(address, follow_redirects=True) as answer:
            assert answer.status_code == 200, endpoint
            page = answer.get_data(as_text=True)
        theirs = data + spoken if endpoint.startswith("prompts.") else data
        if ours := {
            (where, words.strip()) for where, words in Said(page).said for han in HAN.findall(words) if han not in theirs
        }:
            found[endpoint] = ours
    sessions.kw["bind"].dispose()
    assert found == {}
