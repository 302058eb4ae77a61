"""The demo's community, put into the database."""

from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.areas import Area
from models.base import utc_now
from models.demo.alarms import past_alarm
from models.demo.history import add_history
from models.demo.read import Demo, ProviderEntry, ResidentEntry, read_demo
from models.devices import Device
from models.providers import Provider, Worker
from models.residents import Contact, Resident, ResidentPhone
from models.secrets import own_secret
from models.services import Service
from models.settings import Settings


def load_demo(session: Session, settings: Settings) -> None:
    """Fill a database that has no resident yet with the demo's community; does nothing to any other.

    The caller commits. The devices' secrets are made in the data folder of `settings`. Raises `DemoDataError`.
    """
    if session.scalar(select(Resident.id).limit(1)) is not None:
        return
    demo = read_demo()
    areas = {area.name: Area(**area.model_dump()) for area in demo.areas}
    # Flushed table by table, so that the ids follow the order of the files.
    for rows in (areas.values(), _services(demo), [_provider(entry, areas) for entry in demo.providers]):
        session.add_all(rows)
        session.flush()
    residents = [_resident(entry, areas) for entry in demo.residents]
    session.add_all(residents)
    session.flush()
    for device in (device for resident in residents for device in resident.devices):
        device.secret = own_secret(settings, f"device-{device.id}")
    now = utc_now()
    session.add(past_alarm(next(one for one in residents if not one.devices), now))
    add_history(session, now.astimezone(ZoneInfo(settings.timezone)).date(), now)


def demo_caller(session: Session) -> str:
    """A number to try the hotline from: that of the first resident who shares a telephone with nobody; "" if there is none."""
    numbers = session.scalars(select(ResidentPhone.number).order_by(ResidentPhone.id)).all()
    return next((number for number in numbers if numbers.count(number) == 1), "")


def _services(demo: Demo) -> list[Service]:
    return [
        Service(**entry.model_dump(exclude={"question"}), question=entry.question.model_dump() if entry.question else {})
        for entry in demo.services
    ]


def _provider(entry: ProviderEntry, areas: dict[str, Area]) -> Provider:
    return Provider(
        **entry.model_dump(exclude={"areas", "workers"}),
        areas=[areas[name] for name in entry.areas],
        workers=[Worker(**worker.model_dump()) for worker in entry.workers],
        confirmed_on=utc_now().date(),  # nobody asks about data that are made up
    )


def _resident(entry: ResidentEntry, areas: dict[str, Area]) -> Resident:
    return Resident(
        **entry.model_dump(exclude={"area", "phones", "contacts", "devices"}),
        area=areas[entry.area],
        phones=[ResidentPhone(number=number) for number in entry.phones],
        contacts=[Contact(**contact.model_dump(), call_order=order) for order, contact in enumerate(entry.contacts, 1)],
        # Known only once the device has its id; see load_demo.
        devices=[Device(**device.model_dump(), secret="") for device in entry.devices],
    )
