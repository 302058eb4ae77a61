"""What the jobs work with; put together once a process, by dispatch.jobs or by a test."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from dispatch.gateways import Gateway
from dispatch.queue import JobQueue
from models.database import SessionMaker
from models.settings import Settings


@dataclass(frozen=True)
class Means:
    """The database, the queue, the gateways by their names, the clock and the settings."""

    settings: Settings
    sessions: SessionMaker
    queue: JobQueue
    gateways: Mapping[str, Gateway]
    clock: Callable[[], datetime]
