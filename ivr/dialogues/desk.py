"""What dialogues reach for beyond the conversation itself."""

from dataclasses import dataclass
from pathlib import Path

from dispatch.queue import JobQueue


@dataclass(frozen=True)
class Desk:
    """The queue that orders are nudged through, and the folder where voice mail is kept."""

    queue: JobQueue
    recordings_dir: Path
