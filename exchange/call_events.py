"""One event of a call, as Asterisk's event log writes it: a line of `events.csv`."""

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import pairwise

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# A time and an event's name; a channel's unique id looks like a time and has a channel's id behind it.
_BEGINNING = re.compile(r'"(?=[0-9]{1,12}\.[0-9]{6}","[A-Z][A-Z0-9_]*",")')
_TIME = re.compile(r"([0-9]{1,12})\.([0-9]{6})")
_DESK = re.compile(r"PJSIP/((?:desk|operator)-[0-9]+)-[0-9a-f]+")
_DEVICE = re.compile(r"PJSIP/device-([0-9]{1,9})(?:-browser)?-[0-9a-f]+")


@dataclass(frozen=True)
class CallEvent:
    """What happened on one channel. `name` is Asterisk's (HANGUP) or our own (LINLI_SOS); `number` is the caller's, if told."""

    at: datetime
    name: str
    extra: str
    context: str
    channel: str
    unique_id: str
    linked_id: str
    number: str = ""

    @property
    def id(self) -> str:
        """The event's identity: the same line read twice has the same."""
        parts = (self.at.isoformat(), self.name, self.extra, self.channel, self.unique_id)
        return sha256("\0".join(parts).encode()).hexdigest()[:32]

    @property
    def call_id(self) -> str:
        """The call it belongs to. The channels that a third person is called in by are named after the resident's."""
        return self.linked_id.partition("-")[0]

    @property
    def desk(self) -> str:
        """The operator's telephone this channel is; "" for any other."""
        return desk_of(self.channel)

    @property
    def device_id(self) -> int | None:
        """The one-key phone this channel is."""
        return device_of(self.channel)


def desk_of(channel: str) -> str:
    """The operator's telephone in a channel's name: `desk-2` or `operator-2`; "" for any other."""
    found = _DESK.fullmatch(channel)
    return found[1] if found else ""


def seat_of(channel: str) -> int:
    """The number of the seat whose telephone a channel is; 0 for any other."""
    return int(desk_of(channel).rpartition("-")[2] or 0)


def device_of(channel: str) -> int | None:
    """The one-key phone in a channel's name: 7 in `PJSIP/device-7-0000001a`."""
    found = _DEVICE.fullmatch(channel)
    return int(found[1]) if found else None


def read_events(line: bytes) -> Iterator[CallEvent]:
    """The events in a line: one, or none in rubbish. What a crash left unfinished in front of a whole event hides nothing."""
    text = line.replace(b"\0", b"").decode(errors="replace").rstrip("\r\n")
    beginnings = [found.start() for found in _BEGINNING.finditer(text)]
    for begin, end in pairwise([*beginnings, len(text)]):
        if event := _read_event(text[begin:end]):
            yield event


def text_of(extra: str) -> str:
    """The text of an own event, which Asterisk wraps in JSON; of any other event its `extra` as it is."""
    try:
        told = json.loads(extra)
    except (ValueError, RecursionError):
        return extra
    text = told.get("extra") if isinstance(told, dict) else None
    return text if isinstance(text, str) else extra


def _read_event(text: str) -> CallEvent | None:
    try:
        [fields] = csv.reader([text], strict=True)
        at, name, extra, context, channel, unique_id, linked_id, *rest = fields
    except (ValueError, csv.Error):
        return None
    time = _TIME.fullmatch(at)
    if not (time and name and unique_id):
        return None
    moment = _EPOCH + timedelta(seconds=int(time[1]), microseconds=int(time[2]))
    return CallEvent(moment, name, text_of(extra), context, channel, unique_id, linked_id or unique_id, rest[0] if rest else "")
