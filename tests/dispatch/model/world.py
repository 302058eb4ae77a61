"""A small world in which orders live: the real code on a real database, a queue of paper, a clock, and death at any moment."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

from dispatch import expiring, offering, sending
from dispatch.answers import act_on_kept_messages
from dispatch.means import Means
from dispatch.outbound import calling
from dispatch.outbound.rounds import outbound_round
from dispatch.queue import Job, JobQueue
from dispatch.supervision import supervise
from dispatch.sweep import sweep
from dispatch.watching import watch_orders
from models.database import SessionMaker
from models.residents import ResidentPhone
from models.services import Service
from models.settings import Settings
from models.tables import metadata
from tests.dispatch.facts import Clock, Community, FakeGateway, add_community

NUMBERS = [f"1380000000{number}" for number in range(1, 5)]
RESIDENT = "13711110000"

RUN: dict[Job, Callable[[Means, int], None]] = {
    Job.OFFER_ORDER: offering.offer_order,
    Job.EXPIRE_OFFER: expiring.expire_offer,
    Job.SEND_MESSAGE: sending.send_message,
    Job.PLACE_CALL: calling.place_call,
}


class Died(BaseException):
    """The process is gone, whatever it was about to do."""


class PaperQueue(JobQueue):
    """The queue as a list: its jobs may be run in any order, before their time, twice, or never."""

    def __init__(self, clock: Clock) -> None:
        self.jobs: list[tuple[Job, int, datetime]] = []
        self.dies = False
        self._clock = clock

    def nudge(self, job: Job, *ids: int, delay_s: float = 0) -> bool:
        if self.dies:
            raise Died
        entry = (job, ids[0], self._clock() + timedelta(seconds=delay_s))
        if entry not in self.jobs:
            self.jobs.append(entry)
        return True


@dataclass
class DeadlyGateway(FakeGateway):
    """Also dies: before it was given the SMS, or after."""

    dies: str = ""

    def send(self, number: str, body: str) -> str:
        if self.dies == "before":
            raise Died
        ref = super().send(number, body)
        if self.dies == "after":
            raise Died
        return ref


@dataclass
class World:
    """Everything that a machine needs; `deaths` counts how often the process died."""

    settings: Settings
    sessions: SessionMaker
    clock: Clock = field(default_factory=Clock)
    gateway: DeadlyGateway = field(default_factory=DeadlyGateway)
    deaths: int = 0

    def __post_init__(self) -> None:
        with self.sessions.begin() as session:
            for table in reversed(metadata.sorted_tables):
                session.execute(table.delete())
        self.queue = PaperQueue(self.clock)
        self.means = Means(self.settings, self.sessions, self.queue, {"demo": self.gateway}, self.clock)
        self.community: Community = add_community(self.sessions)
        self.providers = [
            self.community.provider(f"第{index + 1}家", number, latitude=30.25 + index / 1000)
            for index, number in enumerate(NUMBERS)
        ]
        with self.sessions.begin() as session:
            session.add(ResidentPhone(resident_id=self.community.resident_id, number=RESIDENT))
            session.get_one(Service, self.community.urgent_id).offered_at_once = 2

    def do(self, deed: Callable[[Session], Any], death: str = "") -> None:
        """Do something in a session of its own, and perhaps die in it: at a statement, at the nudge, at the gateway."""
        try:
            with self._perhaps_dying(death), self.sessions() as session:
                deed(session)
        except Died:
            self.deaths += 1
        finally:
            self.queue.dies, self.gateway.dies = False, ""

    def run(self, job: Job, subject_id: int, death: str = "") -> None:
        """Run a job, and perhaps die in it."""
        try:
            with self._perhaps_dying(death):
                RUN[job](self.means, subject_id)
        except Died:
            self.deaths += 1
        finally:
            self.queue.dies, self.gateway.dies = False, ""

    def sweep(self) -> None:
        """All the rounds that the sweep makes about orders."""
        now = self.clock()
        sweep(self.sessions, self.queue, now)
        outbound_round(self.settings, self.sessions, self.queue, now)
        supervise(self.settings, self.sessions, now)
        watch_orders(self.settings, self.sessions, self.queue, now)
        act_on_kept_messages(self.settings, self.sessions, self.queue, now)

    @contextmanager
    def _perhaps_dying(self, death: str) -> Iterator[None]:
        kind, _, count = death.partition(" ")
        self.queue.dies = kind == "nudge"
        self.gateway.dies = count if kind == "gateway" else ""
        if kind != "statement":
            yield
            return
        left = [int(count)]

        def count_down(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            left[0] -= not statement.startswith("BEGIN")
            if left[0] < 0:
                raise Died

        engine = self.sessions.kw["bind"]
        event.listen(engine, "before_cursor_execute", count_down)
        try:
            yield
        finally:
            event.remove(engine, "before_cursor_execute", count_down)
