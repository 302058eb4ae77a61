"""The console's way to an exchange, for tests that do what an operator does."""

from collections.abc import Iterator
from contextlib import contextmanager

from exchange.ami import AsteriskManager
from models.secrets import own_secret
from models.settings import Settings


@contextmanager
def desk_manager(settings: Settings) -> Iterator[AsteriskManager]:
    """A connection of the console's own account; closed at the end of the block."""
    manager = AsteriskManager("127.0.0.1", settings.ami_port, "linli-desk", own_secret(settings, "ami-desk"))
    manager.start()
    try:
        assert manager.wait_connected(20)
        yield manager
    finally:
        manager.close()
