"""Any SMS platform over HTTP, as `http_gateways` in the settings describes it: local governments' platforms, Kannel."""

import json
import re
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4
from zoneinfo import ZoneInfo

import requests
from requests import RequestException

from dispatch.gateways.errors import GatewayUnavailable, GatewayUncertain, MessageRejected
from dispatch.gateways.filling import fill, fill_document, sign
from dispatch.gateways.reach import DOUBTFUL, never_reached
from dispatch.segments import is_gsm7
from models.base import utc_now
from models.http_gateway import Reply
from models.settings import Settings

_TIMEOUT_S = 10.0
_LARGEST_ANSWER = 64 * 1024
_SHOWN_CODE = re.compile(r"[\w.-]{1,24}")  # anything else may hold a number or a text


class HttpPlatform:
    """One platform, by its name in the settings."""

    def __init__(self, settings: Settings, name: str) -> None:
        self._name, self._about = name, settings.http_gateways[name]
        self._zone = ZoneInfo(settings.timezone)
        base = settings.public_url.rstrip("/") or f"http://{settings.bind_address}:{settings.console_port}"
        self._own = {
            "receipt_url": base + receipt_path(name),
            "incoming_url": base + incoming_path(name),
            **{known: value.get_secret_value() for known, value in self._about.secrets.items()},
        }

    def send(self, number: str, body: str) -> str:
        """Ask the platform; the id is its own where its answer has one, else the {ref} that it was given."""
        ref = uuid4().hex
        about = self._about
        try:
            with self._ask(self._facts(number, body, ref)) as answer:
                status = answer.status_code
                words = _read_some(answer).decode(about.charset, errors="replace")
        except RequestException as error:
            kind = GatewayUnavailable if never_reached(error) else GatewayUncertain
            raise kind(f"{self._name}: {type(error).__name__}") from None
        return read_reply(about.reply, self._name, status, words) or ref

    def _facts(self, number: str, body: str, ref: str) -> dict[str, str]:
        about, now = self._about, utc_now()
        to = (
            number
            if number.startswith("+")
            else about.number_prefix + (number.removeprefix("0") if about.number_prefix else number)
        )
        facts = self._own | {
            "number": to,
            "body": body,
            "ref": ref,
            "coding": "0" if is_gsm7(body) else "2",
            "timestamp": str(int(now.timestamp())),
            "time": now.astimezone(self._zone).strftime("%Y%m%d%H%M%S"),
        }
        return facts | {"signature": sign(about.signature, facts) if about.signature else ""}

    def _ask(self, facts: dict[str, str]) -> requests.Response:
        about = self._about
        headers = {name: fill(template, facts) for name, template in about.headers.items()}
        data: bytes | None = None
        if about.document:
            data = json.dumps(fill_document(about.document, facts), ensure_ascii=False).encode()
            headers = {"Content-Type": "application/json; charset=utf-8"} | headers
        elif about.form:
            data = self._encoded(about.form, facts).encode()
            headers = {"Content-Type": "application/x-www-form-urlencoded"} | headers
        query = self._encoded(about.query, facts)
        url = f"{about.url}{'&' if '?' in about.url else '?'}{query}" if query else about.url
        return requests.request(
            about.method, url, headers=headers, data=data, timeout=_TIMEOUT_S, allow_redirects=False, stream=True
        )

    def _encoded(self, table: dict[str, str], facts: dict[str, str]) -> str:
        filled = {name: fill(template, facts) for name, template in table.items()}
        return urlencode(filled, encoding=self._about.charset, errors="replace")


def _read_some(answer: requests.Response) -> bytes:
    read = b""
    for part in answer.iter_content(8192):
        read += part
        if len(read) > _LARGEST_ANSWER:
            break
    return read


def incoming_path(name: str) -> str:
    """Where a platform tells of an SMS that came in."""
    return f"/webhooks/sms/{name}/incoming"


def receipt_path(name: str) -> str:
    """Where a platform tells what became of a message."""
    return f"/webhooks/sms/{name}/receipt"


def read_reply(reply: Reply, name: str, status: int, words: str) -> str:
    """The platform's id of a message that it took, "" where it gives none; raises `GatewayError` for one that it did not take."""
    code, ref = _code_and_id(reply, words)
    shown = f"{name}: HTTP {status}" + (f", code {code}" if _SHOWN_CODE.fullmatch(code) else "")
    if code in reply.refused or status in reply.refused_statuses:
        raise MessageRejected(shown)
    if status in DOUBTFUL:
        raise GatewayUncertain(shown)
    if not 200 <= status < 300 or (reply.accepted and code not in reply.accepted):
        raise GatewayUnavailable(shown)
    if reply.id and not ref:
        raise GatewayUncertain(f"{shown}, without an id")
    return ref


def _code_and_id(reply: Reply, words: str) -> tuple[str, str]:
    if reply.pattern:
        found = re.search(reply.pattern, words)
        named = found.groupdict() if found else {}
        return named.get("code") or "", named.get("id") or ""
    if not (reply.code or reply.id):
        return "", ""
    try:
        document = json.loads(words)
    except ValueError:
        return "", ""
    return text_at(document, reply.code), text_at(document, reply.id)


def text_at(document: Any, path: str) -> str:
    """The text or number at a path such as data.0.code; "" where nothing is."""
    found = value_at(document, path) if path else None
    return str(found) if isinstance(found, str | int | float) and not isinstance(found, bool) else ""


def value_at(document: Any, path: str) -> Any:
    """What stands at a path such as data.0.code; None where nothing does."""
    for step in path.split("."):
        if isinstance(document, dict):
            document = document.get(step)
        elif isinstance(document, list) and step.isdecimal() and int(step) < len(document):
            document = document[int(step)]
        else:
            return None
    return document
