"""`python -m dispatch alarms` outlives what it stands on."""

import shutil
import signal
from pathlib import Path

from sqlalchemy import select

from models.alarms import Alarm
from models.database import session_maker
from models.settings import Settings
from tests.dispatch.alarm_story import STORY
from tests.dispatch.servers import dispatch_program


def test_without_a_database_and_without_asterisk_alarms_wait_in_the_log(
    settings: Settings, tmp_path: Path, migrated_sqlite: Path
) -> None:
    log = settings.asterisk_dir / "log/cel-custom/events.csv"
    log.parent.mkdir(parents=True)
    log.write_bytes(b"".join(STORY))
    place = tmp_path / "later"
    url = f"sqlite:///{place}/linli.db"
    environment = {"LINLI_DEMO": "1", "LINLI_DATA_DIR": str(settings.data_dir), "LINLI_DATABASE_URL": url}
    program = dispatch_program("alarms", environment | {"LINLI_AMI_PORT": str(settings.ami_port)})
    program.await_line("alarms wait in the event log")
    place.mkdir()
    shutil.copy(migrated_sqlite, place / "linli.db")
    program.await_line("the event log is read again")
    assert program.stop(signal.SIGTERM) == 0
    sessions = session_maker(url)
    with sessions() as session:
        assert session.scalars(select(Alarm)).one().answered_by == "keyholder-1"
    sessions.kw["bind"].dispose()
