"""Filling the templates of an HTTP gateway, and signing what was filled in."""

import hashlib
import hmac
from collections.abc import Mapping

from pydantic import JsonValue

from models.http_gateway import Signed


def fill(template: str, facts: Mapping[str, str]) -> str:
    """`template` with each name in braces replaced; raises KeyError for a name that is not among `facts`."""
    return template.format_map(facts)


def fill_document(value: JsonValue, facts: Mapping[str, str]) -> JsonValue:
    """A JSON value with every text in it filled in: nothing that is filled in can change its shape."""
    if isinstance(value, str):
        return fill(value, facts)
    if isinstance(value, dict):
        return {name: fill_document(part, facts) for name, part in value.items()}
    if isinstance(value, list):
        return [fill_document(part, facts) for part in value]
    return value


def sign(signed: Signed, facts: Mapping[str, str]) -> str:
    """The hexadecimal digest; `facts` hold the key of an hmac under its name."""
    words = fill(signed.text, facts).encode()
    kind = signed.algorithm.removeprefix("hmac-")
    if kind != signed.algorithm:
        digest = hmac.new(facts[signed.secret].encode(), words, kind).hexdigest()
    else:
        digest = hashlib.new(kind, words, usedforsecurity=False).hexdigest()  # what the platform demands is not ours to choose
    return digest.upper() if signed.upper else digest
