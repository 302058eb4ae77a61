"""A recorded call is held again offline: the same code decides the same, other code shows where it does not, no trace is left."""

import asyncio
from collections.abc import Callable
from dataclasses import replace as changed
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from audio.recognizers import Hearing
from dispatch.placing import cancel_order
from dispatch.queue import JobQueue
from ivr.dialogues.desk import Desk
from ivr.replay.errors import ReplayError
from ivr.replay.replaying import Replay, recorded_call, rehear, replay
from ivr.understanding.intents import OPERATOR
from ivr.understanding.meaning import Decision, Meaning, Understanding
from models.database import SessionMaker
from models.demo import load_demo
from models.orders import Order
from models.settings import Settings
from models.tables import metadata
from tests.ivr.conftest import HANG_UP, NOW, SILENT, ZONE
from tests.ivr.plain_understanding import PlainUnderstanding
from tests.ivr.recorded import KeenEar, hold_recorded

AN_ORDER = ("我家水管漏水了", "明天上午九点", "key:1", "没有了", SILENT)


class Site:
    """A site's database and recordings."""

    def __init__(self, sessions: SessionMaker, settings: Settings, speech: bytes) -> None:
        self.sessions = sessions
        self.folder = settings.recordings_dir
        # Nothing listens there.
        self.desk = Desk(JobQueue(f"redis://127.0.0.1:{settings.redis_port}/0"), self.folder)
        self.speech = speech
        with sessions() as session:
            load_demo(session, settings)
            session.commit()

    def hold(self, *answers: str, **how: Any) -> tuple[int, KeenEar]:
        return hold_recorded(self.sessions, self.desk, self.speech, answers, **how)

    def replay(self, call_id: int, ear: KeenEar, understanding: Understanding | None = None) -> Replay:
        with self.sessions() as session:
            call = recorded_call(session, call_id, self.folder)
        return replay(call, ear, understanding or PlainUnderstanding(), ZONE)

    def everything(self) -> dict[str, Any]:
        """All rows of all tables, and all files."""
        with self.sessions() as session:
            rows = {table.name: sorted(map(repr, session.execute(select(table)))) for table in metadata.sorted_tables}
        return rows | {"files": {path: path.read_bytes() for path in self.folder.rglob("*")}}


# Only what is read from the site's database can differ between the two kinds: one call on each shows it.
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def site(sessions: SessionMaker, settings: Settings, speech: bytes) -> Site:
    return Site(sessions, settings, speech)


def test_the_same_code_decides_the_same_and_nothing_is_left_behind(site: Site) -> None:
    call_id, ear = site.hold(*AN_ORDER)
    before = site.everything()
    again = site.replay(call_id, ear)
    assert site.everything() == before
    assert [turn.then["prompt"] for turn in again.turns] == ["welcome_resident", "when", "read_back", "anything_else", "goodbye"]
    assert [turn.differing for turn in again.turns] == [set()] * 5
    assert ear.cut_otherwise == 0
    assert [turn.now.get("transcript") for turn in again.turns] == ["我家水管漏水了", "明天上午九点", None, "没有了", None]
    assert again.turns[1].now["value"]["when"]["start"] == "2026-11-24T09:00:00+08:00"
    assert again.parted_at is None
    assert (again.ended_then, again.ended_now) == ("goodbye", "goodbye")
    assert again.collected_then == again.collected_now
    assert again.collected_now["service"] == "repair"


@on_sqlite
@pytest.mark.parametrize(
    "answers",
    [
        ("我家水管漏水了", HANG_UP),
        (HANG_UP,),
        (SILENT, SILENT),
        ("今天天气真好", "我孙子上学去了"),
        ("我家水管漏水了", "慢一点", "明天上午九点", "不对", "不要了"),
        ("我要留言", "我的药吃完了", SILENT),
        ("救命啊",),
        ("给我找我女儿",),
        ("key:0",),
    ],
    ids=lambda answers: answers[0],
)
def test_whatever_way_a_call_took_it_takes_again(site: Site, answers: tuple[str, ...]) -> None:
    call_id, ear = site.hold(*answers)
    again = site.replay(call_id, ear)
    assert again.parted_at is None
    assert again.ended_now == again.ended_then
    assert all(turn.same for turn in again.turns), again.turns


