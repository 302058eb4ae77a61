"""What a request works with: the wired parts, the time, the database session, and who is signed in."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from flask import Flask, current_app, g
from sqlalchemy.orm import Session

from dispatch.queue import JobQueue
from exchange.rejoining import Rejoining
from exchange.seats import Seats
from models.database import SessionMaker
from models.operators import Operator
from models.settings import Settings
from operator_console.part_watch import PartWatch
from operator_console.sharing import Sharing

Clock = Callable[[], datetime]


class CallsIn(Protocol):
    """The exchange, as the desk needs it (exchange/conference.py)."""

    def call_in(self, call_id: str, who: str, number: str) -> None:
        """Have a third person rung who joins the call; raise `CannotAct`."""
        ...


class DeskExchange(Protocol):
    """The exchange, as the acts at the desk need it (exchange/desk_calls.py); all raise `CannotAct`."""

    def dial(self, call_id: str, act_id: int, seat: int, way: str) -> None:
        """Ring the telephone of a seat, and then whoever is called."""
        ...

    def transfer(self, call_id: str, act_id: int, seat: int, way: str, words: str) -> None:
        """Hand the caller on."""
        ...

    def ask_aside(self, call_id: str, act_id: int, seat: int, way: str, words: str, *, who: str = "") -> None:
        """Let the caller wait, and ask somebody alone."""
        ...

    def complete(self, call_id: str, seat: int) -> None:
        """Leave the caller with whoever was asked."""
        ...

    def take_back(self, call_id: str, seat: int) -> None:
        """Talk with the caller again."""
        ...

    def talk_together(self, call_id: str, seat: int) -> None:
        """Bring all three together."""
        ...

    def call_in(self, call_id: str, act_id: int, seat: int, way: str, words: str) -> None:
        """Ring somebody who joins the two."""
        ...

    def listen(self, call_id: str, act_id: int, seat: int, *, whisper: bool) -> None:
        """Ring the supervisor's telephone, to hear the call."""
        ...

    def join(self, call_id: str, act_id: int, seat: int) -> None:
        """Ring the supervisor's telephone, to talk with the two."""
        ...


@dataclass(frozen=True)
class Parts:
    """What `create_app` was given."""

    settings: Settings
    sessions: SessionMaker
    queue: JobQueue
    clock: Clock
    conference: CallsIn | None
    desk_calls: DeskExchange | None = None
    seats: Seats | None = None
    rejoining: Rejoining | None = None
    part_watch: PartWatch | None = None
    sharing: Sharing = field(default_factory=lambda: Sharing(0))


def parts() -> Parts:
    """The parts that the running application was made from."""
    given: Parts = current_app.extensions["linli"]
    return given


def facts() -> Session:
    """This request's database session, opened at its first use and closed with the request; whoever writes commits."""
    if "facts" not in g:
        g.facts = parts().sessions()
    session: Session = g.facts
    return session


def give_up_facts() -> None:
    """Roll back what this request has not committed, if it has asked the database at all."""
    if "facts" in g:
        facts().rollback()


def signed_in() -> Operator:
    """The operator whose request this is; only where `access` lets operators alone come."""
    operator: Operator = g.operator
    return operator


def close_facts_with_the_request(app: Flask) -> None:
    """Whatever a request did not commit is rolled back, and the connection goes back to the pool."""

    @app.teardown_appcontext
    def _close(_error: BaseException | None) -> None:
        if "facts" in g:
            g.pop("facts").close()
