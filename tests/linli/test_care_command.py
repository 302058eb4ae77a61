"""`linli care` tells of every care call: why, when, how often, what was said, what is to be done."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from click.testing import CliRunner

from linli.care import care
from linli.environment import environment_of
from models.care_calls import CareAnswer, CareAttempt, CareCall, CareConcern, CareReason, CareResult, CareStatus, CareTask
from models.database import SessionMaker
from models.demo import load_demo
from models.settings import Settings
from tests.conftest import settings_on_free_ports

AT = datetime(2026, 11, 23, 1, tzinfo=UTC)  # nine in the morning in Shanghai


@pytest.fixture
def site(tmp_path: Any, database_url: str, sessions: SessionMaker) -> Settings:
    settings = settings_on_free_ports(tmp_path, database_url=database_url)
    with sessions.begin() as session:
        load_demo(session, settings)
        session.flush()
        call = CareCall(resident_id=1, reason=CareReason.HOSPITAL, status=CareStatus.HELD, due_at=AT, ended_at=AT)
        call.attempts.append(CareAttempt(way="13800000001", began_at=AT, result=CareResult.HELD, ended_at=AT))
        call.answers.append(CareAnswer(question="care_how", words="头晕", meanings=["unwell"], at=AT))
        call.tasks.append(CareTask(concern=CareConcern.UNWELL, words="头晕", raised_at=AT))
        session.add(call)
    return settings


def test_the_whole_story_is_one_document(site: Settings) -> None:
    done = CliRunner().invoke(care, ["--json"], env=environment_of(site))
    [told] = json.loads(done.stdout)
    assert (told["reason"], told["status"], told["due_at"]) == ("hospital", "held", "2026-11-23T09:00:00+08:00")
    assert told["resident"]["name"] == "王秀英"
    assert [attempt["result"] for attempt in told["attempts"]] == ["held"]
    assert told["answers"][0]["meanings"] == ["unwell"]
    assert (told["tasks"][0]["concern"], told["tasks"][0]["words"]) == ("unwell", "头晕")


def test_the_table_says_what_is_to_be_done(site: Settings) -> None:
    done = CliRunner().invoke(care, env=environment_of(site) | {"COLUMNS": "250"})
    assert done.exit_code == 0
    for words in ("王秀英", "出院后", "身体不舒服", "“头晕”"):
        assert words in done.output
