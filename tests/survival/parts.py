"""The six parts that an SOS does without, and the order in which all 64 subsets of them are stopped."""

from collections.abc import Sequence

# The costliest to start first: by the Gray code below it is stopped once, the next twice, the last 32 times.
PARTS = ("models", "ivr", "database", "workers", "console", "redis")

Stopped = frozenset[str]
NOTHING = Stopped()


def subset(number: int) -> Stopped:
    """The parts of the subset with this place in the order: from one to the next, one part changes (Gray's code)."""
    code = number ^ number >> 1
    return frozenset(part for place, part in enumerate(reversed(PARTS)) if code >> place & 1)


EVERY: Sequence[Stopped] = tuple(subset(number) for number in range(2 ** len(PARTS)))

STATED: Sequence[Stopped] = (
    NOTHING,
    Stopped({"redis"}),
    Stopped({"database"}),  # whoever writes the alarm down lives, and cannot
    Stopped({"database", "workers"}),  # only Asterisk's own file knows of it
    Stopped({"database", "workers", "models"}),  # the program of the calls is started again and again, in vain
    Stopped(PARTS),
)
"""What `make test` tries, each time more, so that nothing costly is started in between; `make test-survival` tries all."""


def name_of(stopped: Stopped) -> str:
    """A subset as a test's name and a row's heading."""
    return "+".join(part for part in PARTS if part in stopped) or "none"
