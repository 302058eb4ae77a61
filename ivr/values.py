"""What an answer came to, as it is kept in a call's record."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any

from audio.recognizers import Hearing
from ivr.understanding.services import Offering
from models.base import Base


def value_facts(value: Any) -> Any:
    """A slot's value as JSON: a service by its key, a row by its id, the rest by its parts that are not as they usually are."""
    facts: Any = type(value).__name__
    if value is None or isinstance(value, str | int | float):
        facts = value
    elif isinstance(value, datetime):
        facts = value.isoformat()
    elif isinstance(value, Offering):
        facts = value.key
    elif isinstance(value, Base):
        facts = {"id": getattr(value, "id", None)}
    elif isinstance(value, Mapping):
        facts = {str(name): value_facts(part) for name, part in value.items()}
    elif isinstance(value, Sequence) and not isinstance(value, bytes):
        facts = [value_facts(part) for part in value]
    elif is_dataclass(value):
        parts = {part.name: getattr(value, part.name) for part in fields(value) if getattr(value, part.name) != part.default}
        # What was heard stands beside it already.
        facts = {name: value_facts(part) for name, part in parts.items() if not isinstance(part, Hearing)}
        facts = {name: part for name, part in facts.items() if part != {}}
    return facts
