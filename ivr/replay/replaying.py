"""Holding a recorded call again with today's code, without a trace."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from audio.prompts.catalogue import load_catalogue
from ivr.conversation import Conversation, Surroundings
from ivr.dialogues.caller import know_caller, residents_calling
from ivr.dialogues.desk import Desk
from ivr.dialogues.reception import reception
from ivr.errors import CallEnded, HandOver
from ivr.facts import facts_of
from ivr.hearing_along import Ear
from ivr.judging import AnswerJudge, Anything
from ivr.replay.errors import Parted, ReplayError
from ivr.replay.follower import Follower, judge_sound, sound_of
from ivr.replay.scratch import Row, Scratch, read_for, scratch_copy
from ivr.replay.script import HUNG_UP, Script, read_script
from ivr.replay.tape import Tape, load_tape
from ivr.replay.view import ReplayedTurn, then_of, view
from ivr.replay.voice import ReplayVoice
from ivr.understanding.meaning import Understanding
from models.base import Base
from models.calls import Call

GOODBYE = "goodbye"
# Of what was collected, an order's code is drawn anew each time.
_DRAWN = frozenset({"order"})


@dataclass(frozen=True)
class RecordedCall:
    """All that a replay needs of a call; nothing of it touches the site's database afterwards."""

    script: Script
    tape: Tape
    number: str
    device_id: int | None
    tables: dict[type[Base], list[Row]]


@dataclass(frozen=True)
class Replay:
    """What a call came to when it was held again.

    `parted_at` counts `turns` from 1: there the conversation took another way, and was not followed further; `ended_now` is empty
    then, unless it ended there.
    """

    call_id: int
    turns: list[ReplayedTurn]
    parted_at: int | None
    ended_then: str
    ended_now: str
    collected_then: dict[str, Any]
    collected_now: dict[str, Any]


def recorded_call(session: Session, call_id: int, recordings_dir: Path) -> RecordedCall:
    """Read a call; raise `ReplayError` for one that is unknown or has no recording."""
    call = session.get(Call, call_id)
    if call is None:
        raise ReplayError(f"没有来电 {call_id} / there is no call {call_id}")
    tape = load_tape(call, recordings_dir)
    return RecordedCall(read_script(call), tape, call.number, call.device_id, read_for(session, call))


def replay(call: RecordedCall, ear: Ear, understanding: Understanding, zone: ZoneInfo) -> Replay:
    """Hold the call again with this recogniser and this understanding, on a copy of what it reads."""
    follower = Follower(call.script, call.tape)
    with scratch_copy(call.tables) as scratch:
        voice = ReplayVoice(load_catalogue(), follower.ask)
        around = Surroundings(scratch.sessions, voice, ear, understanding, lambda: follower.now.astimezone(zone))
        ended, parted = asyncio.run(_hold(call, follower, around, scratch))
        with scratch.sessions() as session:
            again = session.get_one(Call, call.script.call_id)
            collected = again.collected
            _add_messages(follower.turns, [turn.words for turn in again.turns if "seconds" in turn.heard])
    return Replay(
        call.script.call_id,
        follower.turns,
        len(follower.turns) if parted or follower.end(ended) else None,
        call.script.outcome,
        ended,
        _lasting(call.script.collected),
        _lasting(collected),
    )


async def rehear(call: RecordedCall, number: int, ear: Ear, understanding: Understanding, zone: ZoneInfo) -> ReplayedTurn:
    """Hear one turn's sound by itself, without what its question expects; raise `ReplayError` where it has none."""
    exchange = call.script.replies.get(number)
    if exchange is None or exchange.reply is None:
        raise ReplayError(f"来电人的话没有第 {number} 句 / the caller has no turn {number}")
    reply = exchange.reply
    if "sound_from_ms" not in reply.heard:
        raise ReplayError(f"第 {number} 句没有声音 / turn {number} has no sound")
    judge = AnswerJudge(ear, understanding, lambda: reply.at.astimezone(zone), Anything(), exchange.words)
    judgement, utterance = await judge_sound(sound_of(reply, call.tape), reply, judge)
    heard = {"nothing": True} if judgement.nothing else facts_of(judgement.result, utterance)
    now = view(exchange.prompt, exchange.words, judgement.result.words, {name: heard[name] for name in heard if name != "value"})
    then = then_of(exchange)
    then.pop("value", None)
    return ReplayedTurn(then, now)


async def _hold(call: RecordedCall, follower: Follower, around: Surroundings, scratch: Scratch) -> tuple[str, bool]:
    with scratch.sessions() as session:
        residents = residents_calling(session, call.number, call.device_id)
        caller = know_caller(session, residents)
        session.get_one(Call, call.script.call_id).resident_id = residents[0].id if len(residents) == 1 else None
        session.commit()
    talk = Conversation(follower.line, call.script.call_id, around, follower.listen)
    try:
        await reception(talk, caller, Desk(scratch.queue, scratch.folder))
    except Parted:
        return "", True
    except HandOver as over:
        return over.reason, False
    except CallEnded:
        return HUNG_UP, False
    return GOODBYE, False


def _add_messages(turns: Sequence[ReplayedTurn], words: Sequence[str]) -> None:
    """The words of messages are known last."""
    for turn, said in zip([turn for turn in turns if "seconds" in turn.then], words, strict=False):
        turn.now |= {"transcript": said} if said else {}


def _lasting(collected: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in collected.items() if name not in _DRAWN}
