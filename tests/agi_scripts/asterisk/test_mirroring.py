"""What changes in the database is known to the exchange, which goes on ringing the right people with everything of ours down."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import event

from agi_scripts.announcing import Announcements
from agi_scripts.asterisk.device import device_endpoints
from agi_scripts.mirroring import ExchangeMirror
from exchange.ami import AsteriskManager
from models.database import SessionMaker, session_maker
from models.devices import Device, DeviceKey, DeviceStatus
from models.residents import Contact, ContactRole, Resident, ResidentPhone
from models.secrets import own_secret
from tests.agi_scripts.asterisk.manager_events import listening
from tests.agi_scripts.asterisk.registered import registered, registered_desk
from tests.agi_scripts.asterisk.running import RunningAsterisk, running_asterisk
from tests.agi_scripts.asterisk.sip_phone import SipPhone
from tests.conftest import settings_on_free_ports
from tests.dispatch.facts import add_community
from tests.ivr.conftest import SilentVoice

pytestmark = pytest.mark.e2e

SON, DAUGHTER, NEIGHBOUR = "13900000001", "13900000002", "13900000003"
LANDLINE = "057188000001"


def one_key_phone(number: str) -> Device:
    """A telephone of the only resident."""
    return Device(resident_id=1, number=number, model="一键通A1", place="床头", secret=f"secret-of-{number}")


@pytest.fixture
def sessions(tmp_path: Path, migrated_sqlite: Path) -> Iterator[SessionMaker]:
    """One resident with a son, a daughter and a neighbour who holds the key, and one telephone."""
    shutil.copy(migrated_sqlite, tmp_path / "linli.db")
    maker = session_maker(f"sqlite:///{tmp_path / 'linli.db'}")
    resident_id = add_community(maker).resident_id
    with maker.begin() as session:
        resident = session.get_one(Resident, resident_id)
        people = [
            (ContactRole.FAMILY, SON),
            (ContactRole.FAMILY, DAUGHTER),
            (ContactRole.KEYHOLDER, f"{NEIGHBOUR[:3]} {NEIGHBOUR[3:]}"),
        ]
        for order, (role, number) in enumerate(people, start=1):
            resident.contacts.append(Contact(role=role, name="李", relation="", number=number, call_order=order))
        resident.phones = [ResidentPhone(number=LANDLINE)]
        session.add(one_key_phone("057188010001"))
    yield maker
    maker.kw["bind"].dispose()


@pytest.fixture
def exchange(asterisk_prefix: Path, sessions: SessionMaker) -> Iterator[RunningAsterisk]:
    """An exchange that knows the telephones of the database."""
    with sessions() as session:
        devices = device_endpoints(session)
    with tempfile.TemporaryDirectory(prefix="linli-") as folder:
        Path(folder).chmod(0o755)
        hurry = {"sos_operators_s": 1, "sos_everybody_s": 1, "sos_ring_s": 1, "operator_seats": 1}
        settings = settings_on_free_ports(Path(folder) / "var", asterisk_prefix=asterisk_prefix, **hurry)
        with running_asterisk(settings, devices) as running:
            yield running


@pytest.fixture
def mirror(exchange: RunningAsterisk, sessions: SessionMaker, tmp_path: Path) -> Iterator[ExchangeMirror]:
    """What tells the exchange; it looks when a test lets it."""
    settings = exchange.settings
    manager = AsteriskManager("127.0.0.1", settings.ami_port, "linli-mirror", own_secret(settings, "ami-mirror"))
    with closing(manager):
        mirror = ExchangeMirror(settings, sessions, manager, Announcements(SilentVoice(), tmp_path))
        manager.start()
        assert manager.wait_connected(20)
        mirror.look()
        yield mirror


def device_phone(exchange: RunningAsterisk, device: Device) -> SipPhone:
    """The telephone that registers as this device."""
    return SipPhone(("127.0.0.1", exchange.settings.sip_port), device.account, device.secret)


def kept(exchange: RunningAsterisk) -> dict[str, str]:
    """Our entries of the exchange's own database, without the keys of words."""
    lines = [line.partition(":") for line in exchange.cli("database show").splitlines() if line.startswith("/linli-")]
    return {name.strip(): value.strip() for name, _, value in lines if "linli-who" not in name}


