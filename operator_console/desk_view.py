"""What desk_acts.html shows: whom the operator can reach for this call, in the order of need, and what became of it."""

from dataclasses import dataclass

from flask import render_template
from markupsafe import Markup
from sqlalchemy import select

from models.calls import Call, CallStatus
from models.desks import DeskAct, DeskActKind
from models.residents import Resident
from operator_console.context import facts, signed_in
from operator_console.desk_targets import Target, colleagues, find_target, people_of, phones_of, providers_of, services
from operator_console.live import shared_part
from operator_console.words import Said

ACTS_SHOWN = 5
_PART = "desk_acts_live.html"
KINDS = {
    DeskActKind.DIAL: Said("拨打", "call"),
    DeskActKind.TRANSFER: Said("直接转", "transfer"),
    DeskActKind.WARM_TRANSFER: Said("先问再转", "ask first"),
    DeskActKind.CALL_IN: Said("叫进来", "call in"),
    DeskActKind.REJOIN: Said("接回通话", "rejoin"),
    DeskActKind.LISTEN: Said("旁听", "listen"),
    DeskActKind.WHISPER: Said("耳语", "whisper"),
    DeskActKind.JOIN: Said("加入", "join"),
}
OUTCOMES = {
    "": Said("正在呼叫…", "being called…", "wait"),
    "answered": Said("接通了", "answered", "go"),
    "no_answer": Said("没有人接", "no answer", "trouble"),
    "busy": Said("占线", "engaged", "trouble"),
    "no_key": Said("接了，但没有按 1", "answered, but did not press 1", "trouble"),
    "unreachable": Said("打不通", "not reachable", "trouble"),
    "given_up": Said("没有等到", "given up", "trouble"),
    "own_phone": Said("自己的话机没有接", "one's own telephone did not answer", "trouble"),
    "completed": Said("转接好了", "connected", "go"),
    "taken_back": Said("接回居民", "taken back"),
    "together": Said("三方通话", "all together", "go"),
    "back": Said("对方挂断，接回居民", "they hung up; back with the resident"),
    "left": Said("话务员先挂断", "the operator hung up first"),
}


@dataclass(frozen=True)
class Done:
    """An act on this call, and what became of it."""

    act: DeskAct
    kind: Said
    target: Target | None
    outcome: Said


@dataclass(frozen=True)
class Acts:
    """What can be done now."""

    talking: bool  # this operator with the caller
    aside: Done | None  # whom they are asking meanwhile
    reached: bool  # that person has answered
    people: list[Target]
    colleagues: list[Target]
    services: list[Target]
    dialled: list[Target]
    done: list[Done]


def aside_of(call: Call) -> tuple[Done | None, bool]:
    """Whom the operator is asking while the caller waits, and whether that person has answered."""
    aside = asked_aside(call)
    return (_done(aside), aside.outcome == "answered") if aside else (None, False)


def is_mine(call: Call) -> bool:
    """Whether this operator has answered the call."""
    seat = signed_in().seat
    return call.operator_id == signed_in().id or (seat is not None and call.answered_by in (f"desk-{seat}", f"operator-{seat}"))


def acts_part(call: Call, resident: Resident | None) -> Markup:
    """What can be done with this call, as a part of its page: the same at every desk where it rings, one's own in talking."""
    if _is_talking(call):
        return Markup(render_template(_PART, call=call, acts=_acts_of(call, resident)))  # noqa: S704 - a template's own
    about = call.id, call.status, call.ended_at is None, resident.id if resident else None
    return shared_part(_PART, about, lambda: {"call": call, "acts": _acts_of(call, resident)})


def _acts_of(call: Call, resident: Resident | None) -> Acts:
    acts = _acts(call)
    talking = _is_talking(call) and not any(_left_by(act, call) for act in acts)
    aside, reached = aside_of(call) if talking else (None, False)
    near = [*people_of(resident), *providers_of(resident)]
    return Acts(
        talking=talking,
        aside=aside,
        reached=reached,
        people=near,
        colleagues=colleagues() if talking else [],
        services=services(),
        dialled=[*phones_of(resident), *near],
        done=[_done(act) for act in acts],
    )


def _is_talking(call: Call) -> bool:
    """Whether this operator talks with the caller now."""
    return call.status is CallStatus.OPERATOR and call.ended_at is None and is_mine(call)


def asked_aside(call: Call) -> DeskAct | None:
    """The act by which the operator is asking somebody now, while the caller waits."""
    newest = facts().scalar(
        select(DeskAct)
        .where(DeskAct.call_id == call.id, DeskAct.kind == DeskActKind.WARM_TRANSFER)
        .order_by(DeskAct.id.desc())
        .limit(1)
    )
    return newest if newest and newest.outcome in ("", "answered") else None


def outcome_words(outcome: str) -> Said:
    """The words for what became of an act; what the exchange refused was told when it was asked."""
    return OUTCOMES.get(outcome, Said("没有办成", "not done", "trouble"))


def _left_by(act: DeskAct, call: Call) -> bool:
    """Whether the operator has left the caller with whoever they had asked."""
    is_over = act.kind is DeskActKind.WARM_TRANSFER and act.outcome == "completed"
    return is_over and (call.operator_at is None or act.at >= call.operator_at)


def _acts(call: Call) -> list[DeskAct]:
    asked = select(DeskAct).where(DeskAct.call_id == call.id).order_by(DeskAct.id.desc()).limit(ACTS_SHOWN)
    return list(facts().scalars(asked))


def _done(act: DeskAct) -> Done:
    target = Target.queue() if act.target == "queue" else find_target(act.target)
    return Done(act, KINDS[act.kind], target, outcome_words(act.outcome))
