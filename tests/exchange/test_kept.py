"""What Asterisk keeps for its dialplan; with a real one in tests/agi_scripts/asterisk/test_mirroring.py."""

import pytest

from exchange.ami import AsteriskManager
from exchange.kept import KeptByExchange, NotKept


def test_without_a_connection_nothing_is_kept_and_it_is_said() -> None:
    kept = KeptByExchange(AsteriskManager("127.0.0.1", 9, "linli-mirror", ""))
    with pytest.raises(NotKept):
        kept.write("linli-keyholders", {"7": "13900000001"})
