"""The database and the console itself are gone under an open page: it says so, keeps what is written, and recovers by itself."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from models.services import Service
from models.settings import Settings
from tests.operator_console.chromium import running_browser
from tests.operator_console.program import first_line, running_console
from tests.postgres import create_database, drop_database

pytestmark = pytest.mark.e2e


@pytest.fixture
def database_url(postgres: str, migrated_postgres: str) -> Iterator[str]:
    """A database of its own, which can be stopped."""
    url = create_database(postgres, template=migrated_postgres)
    yield url
    drop_database(postgres, url)


@pytest.fixture
def page(settings: Settings) -> Iterator[Page]:
    with running_browser() as browser:
        where = f"http://127.0.0.1:{settings.console_port}"
        page = browser.new_context(viewport={"width": 1440, "height": 900}, base_url=where).new_page()
        page.clock.install()
        yield page


def allow_connections(url: str, allowed: bool) -> None:
    """Stop or start the database, as its users have it."""
    name = url.split("/")[3].split("?", maxsplit=1)[0]
    engine = create_engine(url.replace(name, "postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS {allowed}'))
        if not allowed:
            connection.execute(
                text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"), {"name": name}
            )
    engine.dispose()


def ask(page: Page, times: int) -> None:
    """Let the page ask so often what is new; its clock is put forward, and goes on by itself."""
    for _ in range(times):
        with page.expect_response(lambda answer: answer.url.endswith("/urgent")):
            page.clock.fast_forward(2000)


def test_an_open_page_says_what_is_wrong_keeps_what_is_written_and_recovers_without_being_loaded_anew(
    page: Page, settings: Settings, database_url: str, facts: Session, service: Service
) -> None:
    service_id, lost, words = service.id, page.locator("#lost"), "一趟"
    facts.rollback()
    with running_console(settings, database_url) as console:
        first_line(console)
        page.goto(f"/sign-in?next=/services/{service_id}/edit")
        for key in ("demo", "Tab", "linli", "Enter"):
            page.keyboard.press(key) if key in ("Tab", "Enter") else page.keyboard.type(key)
        page.fill("#unit", words)
        page.evaluate("window.same = true")
        allow_connections(database_url, allowed=False)
        try:
            ask(page, 3)
            expect(lost).to_contain_text("连不上系统")
            fresh = page.context.new_page()
            fresh.goto("/calls/")
            expect(fresh.locator("h1")).to_contain_text("数据库暂时连不上")
            fresh.close()
            page.locator("main button.main").click()
            expect(lost).to_contain_text("没有办成")
        finally:
            allow_connections(database_url, allowed=True)
        console.terminate()
        console.wait()
        page.locator("nav").get_by_role("link", name="来电").click()
        expect(lost).to_contain_text("现在打不开")
        page.locator("main button.main").click()
        expect(lost).to_contain_text("没有办成")
        expect(page.locator("#unit")).to_have_value(words)
    with running_console(settings, database_url) as console:
        first_line(console)
        page.locator("main button.main").click()
        expect(page.get_by_role("heading", name="服务目录")).to_be_visible()
        expect(lost).to_be_hidden()
        assert page.evaluate("window.same")  # the same document, in which a call would have gone on
    assert facts.get_one(Service, service_id, populate_existing=True).unit == words
