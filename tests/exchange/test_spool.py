"""The event log is read once, whole and in order, whatever becomes of the file."""

import logging
import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest

from exchange.call_events import CallEvent, desk_of, device_of, read_events
from exchange.spool import Position, Spool
from tests.exchange.event_log import BEGIN, Line

CALL = Line()
LINES = [CALL.line(n, "LINLI_SOS" if n % 5 == 0 else "ANSWER", "7" if n % 5 == 0 else "") for n in range(40)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "events.csv"


def read_all(spool: Spool, position: Position) -> tuple[list[CallEvent], Position]:
    events: list[CallEvent] = []
    while chunk := spool.read(position):
        events += chunk.events
        position = chunk.position
    spool.put_aside(position)
    return events, position


def seconds(events: list[CallEvent]) -> list[float]:
    return [(event.at - BEGIN).total_seconds() for event in events]


def test_a_line_is_one_event() -> None:
    [event] = read_events(CALL.line(1.25, "LINLI_RUNG", "keyholder-2,13800000001"))
    assert event.at == BEGIN + timedelta(seconds=1.25)
    assert (event.name, event.extra, event.call_id) == ("LINLI_RUNG", "keyholder-2,13800000001", CALL.unique_id)
    assert (event.device_id, event.desk, event.number) == (7, "", "057188886666")
    [seven_columns] = read_events(CALL.line(1, "ANSWER").rpartition(b",")[0])
    assert seven_columns.number == ""


def test_a_third_persons_channel_belongs_to_the_residents_call() -> None:
    [event] = read_events(Line(linked_id="1795312800.1-13800000001").line(1, "LINLI_JOIN", "17,13800000001"))
    assert event.call_id == "1795312800.1"


def test_only_our_own_telephones_are_desks_and_devices() -> None:
    assert desk_of("PJSIP/operator-12-0000001a") == "operator-12"
    assert [desk_of(name) for name in ("PJSIP/desk-x-1", "PJSIP/carrier-demo-1", "Local/desk-1@x", "")] == [""] * 4
    assert [device_of(name) for name in ("PJSIP/device-7-1a", "PJSIP/device-7", "PJSIP/desk-1-1")] == [7, None, None]


@pytest.mark.parametrize(
    "rubbish", [b"", b"\0" * 8, b"hello", b'"1795312800.000001","AN', b'"x","y"', b"\xff\xfe,,,,,,,"], ids=repr
)
def test_what_a_crash_left_in_front_of_a_line_hides_nothing(rubbish: bytes) -> None:
    assert [event.name for event in read_events(rubbish + LINES[0])] == ["LINLI_SOS"]


@pytest.mark.parametrize(
    "rubbish",
    [b"", b"\0" * 8, b'"17x.000001","ANSWER","","","","",""', b'"1795312800.000001","ANSWER"', b'"1.1",""x"', LINES[0][:-60]],
    ids=repr,
)
def test_rubbish_is_no_event(rubbish: bytes) -> None:
    assert list(read_events(rubbish)) == []


def test_a_unique_id_after_a_hundred_thousand_channels_does_not_begin_another_event() -> None:
    [event] = read_events(Line(unique_id="1795312800.123456", linked_id="1795312800.123456").line(1, "ANSWER"))
    assert event.unique_id == "1795312800.123456"


def test_the_same_line_has_the_same_identity_and_no_other_has() -> None:
    assert len({event.id for line in LINES * 2 for event in read_events(line)}) == len(LINES)


def test_rubbish_lines_are_told_of_and_passed_over(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path.write_bytes(LINES[0] + b"rubbish\n" + b"\xff" * 2_000_000 + b"\n" + LINES[1])
    with caplog.at_level(logging.WARNING):
        events, position = read_all(Spool(path), Position())
    assert seconds(events) == [0, 1]
    assert position.offset == path.stat().st_size
    assert f"no event at byte {len(LINES[0])}" in caplog.text


@pytest.mark.parametrize("seed", range(20))
def test_however_the_file_grows_each_line_is_read_once(path: Path, seed: int) -> None:
    """Written in pieces that end anywhere, read after any of them, put aside at any size: all of it, in order, once."""
    chance = random.Random(seed)
    spool, position, seen = Spool(path, rotated_at_bytes=chance.choice([1, 500, 10**9])), Position(), []
    data, written = b"".join(LINES), 0
    while written < len(data):
        piece = chance.choice([1, 7, 160, 900])
        with path.open("ab") as file:
            file.write(data[written : written + piece])
        written += piece
        if chance.random() < 0.6:
            events, position = read_all(spool, position)
            seen += events
            if chance.random() < 0.2:
                spool = Spool(path, rotated_at_bytes=500)
    seen += read_all(spool, position)[0]
    assert seconds(seen) == list(range(40))


def test_nothing_is_read_where_nothing_is(path: Path) -> None:
    assert Spool(path).read(Position()) is None
    Spool(path).put_aside(Position())
    path.write_bytes(LINES[0][:-1])
    assert Spool(path).read(Position()) is None
    assert Spool(path).read(Position("gone", 12)) is None


def test_a_line_written_to_the_file_that_was_just_put_aside_is_read(path: Path) -> None:
    path.write_bytes(LINES[0])
    spool = Spool(path, rotated_at_bytes=1)
    _, position = read_all(spool, Position())
    assert not path.exists()
    with path.with_name("events.csv.1").open("ab") as file:
        file.write(LINES[1])
    events, position = read_all(spool, position)
    path.write_bytes(LINES[2])
    more, position = read_all(spool, position)
    assert seconds(events + more) == [1, 2]
    assert read_all(spool, position)[0] == []


def test_a_file_that_somebody_cut_short_is_read_from_its_new_beginning(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path.write_bytes(b"".join(LINES[:5]))
    spool = Spool(path)
    _, position = read_all(spool, Position())
    path.write_bytes(LINES[5])
    events, _ = read_all(spool, position)
    assert seconds(events) == [5]
    assert "cut short" in caplog.text


def test_a_file_that_was_cut_after_a_copy_is_finished_in_the_copy(path: Path) -> None:
    path.write_bytes(b"".join(LINES[:3]))
    spool = Spool(path)
    _, position = read_all(spool, Position())
    path.with_name("events.csv.1").write_bytes(b"".join(LINES[:5]))
    path.write_bytes(LINES[5])
    assert seconds(read_all(spool, position)[0]) == [3, 4, 5]


def test_a_large_file_is_not_put_aside_before_it_is_read(path: Path) -> None:
    path.write_bytes(b"".join(LINES))
    spool = Spool(path, rotated_at_bytes=1)
    chunk = spool.read(Position())
    assert chunk
    spool.put_aside(chunk.position)
    assert path.exists()


def test_one_may_read_while_another_puts_the_file_aside(path: Path) -> None:
    one, other, first, over = Spool(path, rotated_at_bytes=1), Spool(path), Position(), Event()

    def read_along() -> None:
        position = Position()
        while not over.is_set():
            if chunk := other.read(position):
                position = chunk.position

    with ThreadPoolExecutor(1) as threads:
        reading = threads.submit(read_along)
        for n in range(300):
            path.write_bytes(CALL.line(n, "ANSWER"))
            _, first = read_all(one, first)
            assert not path.exists()
        over.set()
        reading.result(20)
