"""A call along its recording: what was said, what the machine decided, and what happened meanwhile, by the sound's own clock."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.alarms import alarm_of_call
from models.calls import Call, Recording, Turn
from models.desks import DeskAct
from models.operators import Operator
from models.orders import Order, OrderEvent
from operator_console.alarm_story import happened_in
from operator_console.decisions import decisions, hypotheses
from operator_console.desk_state_words import ACT
from operator_console.records import happened, outcome
from operator_console.words import Said

# What follows within this time of the end still belongs to the call.
AFTERWARDS = timedelta(minutes=1)
LATE = timedelta(seconds=2)  # what is written down at the hang-up may be later than the last sound


@dataclass(frozen=True)
class Moment:
    """One line of the story. `at_s` is in the recording, None outside of it; `who` is system, caller or event."""

    at_s: float | None
    at: datetime
    who: str
    words: str
    event: Said | None = None
    steps: tuple[Said, ...] = ()
    heard: tuple[str, ...] = ()  # what the recogniser may have heard


def story_of(session: Session, call: Call, recording: Recording | None, meanings: Mapping[str, Said]) -> list[Moment]:
    """The call's turns and events in their order."""
    start = recording.made_at if recording else call.started_at
    opened = line_opened(call.turns)
    moments = [_turn(turn, start, opened, meanings) for turn in call.turns]
    end = (call.ended_at or call.started_at + timedelta(days=1)) + AFTERWARDS
    for at, event in _events(session, call):
        if call.started_at - AFTERWARDS <= at <= end:
            inside = at <= (call.ended_at or at) + LATE
            moments.append(Moment(_seconds(at, start) if inside else None, at, "event", "", event))
    return sorted(moments, key=lambda one: one.at)


def line_opened(turns: list[Turn]) -> datetime | None:
    """When the machine's line was opened: its clock runs from there. Prompts are written down as they begin, never before."""
    return min(
        (turn.at - timedelta(milliseconds=turn.heard["began_ms"]) for turn in turns if "began_ms" in turn.heard), default=None
    )


def _turn(turn: Turn, start: datetime, opened: datetime | None, meanings: Mapping[str, Said]) -> Moment:
    began_ms = turn.heard.get("began_ms", turn.heard.get("speech_began_ms"))
    at = opened + timedelta(milliseconds=began_ms) if opened and began_ms is not None else turn.at
    steps = tuple(decisions(turn.heard, meanings)) if turn.speaker == "caller" else ()
    return Moment(_seconds(at, start), at, turn.speaker, turn.words, steps=steps, heard=hypotheses(turn.heard))


def _events(session: Session, call: Call) -> list[tuple[datetime, Said]]:
    found: list[tuple[datetime, Said]] = []
    if call.handed_over_at:
        found.append((call.handed_over_at, Said(*outcome(call), "wait")))
    if call.operator_at:
        operator = session.get(Operator, call.operator_id) if call.operator_id else None
        by = operator.name if operator else call.answered_by
        found.append((call.operator_at, Said(f"话务员接听：{by}", f"answered: {by}", "go")))
    if call.ended_at:
        found.append((call.ended_at, Said("挂断", "hung up")))
    lines = select(OrderEvent, Order.code).join(Order, OrderEvent.order_id == Order.id).where(Order.call_id == call.id)
    for line, code in session.execute(lines.order_by(OrderEvent.id)):
        words = happened(line)
        found.append((line.at, Said(f"订单 {code}：{words.zh}", f"order {code}: {words.en}", words.tone)))
    if alarm := alarm_of_call(session, call.channel_id):
        found += [(line.at, Said(f"求助：{words.zh}", f"alarm: {words.en}", words.tone)) for line, words, _ in happened_in(alarm)]
    acts = select(DeskAct, Operator.name).join(Operator, DeskAct.operator_id == Operator.id).where(DeskAct.call_id == call.id)
    for act, name in session.execute(acts.order_by(DeskAct.id)):
        found.append((act.at, Said(f"{name}：{ACT[act.kind].zh}", f"{ACT[act.kind].en}")))
    return found


def _seconds(at: datetime, start: datetime) -> float:
    return round(max(0.0, (at - start).total_seconds()), 2)
