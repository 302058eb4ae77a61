"""`linli alarms` tells each alarm from its beginning to its end, to a person and to a program."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from dispatch.alarms import answer_alarm, close_alarm, move_alarm
from dispatch.alarms.following import AlarmFollower
from exchange.spool import Spool
from linli.alarm_listing import alarms
from linli.environment import environment_of
from models.alarms import AlarmStatus
from models.database import SessionMaker, session_maker
from models.demo import load_demo
from models.settings import Settings
from tests.conftest import settings_on_free_ports
from tests.dispatch.alarm_story import CALL, NEIGHBOUR, STORY, WINDOW
from tests.exchange.event_log import BEGIN

DAY = "2026-11-22T10:0"


@pytest.fixture
def site(tmp_path: Path, migrated_sqlite: Path) -> Settings:
    (tmp_path / "linli.db").write_bytes(migrated_sqlite.read_bytes())
    return settings_on_free_ports(tmp_path)


@pytest.fixture
def sessions(site: Settings, tmp_path: Path) -> Any:
    maker = session_maker(site.database)
    with maker.begin() as session:
        load_demo(session, site)
    log = tmp_path / "events.csv"
    log.write_bytes(b"".join(STORY))
    AlarmFollower(maker, Spool(log), WINDOW).read_on()
    yield maker
    maker.kw["bind"].dispose()


def run(site: Settings, *words: str) -> Result:
    result = CliRunner().invoke(alarms, words, env=environment_of(site))
    assert result.exit_code == 0, result.output
    return result


def close(sessions: SessionMaker) -> None:
    with sessions() as session:
        answer_alarm(session, CALL.unique_id, "desk-2", BEGIN + timedelta(seconds=200))
        move_alarm(session, 2, AlarmStatus.HELP_ON_THE_WAY, "li", BEGIN + timedelta(seconds=400), note="[red]\x1b[2J王强去了")
        move_alarm(session, 2, AlarmStatus.HELP_ARRIVED, "li", BEGIN + timedelta(seconds=900))
        close_alarm(session, 2, "taken_to_hospital", "li", BEGIN + timedelta(seconds=2000))


def test_a_program_is_told_everything(site: Settings, sessions: SessionMaker) -> None:
    alarm, _ = json.loads(run(site, "--json").stdout)  # the other is the demo's
    assert (alarm["source"], alarm["status"], alarm["kind"], alarm["reference"]) == ("key", "answered", "alarm", "device-1")
    assert (alarm["raised_at"], alarm["answered_at"]) == (f"{DAY}0:00.020000+08:00", f"{DAY}0:31.500000+08:00")
    assert (alarm["first_ring_at"], alarm["answered_by"], alarm["answered_after_s"]) == (
        f"{DAY}0:00.030000+08:00",
        "keyholder-1",
        31.48,
    )
    assert [(one["who"], one["result"], one["by"]) for one in alarm["rung"]] == [
        ("operators", "TIMEOUT", ""),
        ("keyholder-1", "ANSWERED", "keyholder-1"),
        ("operators", "ANSWERED", "desk-2"),
    ]
    assert alarm["rung"][1]["number"] == NEIGHBOUR
    assert [(one["who"], one["result"], one["joined_at"]) for one in alarm["joined"]] == [
        ("120", "ANSWER", f"{DAY}1:06+08:00"),
        ("110", "BUSY", None),
    ]
    assert [attempt["ended_at"] for attempt in alarm["attempts"]] == [f"{DAY}5:00+08:00", f"{DAY}0:51+08:00"]
    assert alarm["history"][0] == {
        "at": f"{DAY}0:00.020000+08:00",
        "happened": "raised",
        "by": "resident",
        "details": {"source": "key", "words": ""},
    }
    assert alarm["place"]["value"]
    assert alarm["follow_up"] == {"due_at": None, "done_at": None, "by": "", "note": ""}


def test_a_person_is_told_one_thing_after_the_other(site: Settings, sessions: SessionMaker) -> None:
    close(sessions)
    told = run(site).stdout
    lines = told.splitlines()
    assert "已结案 closed · 送医院 taken to hospital" in lines[0]
    assert [line[:22] for line in lines if line.startswith("    ")][2:4] == ["    10:00:20    +20 s "] * 2
    assert any(line.startswith("    10:01:20    +80 s  第三方没有接通 the third person was not reached：110，") for line in lines)
    assert any("keyholder 1，138 0000 0001" in line for line in lines)
    assert "[red][2J王强去了" in told
    assert "\x1b" not in told
    assert "  回访期限 follow-up due 11-23 10:33" in lines


def test_only_open_alarms_are_listed_where_only_they_are_wanted(site: Settings, sessions: SessionMaker) -> None:
    assert len(json.loads(run(site, "--open", "--json").stdout)) == 1
    assert "要调查" not in run(site, "--open").stdout
    close(sessions)
    assert json.loads(run(site, "--open", "--json").stdout) == []
    assert run(site, "--open").stdout == ""
