"""From the button to the third telephone and back to the page: console, exchange and record together."""

import re
import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from dispatch.alarms.following import AlarmFollower
from exchange.conference import Conference
from exchange.spool import Spool
from exchange.switchboard import Switchboard
from models.alarms import AlarmAttempt
from models.areas import Area
from models.base import utc_now
from models.database import SessionMaker, session_maker
from models.devices import Device
from models.operators import Operator
from models.residents import Resident
from operator_console.app import create_app
from tests.agi_scripts.asterisk.joined import wait_until_joined
from tests.agi_scripts.asterisk.manager_events import Events
from tests.agi_scripts.asterisk.registered import registered, registered_desk
from tests.agi_scripts.asterisk.running import DEVICE, RunningAsterisk
from tests.desk_manager import desk_manager

pytestmark = pytest.mark.e2e


@pytest.fixture
def sessions(tmp_path: Path, migrated_sqlite: Path) -> Iterator[SessionMaker]:
    """A database with the resident whose one-key phone it is, and an operator."""
    shutil.copy(migrated_sqlite, tmp_path / "linli.db")
    sessions = session_maker(f"sqlite:///{tmp_path / 'linli.db'}")
    with sessions.begin() as session:
        area = Area(name="桂花苑", latitude=30.25, longitude=120.16)
        known = {"born": date(1941, 3, 12), "gender": "female", "area": area, "latitude": 30.25, "longitude": 120.16}
        resident = Resident(name=DEVICE.name, form_of_address="王奶奶", address="桂花苑3幢2单元502室", **known)
        session.add(Device(id=DEVICE.id, resident=resident, number=DEVICE.number, model="T2", place="床头", secret=DEVICE.secret))
        session.add(Operator(id=1, login="chen", name="陈静", seat=1, password_hash="scrypt:1:1:1$x$x"))
    yield sessions
    sessions.kw["bind"].dispose()


@pytest.fixture
def switchboard(asterisk: RunningAsterisk) -> Iterator[Switchboard]:
    """The console's way to the exchange."""
    with desk_manager(asterisk.settings) as manager:
        yield Switchboard(manager)


@pytest.fixture
def desk(asterisk: RunningAsterisk, sessions: SessionMaker, switchboard: Switchboard) -> FlaskClient:
    """The operator's browser."""
    client = create_app(asterisk.settings, sessions, conference=Conference(switchboard)).test_client()
    with client.session_transaction() as cookie:
        cookie["operator"], cookie["active_at"] = 1, int(utc_now().timestamp())
    return client


def test_the_button_120_rings_120_and_the_page_tells_what_became_of_it(
    asterisk: RunningAsterisk, events: Events, sessions: SessionMaker, switchboard: Switchboard, desk: FlaskClient
) -> None:
    record = AlarmFollower(sessions, Spool(asterisk.settings.asterisk_dir / "log/cel-custom/events.csv"), timedelta(seconds=300))
    record.read_on()  # what other tests have left
    with (
        registered_desk(asterisk, events, "desk-1") as operator,
        registered(asterisk.phone("carrier-demo")) as ambulance,
        asterisk.phone(f"device-{DEVICE.id}") as resident,
    ):
        resident.call("sos")
        resident.wait_answered()
        operator.answer()
        wait_until_joined(switchboard, events.wait_for("QueueCallerJoin", Queue="sos")["Uniqueid"])
        events.wait_for("CEL", EventName="BRIDGE_ENTER", Context="sos")  # when one event is told, the one before is in the file
        record.read_on()
        # Other tests of the same exchange may have left alarms of their own in its event log.
        with sessions() as session:
            page = f"/alarms/{session.scalars(select(AlarmAttempt.alarm_id).order_by(AlarmAttempt.id.desc())).first()}"
        assert f'href="{page}"' in desk.get("/alarms/").text
        shown = desk.get(page).text
        assert "桂花苑3幢2单元502室" in shown
        [token] = set(re.findall(r'name="csrf_token" value="([^"]+)"', shown))
        desk.post(f"{page}/call-in", data={"csrf_token": token, "who": "120"})
        assert ambulance.wait_ringing().start.startswith("INVITE sip:120@")
        ambulance.answer()
        events.wait_for("CEL", EventName="BRIDGE_ENTER", Exten="called-in")
        record.read_on()
        shown = desk.get(page).text
        assert "接通了" in shown
        assert "第三方已加入" in shown
        resident.hang_up()
        events.do("ConfbridgeKick", Conference=events.wait_for("ConfbridgeJoin")["Conference"], Channel="all")
        operator.wait_hung_up()
