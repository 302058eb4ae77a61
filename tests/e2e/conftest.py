"""One town for all end-to-end tests; each test lives in a house of its own, a resident's."""

from collections.abc import Iterator

import pytest

from tests.e2e.town import Town
from tests.own_stack import own_stack


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Start everything once; no operator is there until a test puts one at a desk."""
    chosen = {
        "operator_seats": 2,
        "sweep_every_s": 2,
        "device_heartbeat_s": 4,
        "sos_operators_s": 4,
        "care_hours": "0:00-23:59",
        "care_retry_s": 1,
        "quiet_hours": "",
        "offer_timeout_s": 3600,  # no provider is telephoned because of an order that a test has left
        "follow_up_after_s": 0,
        "provider_number": "96346",
        "call_lease_s": 10,  # room for the other programs of a busy machine; the default is longer
    }
    with own_stack(print, **chosen) as stack:
        yield Town(stack.settings, stack, tmp_path_factory.mktemp("callers"))