@on_sqlite
def test_orders_stand_as_they_stood_when_the_call_began(site: Site) -> None:
    site.hold(*AN_ORDER)
    call_id, ear = site.hold("我的订单到哪了", SILENT, at=NOW + timedelta(hours=1))
    with site.sessions() as session:
        [order_id] = session.scalars(select(Order.id))
        cancel_order(session, site.desk.queue, order_id, "resident", NOW + timedelta(hours=2))
    site.hold(*AN_ORDER, at=NOW + timedelta(hours=3))
    again = site.replay(call_id, ear)
    assert again.parted_at is None
    assert [turn.differing for turn in again.turns] == [set(), set()]


class Stricter(PlainUnderstanding):
    """Asks whether a service was meant."""

    def mean(self, hearing: Hearing, likely: frozenset[str] = frozenset()) -> Meaning:
        meaning = super().mean(hearing, likely)
        return changed(meaning, decision=Decision.CONFIRM) if meaning.intent == "repair" else meaning


@on_sqlite
def test_a_stricter_threshold_shows_where_the_call_takes_another_way(site: Site) -> None:
    call_id, ear = site.hold(*AN_ORDER)
    again = site.replay(call_id, ear, Stricter())
    assert again.parted_at == len(again.turns) == 2
    assert again.turns[0].differing == {"decision", "value"}
    assert again.turns[1].then["prompt"] == "when"
    assert again.turns[1].now["prompt"] == "confirm_service"


class Mishearing(KeenEar):
    """Hears ten where nine was said."""

    async def recognize(self, sound: bytes, hints: Any = (), answers: Any = ()) -> Hearing:
        hearing = await super().recognize(sound)
        return Hearing(tuple(changed(one, text=one.text.replace("九", "十")) for one in hearing.hypotheses))


@on_sqlite
def test_an_answer_to_another_read_back_is_not_counted(site: Site) -> None:
    call_id, ear = site.hold(*AN_ORDER)
    again = site.replay(call_id, Mishearing(known=ear.known))
    assert again.turns[1].differing == {"transcript", "value"}
    assert again.parted_at == 3
    assert again.turns[2].then["prompt"] == again.turns[2].now["prompt"] == "read_back"
    assert "十点" in again.turns[2].now["asked"]


class Referring(PlainUnderstanding):
    """Takes everything for a wish for a person."""

    def mean(self, hearing: Hearing, likely: frozenset[str] = frozenset()) -> Meaning:
        return Meaning(OPERATOR, Decision.ACCEPT, {OPERATOR: 0.9})


@on_sqlite
def test_a_call_that_ends_earlier_today_says_so(site: Site) -> None:
    call_id, ear = site.hold(*AN_ORDER)
    again = site.replay(call_id, ear, Referring())
    assert again.parted_at == 2
    assert again.turns[1].now == {"ended": "asked"}
    assert again.ended_now == "asked"


@on_sqlite
def test_a_turn_whose_sound_was_lost_stops_the_replay_there(site: Site) -> None:
    call_id, ear = site.hold(*AN_ORDER)
    [path] = site.folder.glob("*-caller.wav")
    path.write_bytes(path.read_bytes()[: 44 + 16 * 3_000])
    again = site.replay(call_id, ear)
    assert again.parted_at == len(again.turns)
    assert "the recording lacks this piece" in again.turns[-1].now["missing"]


@on_sqlite
def test_one_turn_is_heard_again_by_itself(site: Site) -> None:
    call_id, ear = site.hold(*AN_ORDER)
    with site.sessions() as session:
        call = recorded_call(session, call_id, site.folder)
    turn = asyncio.run(rehear(call, 2, ear, PlainUnderstanding(), ZONE))
    assert turn.same
    assert turn.now["transcript"] == "明天上午九点"
    for number, why in ((3, "turn 3 has no sound"), (9, "the caller has no turn 9")):
        with pytest.raises(ReplayError, match=why):
            asyncio.run(rehear(call, number, ear, PlainUnderstanding(), ZONE))


def _remove(path: Path) -> None:
    path.unlink()


def _spoil(path: Path) -> None:
    path.write_bytes(b"no sound at all")


@on_sqlite
@pytest.mark.parametrize(("harm", "why"), [(_remove, "no recording of the caller's side"), (_spoil, "is broken")])
def test_a_recording_that_is_missing_or_broken_is_told(site: Site, harm: Callable[[Path], None], why: str) -> None:
    call_id, _ = site.hold(HANG_UP)
    [path] = site.folder.glob("*-caller.wav")
    harm(path)
    with site.sessions() as session, pytest.raises(ReplayError, match=why):
        recorded_call(session, call_id, site.folder)


@on_sqlite
def test_an_unknown_call_is_told(site: Site) -> None:
    with site.sessions() as session, pytest.raises(ReplayError, match="there is no call 99"):
        recorded_call(session, 99, site.folder)
