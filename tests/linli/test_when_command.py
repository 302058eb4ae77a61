"""`linli when` prints the span that a sentence asks for, and the words in which it is read back."""

import json
from datetime import datetime

import pytest
from click.testing import CliRunner, Result

from linli.cli import linli


@pytest.fixture(autouse=True)
def in_shanghai(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINLI_DEMO", "true")
    monkeypatch.setenv("LINLI_TIMEZONE", "Asia/Shanghai")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(linli, ["when", *arguments])


def test_a_time_is_one_json_document_with_its_span_and_words() -> None:
    result = run("后天下午三点以后", "--now", "2026-11-22T10:30", "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout) == {
        "understood": True,
        "start": "2026-11-24T15:00:00+08:00",
        "end": "2026-11-24T18:00:00+08:00",
        "words": "后天，十一月二十四号星期二下午三点到六点",
    }


def test_a_time_is_printed_for_people() -> None:
    result = run("明天上午", "--now", "2026-11-22T10:30")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "2026-11-23T08:00+08:00 – 2026-11-23T12:00+08:00",
        "明天，十一月二十三号上午八点到中午十二点",
    ]


def test_what_names_no_time_is_no_failure() -> None:
    result = run("我要两份饺子", "--now", "2026-11-22T10:30", "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout) == {"understood": False, "start": None, "end": None, "words": None}
    assert "没有听出时间 / no time was understood" in run("我要两份饺子").stdout


def test_a_moment_with_an_offset_is_taken_to_the_communitys_time_zone() -> None:
    result = run("明天上午九点", "--now", "2026-11-22T20:00:00Z", "--json")  # already the 23rd in Shanghai
    assert json.loads(result.stdout)["start"] == "2026-11-24T09:00:00+08:00"


@pytest.mark.parametrize("moment", ["yesterday", "2026-13-01T10:00", "", "0001-01-01T00:00:00+14:00", "9999-12-31T23:00"])
def test_a_bad_moment_is_told_and_ends_with_2(moment: str) -> None:
    result = run("明天", "--now", moment, "--json")
    assert result.exit_code == 2
    assert "--now" in result.stderr
    assert "not a moment such as" in result.stderr
    assert result.stdout == ""


def test_without_now_it_is_now() -> None:
    start = json.loads(run("明天上午九点", "--json").stdout)["start"]
    assert datetime.fromisoformat(start) > datetime.now().astimezone()
