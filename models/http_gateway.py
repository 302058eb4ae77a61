"""An SMS platform that is spoken to over HTTP, described by settings alone: what it is asked, how it answers, what it reports."""

import re
from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network
from string import Formatter
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue, SecretStr, model_validator

# What a template may name besides the gateway's own secrets; `signature` not in what is signed.
FIELDS = frozenset({"number", "body", "ref", "coding", "timestamp", "time", "receipt_url", "incoming_url", "signature"})
Algorithm = Literal["md5", "sha1", "sha256", "hmac-sha1", "hmac-sha256"]


def fields_of(template: str) -> set[str]:
    """The names that a template has in braces; raises ValueError where a brace is left open, or holds more than a name."""
    names = set()
    for _, name, spec, conversion in Formatter().parse(template):
        if name is None:
            continue
        if spec or conversion or not re.fullmatch(r"\w+", name):
            raise ValueError("only names may stand in braces, and {{ for a brace")
        names.add(name)
    return names


def _known_pattern(written: str) -> str:
    try:
        groups = re.compile(written).groupindex
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from None
    if written and not groups.keys() <= {"code", "id"}:
        raise ValueError("a regular expression whose groups are called code and id")
    return written


Pattern = Annotated[str, AfterValidator(_known_pattern)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Signed(_Part):
    """How a request is signed: the hexadecimal digest of a filled-in text."""

    text: str
    algorithm: Algorithm = "md5"
    secret: str = ""  # for hmac: the name of the key among the gateway's secrets
    upper: bool = False


class Reply(_Part):
    """How the answer to a request is read. A code is looked for by a path in JSON, or by a regular expression in any text."""

    pattern: Pattern = ""
    code: str = ""  # a path in JSON: result, data.0.code
    id: str = ""  # a path in JSON; where there is none, our own {ref} names the message
    accepted: list[str] = []  # codes that mean: taken. Without any, every 2xx does
    refused: list[str] = []  # codes that mean: never, for this message or this number
    refused_statuses: list[int] = []  # HTTP statuses that mean the same


class Trust(_Part):
    """By what the platform's own requests are known to be its own."""

    addresses: list[IPv4Network | IPv6Network] = []  # who may connect; empty: anybody who knows the secret
    secret: str = ""  # the name, among the gateway's secrets, of what is shared or signs
    parameter: str = ""  # the parameter or header that holds the secret itself, or the signature
    signed: Signed | None = None  # what is signed: {body}, {timestamp}, secrets, and the request's own parameters
    timestamp: str = ""  # the parameter or header that holds the time of signing
    max_age_s: int = Field(default=300, ge=1)

    @model_validator(mode="after")
    def _is_proof(self) -> "Trust":
        if not self.parameter or not self.secret:
            raise ValueError("trust needs parameter and secret: addresses alone can be forged")
        if self.signed and not self.timestamp:
            raise ValueError("a signature needs timestamp, or it could be used again for ever")
        return self


class Incoming(_Part):
    """Under which names an SMS that came in is told. `id` may be several names with commas: their values together are the id."""

    number: str
    body: str
    id: str
    entries: str = ""  # a path in JSON to a list, where several are told at once
    answer: str = ""  # what the platform wants to read


class Receipts(_Part):
    """Under which names a receipt is told, and what its statuses mean."""

    id: str
    status: str
    statuses: dict[str, Literal["sent", "delivered", "failed"]]
    entries: str = ""
    answer: str = ""


class HttpGateway(_Part):
    """One platform. In `headers`, `query`, `form` and `document` names in braces are filled in: FIELDS, and its own secrets."""

    url: str = Field(pattern=r"^https?://[^\s{}]+$")
    method: Literal["GET", "POST"] = "POST"
    headers: dict[str, str] = {}
    query: dict[str, str] = {}
    form: dict[str, str] = {}
    document: dict[str, JsonValue] = {}  # a JSON body
    charset: Literal["utf-8", "gbk"] = "utf-8"  # of query and form
    number_prefix: str = Field(default="", pattern=r"^\+?\d*$")  # before a number in China: 86, +86
    secrets: dict[str, SecretStr] = {}
    signature: Signed | None = None
    reply: Reply = Reply()
    trust: Trust | None = None
    incoming: Incoming | None = None
    receipts: Receipts | None = None

    @model_validator(mode="after")
    def _fits_together(self) -> "HttpGateway":
        known = FIELDS | self.secrets.keys()
        for template in self._templates():
            if unknown := fields_of(template) - known:
                raise ValueError(f"{{{unknown.pop()}}} is neither one of {', '.join(sorted(FIELDS))} nor one of its secrets")
        if self.form and self.document:
            raise ValueError("a request has a form or a document, not both")
        if (self.incoming or self.receipts) and not self.trust:
            raise ValueError("incoming and receipts need trust")
        named = [part.secret for part in (self.trust, self.signature, self.trust and self.trust.signed) if part and part.secret]
        if missing := [name for name in named if not self.secrets.get(name, SecretStr("")).get_secret_value()]:
            raise ValueError(f"secrets has no {missing[0]}")
        if self.trust and self.trust.signed:
            fields_of(self.trust.signed.text)
        return self

    def _templates(self) -> Iterable[str]:
        for table in (self.headers, self.query, self.form):
            yield from table.values()
        yield from texts_in(self.document)
        if self.signature:
            yield self.signature.text


def texts_in(value: JsonValue) -> Iterable[str]:
    """Every text in a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from texts_in(part)
    elif isinstance(value, list):
        for part in value:
            yield from texts_in(part)
