"""Who is calling, as a conversation knows them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from ivr.understanding.services import Catalogue, Offering
from models.devices import Device
from models.residents import Resident, residents_by_number
from models.services import WITH_WORDS, Service


@dataclass(frozen=True)
class Person:
    """A resident, and the names they go by."""

    id: int
    name: str
    form_of_address: str


@dataclass(frozen=True)
class Caller:
    """Whoever may be calling (none known, one, or several on one telephone), and what they can order."""

    candidates: Sequence[Person]
    catalogue: Catalogue
    resident: Person | None = None
    has_left: bool = False  # the resident moved away or died: whoever calls is for a person

    @property
    def welcome(self) -> str:
        """The prompt that opens the conversation."""
        return "welcome_resident" if self.resident else "welcome"

    @property
    def welcome_fields(self) -> dict[str, str]:
        """How the opening addresses the resident."""
        return {"resident": self.resident.form_of_address} if self.resident else {}


def residents_calling(session: Session, number: str, device_id: int | None) -> list[Resident]:
    """Who may be on the line: a one-key phone says it for certain, a number may be shared or unknown.

    Of those who share a number who has left is none, as long as somebody is still there.
    """
    if device_id is not None and (device := session.get(Device, device_id)):
        return [device.resident]
    residents = residents_by_number(session, number)
    return [resident for resident in residents if resident.left_on is None] or residents


def know_caller(session: Session, residents: Sequence[Resident]) -> Caller:
    """Read what the conversation needs to know; nothing of it touches the database afterwards."""
    people = [Person(resident.id, resident.name, resident.form_of_address) for resident in residents]
    services = session.scalars(select(Service).where(Service.active).options(WITH_WORDS).order_by(Service.id))
    catalogue = Catalogue([_offering(service) for service in services])
    has_left = bool(residents) and all(resident.left_on for resident in residents)
    return Caller(people, catalogue, people[0] if len(people) == 1 else None, has_left)


def _offering(service: Service) -> Offering:
    return Offering(service.id, service.key, service.name, tuple(service.spoken), service.lead_time_min, service.question)
