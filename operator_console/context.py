"""What a request works with: the wired parts, the time, the database session, and who is signed in."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from flask import Flask, current_app, g
from sqlalchemy.orm import Session

from dispatch.queue import JobQueue
from models.database import SessionMaker
from models.operators import Operator
from models.settings import Settings

Clock = Callable[[], datetime]


class CallsIn(Protocol):
    """The exchange, as the desk needs it (exchange/conference.py)."""

    def call_in(self, call_id: str, who: str, number: str) -> None:
        """Have a third person rung who joins the call; raise `CannotCallIn`."""
        ...


@dataclass(frozen=True)
class Parts:
    """What `create_app` was given."""

    settings: Settings
    sessions: SessionMaker
    queue: JobQueue
    clock: Clock
    conference: CallsIn | None


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
