"""Where a conversation is: the coroutines that wait for the caller, each with its line and what it knows."""

import sys
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import datetime
from pathlib import Path
from types import FrameType
from typing import Any

from dispatch.finding import Standing
from ivr.dialogues.caller import Caller
from ivr.message import Message
from ivr.question import Question
from ivr.slots.request import Request
from ivr.slots.slot import Slot
from ivr.slots.wish import Wish
from ivr.understanding.intents import EMERGENCY, OPERATOR
from ivr.understanding.services import Offering
from models.base import Base
from models.residents import Contact
from tests.ivr.walk.liveness import live_variables

DIALOGUES = str(Path("ivr") / "dialogues")
# What a question holds until it is answered: in which words it was asked, and how often what was tried.
CONVERSATIONS_OWN = frozenset({"prompt", "asked", "announcement", "wording", "question", "_"})
NEVER = frozenset({"talk", "desk", "_"})
# Where an order is taken or the family chosen, it is all the same which orders there are.
REGARDLESS = frozenset({"order_service", "agree", "take_further_words", "call_family"})


@dataclass(frozen=True)
class State:
    """A question (`prompt`) that a dialogue knowing so much asks (`place`), in this wording, after so many tries (`tries`)."""

    prompt: str
    place: Hashable
    tries: Hashable
    patience_ms: int = field(compare=False)


def waiting_state(prompt: str, patience_ms: int, circumstances: Hashable) -> State:
    """The state of the conversation whose coroutines wait for whoever calls this."""
    place, tries = [], []
    for frame in _waiting_frames(sys._getframe(1)):
        if DIALOGUES in frame.f_code.co_filename:
            live = live_variables(frame.f_code, frame.f_lasti)
            place.append((frame.f_code.co_name, frame.f_lineno, _known(frame, live - NEVER)))
        else:
            tries.append((frame.f_code.co_name, _known(frame, CONVERSATIONS_OWN)))
    elsewhere = not REGARDLESS & {name for name, _, _ in place}
    return State(prompt, (tuple(place), circumstances if elsewhere else None), tuple(tries), patience_ms)


def _waiting_frames(frame: FrameType | None) -> Iterator[FrameType]:
    while frame and frame.f_code.co_name != "reception":
        if "/ivr/" in frame.f_code.co_filename and "/tests/" not in frame.f_code.co_filename:
            yield frame
        frame = frame.f_back
    assert frame, "the conversation is not held by reception"
    yield frame


def _known(frame: FrameType, names: frozenset[str]) -> Hashable:
    return tuple((name, _plain(value)) for name, value in sorted(frame.f_locals.items()) if name in names)


def _plain(value: Any) -> Hashable:
    """A value by what it means to the dialogue; a caller's exact words mean nothing to it once they are understood."""
    if value is None or isinstance(value, str | int | float | datetime):
        return value
    if isinstance(value, Offering):
        return value.key
    if isinstance(value, Request):
        return (value.intent, _plain(value.wish), value.sure, value.turns, tuple(one.intent for one in value.also))
    if isinstance(value, Wish):
        return (_plain(value.service), value.when is not None, bool(value.detail))
    if isinstance(value, Question):
        return tuple(_plain(one) for name, one in sorted(vars(value).items()))
    if isinstance(value, Caller):
        return value.resident is not None
    if isinstance(value, Standing):
        return (value.service, value.status, value.order_id)
    if isinstance(value, Message):
        return (value.accepts(EMERGENCY), value.accepts(OPERATOR))
    if isinstance(value, Contact):
        return value.id
    if isinstance(value, Slot | Base) or callable(value):
        return type(value).__name__
    if isinstance(value, Mapping):
        return tuple((str(key), _plain(one)) for key, one in sorted(value.items()))
    if isinstance(value, Sequence) and not isinstance(value, bytes):
        return tuple(_plain(one) for one in value)
    if is_dataclass(value):
        return tuple(
            _plain(getattr(value, part.name)) for part in fields(value) if part.name not in ("words", "hearing", "catalogue")
        )
    return type(value).__name__