def test_the_exchange_keeps_whom_it_rings_for_whom_and_rings_them(
    exchange: RunningAsterisk, sessions: SessionMaker, mirror: ExchangeMirror, tmp_path: Path
) -> None:
    assert kept(exchange) == {
        "/linli-keyholders/1": NEIGHBOUR,
        f"/linli-keyholders/n{LANDLINE}": NEIGHBOUR,
        "/linli-family/1": f"{SON}-{DAUGHTER}",
        f"/linli-family/n{LANDLINE}": f"{SON}-{DAUGHTER}",
        "/linli-keys/1": f"{SON}-{DAUGHTER}--",
        f"/linli-keys/n{LANDLINE}": f"{SON}-{DAUGHTER}--",
    }
    assert len(list(tmp_path.glob("who-*.wav"))) == 1
    with sessions() as session:
        device = session.get_one(Device, 1)
    with registered(exchange.phone("carrier-demo")) as outside, device_phone(exchange, device) as resident_phone:
        resident_phone.call("sos")
        resident_phone.wait_answered()
        outside.wait_ringing(number=NEIGHBOUR)
        resident_phone.hang_up()
    with sessions.begin() as session:
        resident = session.get_one(Resident, 1)
        resident.name = "王秀珍"
        resident.phones.clear()
        son, daughter, neighbour = resident.contacts
        session.delete(neighbour)
        son.call_order = 9
        session.add(DeviceKey(device_id=1, key="family1", contact_id=daughter.id))
        session.add(DeviceKey(device_id=1, key="family4", contact_id=son.id))
    exchange.cli("database put linli-keyholders 99 13999999999")  # by hand
    mirror.look()
    mirror.look()  # the words follow
    assert kept(exchange) == {"/linli-family/1": f"{DAUGHTER}-{SON}", "/linli-keys/1": f"{DAUGHTER}-{SON}--{SON}"}
    assert len(list(tmp_path.glob("who-*.wav"))) == 1


def test_nobody_is_read_again_while_nobody_has_changed(sessions: SessionMaker, mirror: ExchangeMirror) -> None:
    asked: list[str] = []

    def note(*facts: object) -> None:
        asked.append(str(facts[2]))

    event.listen(sessions.kw["bind"], "before_cursor_execute", note)
    mirror.look()
    event.remove(sessions.kw["bind"], "before_cursor_execute", note)
    assert [one for one in asked if "SELECT" in one and "exchange_changes" not in one] == []


def test_a_new_telephone_registers_and_an_old_one_is_refused_while_a_call_goes_on(
    exchange: RunningAsterisk, sessions: SessionMaker, mirror: ExchangeMirror
) -> None:
    with sessions.begin() as session:
        device = session.get_one(Device, 1)
        session.add(new := one_key_phone("057188010002"))
    with (
        listening(exchange.settings) as events,
        registered_desk(exchange, events, "desk-1") as desk,
        device_phone(exchange, device) as talking,
        device_phone(exchange, new) as added,
    ):
        assert added.register() == 401
        talking.call("service")
        talking.wait_answered()
        desk.answer()
        events.wait_for("BridgeEnter", BridgeNumChannels="2")
        mirror.look()
        assert added.register() == 200
        with sessions.begin() as session:
            session.get_one(Device, new.id).status = DeviceStatus.RETIRED
        mirror.look()
        assert added.register() == 401
        talking.wait_heard(0.5)
        desk.wait_heard(0.5)
        talking.hang_up()
        desk.wait_hung_up()
