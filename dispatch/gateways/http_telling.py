"""What an HTTP gateway tells us: whether it is really from it, and what it says."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Any
from zoneinfo import ZoneInfo

from dispatch.gateways.filling import sign
from dispatch.gateways.http import text_at, value_at
from models.http_gateway import HttpGateway, Incoming, Receipts, Trust
from models.messages import MessageStatus
from models.phones import normalise_number

_MOST_AT_ONCE = 500


class Untrusted(Exception):
    """A request that is not proved to be the platform's; the text says why, for the log."""


class Unreadable(Exception):
    """A request of the platform's that is not as the settings describe it; the text says why."""


@dataclass(frozen=True)
class Told:
    """One request of a platform: its parameters (of the address and of the form), headers, body, and who connected."""

    parameters: Mapping[str, str]
    headers: Mapping[str, str] = field(default_factory=dict)  # names in lower case
    body: bytes = b""
    address: str = ""


def check_trust(about: HttpGateway, told: Told, now: datetime, timezone: str) -> None:
    """Raise `Untrusted` for what is forged, changed, or older than the settings allow."""
    trust = about.trust
    if trust is None:
        raise Untrusted("the settings trust nobody")
    if trust.addresses and not _is_from(trust, told.address):
        raise Untrusted("an address that is not trusted")
    given = _given(told, trust.parameter)
    secret = about.secrets[trust.secret].get_secret_value()
    if trust.signed is None:
        wanted = secret
    else:
        _check_age(trust, told, now, ZoneInfo(timezone))
        secrets = {name: value.get_secret_value() for name, value in about.secrets.items()}
        own = {"body": told.body.decode(errors="replace"), "timestamp": _given(told, trust.timestamp)}
        try:
            wanted = sign(trust.signed.model_copy(update={"secret": trust.secret}), {**told.parameters, **own, **secrets})
        except KeyError as error:
            raise Untrusted(f"no parameter {error}") from None
    if not hmac.compare_digest(given.encode(), wanted.encode()):
        raise Untrusted("a wrong secret or signature" if given else "no secret or signature")


def read_incoming(incoming: Incoming, told: Told) -> list[tuple[str, str, str]]:
    """SMS that came in: number, body and id of each; raises `Unreadable`, so that the platform may tell it again."""
    return [
        (normalise_number(entry(incoming.number)) or entry(incoming.number), entry(incoming.body), _id_of(incoming.id, entry))
        for entry in _entries(incoming.entries, told, needed=(incoming.number, *incoming.id.split(",")))
    ]


def read_receipts(receipts: Receipts, told: Told) -> list[tuple[str, MessageStatus | None]]:
    """What became of messages: the id and status of each, None for a status that the settings do not know."""
    entries = _entries(receipts.entries, told, needed=(receipts.id, receipts.status))
    return [(entry(receipts.id), _status(receipts, entry(receipts.status))) for entry in entries]


class _Entry:
    """One entry: a parameter, or what stands at a path of its JSON, by name."""

    def __init__(self, document: Any, parameters: Mapping[str, str]) -> None:
        self._document, self._parameters = document, parameters

    def __call__(self, name: str) -> str:
        return text_at(self._document, name) or self._parameters.get(name, "")


def _entries(path: str, told: Told, needed: tuple[str, ...]) -> list[_Entry]:
    document = _document(told)
    found = value_at(document, path) if path else document
    several = found if isinstance(found, list) else [found]
    if len(several) > _MOST_AT_ONCE:
        raise Unreadable("too many entries")
    entries = [_Entry(one, told.parameters) for one in several]
    for entry in entries:
        if missing := [name for name in needed if not entry(name.strip())]:
            raise Unreadable(f"no {missing[0]}")
    return entries


def _document(told: Told) -> Any:
    if not told.body.lstrip().startswith((b"{", b"[")):
        return None
    try:
        return json.loads(told.body)
    except (ValueError, RecursionError):
        raise Unreadable("a body that is no JSON") from None


def _id_of(names: str, entry: _Entry) -> str:
    values = [entry(name.strip()) for name in names.split(",")]
    return values[0] if len(values) == 1 else hashlib.sha256("\x1f".join(values).encode()).hexdigest()


def _status(receipts: Receipts, told: str) -> MessageStatus | None:
    kind = receipts.statuses.get(told)
    return MessageStatus(kind) if kind else None


def _is_from(trust: Trust, address: str) -> bool:
    try:
        return any(ip_address(address) in network for network in trust.addresses)
    except ValueError:
        return False


def _given(told: Told, name: str) -> str:
    return told.parameters.get(name) or told.headers.get(name.lower()) or ""


def _check_age(trust: Trust, told: Told, now: datetime, zone: ZoneInfo) -> None:
    written = _given(told, trust.timestamp)
    try:
        if len(written) == 14:  # 20261122103000, in the community's own time
            at = datetime.strptime(written, "%Y%m%d%H%M%S").replace(tzinfo=zone)
        else:
            seconds = int(written) / (1000 if len(written) == 13 else 1)
            at = datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        raise Untrusted("no time of signing") from None
    if abs((now - at).total_seconds()) > trust.max_age_s:
        raise Untrusted("signed too long ago")
