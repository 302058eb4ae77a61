"""Builders of facts: one small community, and whatever a test adds to it."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.placing import OrderRequest
from models.areas import Area
from models.database import SessionMaker
from models.messages import Direction, Message
from models.orders import Offer, Order
from models.providers import Provider
from models.residents import Resident
from models.services import Service

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)  # a Sunday, 10:00 in Shanghai
TOMORROW_AT_NINE = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
PROVIDERS_NUMBER, RESIDENTS_NUMBER = "13800000001", "13711110000"
EVERY_DAY = [0, 1, 2, 3, 4, 5, 6]


@dataclass
class Clock:
    """A clock that stands still until it is told otherwise."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@dataclass
class FakeGateway:
    """Takes what it is given; `faults` are raised first, one a message."""

    sent: list[tuple[str, str]] = field(default_factory=list)
    faults: list[BaseException] = field(default_factory=list)

    def send(self, number: str, body: str) -> str:
        if self.faults:
            raise self.faults.pop(0)
        self.sent.append((number, body))
        return f"fake-{len(self.sent)}"


@dataclass
class Community:
    """One area, one resident, two services; providers are added by `provider`."""

    sessions: SessionMaker
    area_id: int
    resident_id: int
    repair_id: int
    urgent_id: int

    def provider(self, name: str, number: str, **facts: Any) -> int:
        """A plumber next door, unless `facts` say otherwise."""
        with self.sessions() as session:
            usual: dict[str, Any] = {
                "skills": ["plumbing"],
                "latitude": 30.25,
                "longitude": 120.16,
                "opens": time(7),
                "closes": time(21),
                "open_weekdays": EVERY_DAY,
                "rating": 4.5,
                "areas": [session.get_one(Area, self.area_id)],
            }
            provider = Provider(name=name, number=number, **(usual | facts))
            session.add(provider)
            session.commit()
            return provider.id

    def request(self, **facts: Any) -> OrderRequest:
        """Tomorrow at nine, a repair."""
        usual: dict[str, Any] = {
            "resident_id": self.resident_id,
            "service_id": self.repair_id,
            "starts_at": TOMORROW_AT_NINE,
            "ends_at": TOMORROW_AT_NINE + timedelta(hours=1),
            "when_words": "明天上午九点",
            "words": "我家水管漏水了",
        }
        return OrderRequest(**(usual | facts))


def add_community(sessions: SessionMaker) -> Community:
    with sessions() as session:
        area = Area(name="桂花园", latitude=30.25, longitude=120.16)
        resident = Resident(
            name="王秀英",
            form_of_address="王奶奶",
            born=date(1941, 3, 1),
            gender="female",
            area=area,
            address="桂花园3号楼2单元502",
            latitude=30.2501,
            longitude=120.1601,
        )
        repair, urgent = (
            Service(
                key=key,
                name=name,
                name_en=key,
                spoken=[name],
                skill="plumbing",
                price_yuan=50,
                unit="次",
                lead_time_min=30,
                urgent=key == "burst_pipe",
            )
            for key, name in (("repair", "水电维修"), ("burst_pipe", "水管爆裂"))
        )
        session.add_all([area, resident, repair, urgent])
        session.commit()
        return Community(sessions, area.id, resident.id, repair.id, urgent.id)


def order_now(session: Session, order_id: int) -> Order:
    return session.get_one(Order, order_id, populate_existing=True)


def story(sessions: SessionMaker, order_id: int) -> list[str]:
    """What happened to an order, in a word each; that most residents here have no telephone to be told by is left out."""
    with sessions() as session:
        return [line.happened for line in order_now(session, order_id).history if line.happened != "not_told"]


def offers_of(sessions: SessionMaker, order_id: int) -> list[Offer]:
    with sessions() as session:
        return list(session.scalars(select(Offer).where(Offer.order_id == order_id).order_by(Offer.id)))


def messages_to(sessions: SessionMaker, number: str) -> list[str]:
    """The texts of all that was written to a number, the oldest first."""
    with sessions() as session:
        of_number = (Message.number == number, Message.direction == Direction.OUT)
        return list(session.scalars(select(Message.body).where(*of_number).order_by(Message.id)))
