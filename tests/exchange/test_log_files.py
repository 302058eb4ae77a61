"""Asterisk's logs take a bounded part of the disk, and whoever appends goes on in the emptied file."""

from datetime import UTC, datetime
from pathlib import Path

from exchange.log_files import KEPT, bound_logs

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def test_a_log_that_grew_is_kept_a_few_times_and_written_on(tmp_path: Path) -> None:
    path, small = tmp_path / "security.log", tmp_path / "messages.log"
    small.write_text("few words")
    with path.open("a", buffering=1) as writer:  # as Asterisk does
        for number in range(KEPT + 3):
            writer.write(f"{number} {'x' * 100}\n")
            bound_logs(tmp_path, NOW, largest_bytes=100)
        writer.write("and on\n")
    assert path.read_text() == "and on\n"
    kept = sorted(tmp_path.glob("security.log.*"))
    assert [one.name for one in kept] == [f"security.log.{number}" for number in range(1, KEPT + 1)]
    assert kept[0].read_text().startswith(f"{KEPT + 2} ")
    assert small.read_text() == "few words"
    bound_logs(tmp_path / "nowhere", NOW)
