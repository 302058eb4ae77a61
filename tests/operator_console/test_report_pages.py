"""Reports: their tables and files, for supervisors."""

import csv
import io
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from models.calls import Call, CallStatus
from models.daily_figures import DailyFigure, DailyHandling, FigurePart
from models.operators import Operator, Role
from models.providers import Provider
from models.settings import PROJECT
from operator_console.figure_words import ANSWERED_IN_15_S, FIGURES, minutes, share
from operator_console.report_tables import BY, TABLES
from tests.operator_console.conftest import NOW

TODAY = date(2026, 11, 22)


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def supervisor(client: FlaskClient, operator: Operator, facts: Session) -> FlaskClient:
    operator.role = Role.SUPERVISOR
    facts.commit()
    return client


@pytest.fixture
def past_week(facts: Session, provider: Provider) -> None:
    """Ten calls a day, of which four were for a person, three answered in time."""
    area = {"part": FigurePart.AREA, "part_id": provider.areas[0].id}
    for ago in range(1, 8):
        day = TODAY - timedelta(days=ago)
        facts.add(DailyFigure(day=day, **area, calls=10, by_machine=6, waited=4, answered=4, in_15_s=3))
        facts.add(DailyHandling(day=day, **area, up_to_s=90, calls=4))
        facts.add(DailyFigure(day=day, part=FigurePart.PROVIDER, part_id=provider.id, offers=2, scores=1, score_sum=5))
    facts.commit()


def rows_of(client: FlaskClient, address: str) -> list[list[str]]:
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.mimetype == "text/csv"
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))


def test_what_is_kept_and_what_is_counted_today_stand_in_one_table(
    supervisor: FlaskClient, past_week: None, call: Call, facts: Session
) -> None:
    call.status, call.outcome, call.ended_at = CallStatus.ENDED, "goodbye", NOW
    facts.commit()
    page = supervisor.get("/reports?first=2026-11-16&last=2026-11-22").text
    for words in (">61</td>", ">37</td>", "75 %", "1:30", "2026-11-22", 'data-chart="table-calls"'):
        assert words in page, words
    rows = rows_of(supervisor, "/reports/day/calls.csv?first=2026-11-16&last=2026-11-22")
    assert [row[1:7] for row in rows[-2:]] == [["10", "6", "4", "75", "0", "90"], ["1", "1", "0", "", "", ""]]
    assert len(rows) == 8


@pytest.mark.parametrize("by", BY)
def test_every_table_has_a_page_a_help_and_a_file(supervisor: FlaskClient, past_week: None, by: str) -> None:
    page = supervisor.get(f"/reports?by={by}").text
    for name in BY[by].tables:
        assert f"/reports/{by}/{name}.csv" in page
        for column in TABLES[name].columns:
            assert FIGURES[column.key].means_zh in page
        assert len(rows_of(supervisor, f"/reports/{by}/{name}.csv")[0]) == 1 + len(TABLES[name].columns)


def test_no_name_becomes_a_formula(supervisor: FlaskClient, past_week: None, provider: Provider, facts: Session) -> None:
    provider.name = '=HYPERLINK("http://x")'
    facts.commit()
    rows = rows_of(supervisor, "/reports/provider/offers.csv?first=2026-11-16&last=2026-11-22")
    assert rows[1][0] == '\'=HYPERLINK("http://x")'
    assert rows[1][-1] == "5"


@pytest.mark.parametrize("span", ["first=2026-11-22&last=2026-11-01", "last=2027-01-01", "first=1999-01-01", "first=x"])
def test_a_span_that_is_none_is_told_and_not_counted(supervisor: FlaskClient, span: str) -> None:
    answer = supervisor.get(f"/reports?{span}")
    assert answer.status_code == 400
    assert "日期不对" in answer.text
    assert supervisor.get(f"/reports/day/calls.csv?{span}").status_code == 400


def test_what_there_is_not_is_not_found(supervisor: FlaskClient) -> None:
    for address in ("/reports?by=x", "/reports/x/calls.csv", "/reports/day/offers.csv"):
        assert supervisor.get(address).status_code == 404


def test_an_operator_sees_no_reports(client: FlaskClient) -> None:
    assert client.get("/reports").status_code == 403
    assert "/reports" not in client.get("/").text


def test_shares_and_times_in_words() -> None:
    assert (share(19, 20, ANSWERED_IN_15_S).words, share(19, 20, ANSWERED_IN_15_S).met) == ("95 %", True)
    assert share(0, 0, ANSWERED_IN_15_S).words == "–"
    assert [minutes(one) for one in (None, 5, 65, 7265)] == ["–", "0:05", "1:05", "2:01:05"]


def test_the_figures_are_explained_in_the_documents_as_on_the_page() -> None:
    document = (PROJECT / "docs" / "supervising.md").read_text(encoding="utf-8")
    for figure in FIGURES.values():
        assert f"| {figure.zh} / {figure.en} | {figure.means_zh} / {figure.means_en} |" in document
