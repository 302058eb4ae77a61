"""Telephones that are registered for the time of a test."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.agi_scripts.asterisk.manager_events import Events
from tests.agi_scripts.asterisk.running import RunningAsterisk
from tests.agi_scripts.asterisk.sip_phone import SipPhone


@contextmanager
def registered_desk(asterisk: RunningAsterisk, events: Events, name: str) -> Iterator[SipPhone]:
    """A desk phone, from the moment its queue knows that it is free until it is gone again."""
    with asterisk.phone(name) as phone:
        assert phone.register() == 200
        events.wait_for("QueueMemberStatus", Interface=f"PJSIP/{name}", Status="1")
        events.seen.clear()
        yield phone
        events.seen.clear()
        assert phone.register(expires_s=0) == 200
        events.wait_for("QueueMemberStatus", Interface=f"PJSIP/{name}", Status="5")


@contextmanager
def registered(phone: SipPhone) -> Iterator[SipPhone]:
    """Any other telephone."""
    with phone:
        assert phone.register() == 200
        phone.messages.clear()
        yield phone
        assert phone.register(expires_s=0) == 200
