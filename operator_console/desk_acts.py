"""What an operator does with a call beside talking: each is a DeskAct, whatever comes of it."""

import logging
from collections.abc import Callable
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from dispatch.alarms import alarm_of_call
from dispatch.call_backs import put_back, take_call_back
from exchange.desk_calls import QUEUE, new_call_id
from exchange.obstacles import CannotAct, Obstacle
from models.alarms import AlarmStatus
from models.calls import Call, CallStatus, Direction, Recording
from models.carrier import carrier_for_calls
from models.desks import DeskAct, DeskActKind
from models.phones import mask_number
from operator_console.context import DeskExchange, facts, parts, signed_in
from operator_console.desk_targets import Target, find_target
from operator_console.desk_view import acts_part, asked_aside
from operator_console.live import answer
from operator_console.obstacle_words import OBSTACLES

log = logging.getLogger(__name__)
desk_acts = Blueprint("desk_acts", __name__, url_prefix="/desk")

NOT_ALLOWED = (
    "不能拨这个号码：只能拨档案里的号码和紧急电话。",
    "This number may not be dialled: only numbers of the files, and of emergency.",
)
NEVER_ALONE = (
    "求助的居民不能直接转：先叫人进来，或者先问再转。",
    "Whoever has called for help is never handed on blindly: call somebody in, or ask them first.",
)
TAKEN = ("这位已经有人在回电，或者已经回过了。", "Somebody is calling them back already, or has.")
WAYS = {"blind": DeskActKind.TRANSFER, "warm": DeskActKind.WARM_TRANSFER}
LISTENING = {"listen": DeskActKind.LISTEN, "whisper": DeskActKind.WHISPER, "join": DeskActKind.JOIN}
ENDS_OF_ASIDE: dict[str, tuple[Callable[[DeskExchange], Callable[[str, int], None]], str, tuple[str, str]]] = {
    "complete": (lambda desk: desk.complete, "completed", ("接通了，他们在通话。", "Connected: they are talking.")),
    "back": (lambda desk: desk.take_back, "taken_back", ("居民接回来了。", "You are with the resident again.")),
    "together": (lambda desk: desk.talk_together, "together", ("三方通话了。", "All three of you are talking.")),
}


@desk_acts.app_context_processor
def _for_every_page() -> dict[str, object]:
    return {"acts_part": acts_part}


@desk_acts.get("/<channel>/acts")
def live(channel: str) -> Response:
    """What can be done now, and what became of what was done."""
    call = _call(channel)
    return answer(acts_part(call, call.resident))


@desk_acts.post("/dial")
def dial() -> ResponseReturnValue:
    """Ring the operator's own telephone, and then whoever is called."""
    target = _target()
    if target is None:
        return _refuse(NOT_ALLOWED)
    if signed_in().seat is None:
        return _refuse(OBSTACLES[Obstacle.NO_PHONE])
    kind, _, which = target.to.partition(":")
    call_back_id = int(which) if kind == "call-back" else None
    if call_back_id and take_call_back(facts(), call_back_id, signed_in().id, parts().clock()) is None:
        return _refuse(TAKEN)
    act = _write_down(DeskActKind.DIAL, target.to)
    call = Call(
        channel_id=new_call_id(act.id),
        number=target.number,
        resident_id=target.resident_id,
        status=CallStatus.OPERATOR,
        direction=Direction.OUT,
        operator_id=signed_in().id,
        started_at=act.at,
        collected={},
    )
    call.recordings.append(Recording(path=f"{call.channel_id}.wav"))
    facts().add(call)
    facts().flush()
    act.call_id = call.id
    obstacle = _do(act, lambda desk: desk.dial(call.channel_id, act.id, _seat(), target.way), target)
    if obstacle:
        call.outcome, call.status, call.ended_at = f"dialled:{obstacle.value}", CallStatus.ENDED, parts().clock()
        facts().commit()
        if call_back_id:
            put_back(facts(), call_back_id)
        return _refuse(OBSTACLES[obstacle])
    log.info("call %s: operator %d dials %s, %s", call.channel_id, signed_in().id, target.to, mask_number(target.number))
    return redirect(f"/desk/{call.channel_id}", 303)


@desk_acts.post("/<channel>/transfer")
def transfer(channel: str) -> ResponseReturnValue:
    """Hand the caller on at once, or ask whom they are to talk with first."""
    call, way = _call(channel), request.form.get("way", "")
    target = Target.queue() if request.form.get("to") == QUEUE else _target()
    if way not in WAYS or (way == "warm" and target and target.way == QUEUE):
        abort(400)
    if target is None:
        return _refuse(NOT_ALLOWED)
    alarm = alarm_of_call(facts(), channel)
    is_alarm = alarm is not None and alarm.status is not AlarmStatus.CLOSED
    if way == "blind" and is_alarm:
        return _refuse(NEVER_ALONE)
    act, was = _write_down(WAYS[way], target.to, call), call.status
    waits = way == "blind" and not target.is_outside
    if waits:  # if they hang up now, they are called back
        call.status, call.outcome, call.handed_over_at = CallStatus.WAITING, "operator:handed_on", act.at

    def ask(desk: DeskExchange) -> None:
        if way == "blind":
            desk.transfer(call.channel_id, act.id, _seat(), target.way, target.words)
        else:
            words = "sos" if is_alarm and target.words else target.words
            desk.ask_aside(call.channel_id, act.id, _seat(), target.way, words, who=target.who)

    if obstacle := _do(act, ask, target):
        if waits:
            call.status = was
            facts().commit()
        return _refuse(OBSTACLES[obstacle])
    log.info("call %s: operator %d hands it to %s, %s", channel, signed_in().id, target.to, way)
    if way == "blind":
        return _tell(f"正在转给{target.called}。没有接通会转回来。", "Handing them on; if nobody answers they come back.")
    return _tell(f"正在呼叫{target.called}，居民听着音乐等您。", "Calling them; the resident waits with music.")


@desk_acts.post("/<channel>/call-in")
def call_in(channel: str) -> ResponseReturnValue:
    """Have somebody join the caller and the operator."""
    call, target = _call(channel), _target()
    if target is None:
        return _refuse(NOT_ALLOWED)
    act = _write_down(DeskActKind.CALL_IN, target.to, call)
    if obstacle := _do(act, lambda desk: desk.call_in(channel, act.id, _seat(), target.way, target.words), target):
        return _refuse(OBSTACLES[obstacle])
    log.info("call %s: operator %d calls %s in", channel, signed_in().id, target.to)
    return _tell(f"正在呼叫{target.called}，居民一直在线。", "Calling them in; the resident stays on the line.")


@desk_acts.post("/<channel>/complete")
def complete(channel: str) -> ResponseReturnValue:
    """End the talk aside: connect the two (`do=complete`), take the caller back (`back`), or talk all together."""
    call, do = _call(channel), request.form.get("do", "complete")
    if do not in ENDS_OF_ASIDE:
        abort(400)
    ask, outcome, words = ENDS_OF_ASIDE[do]
    act = asked_aside(call)
    facts().commit()  # no transaction waits for the exchange
    try:
        ask(_exchange())(channel, _seat())
    except CannotAct as cannot:
        if act and cannot.obstacle in (Obstacle.NOT_ASIDE, Obstacle.OVER):  # it had ended unseen
            act.outcome = "back"
            facts().commit()
        return _refuse(OBSTACLES[cannot.obstacle])
    if act:
        act.outcome = outcome
        facts().commit()
    log.info("call %s: operator %d ends the talk aside: %s", channel, signed_in().id, do)
    return _tell(*words)


@desk_acts.post("/calls/<channel>/listen")
def listen(channel: str) -> ResponseReturnValue:
    """A supervisor hears a call, prompts its operator, or joins it."""
    call, way = _call(channel), request.form.get("way", "")
    if way not in LISTENING:
        abort(400)
    act = _write_down(LISTENING[way], f"call:{call.id}", call)

    def ask(desk: DeskExchange) -> None:
        if way == "join":
            desk.join(channel, act.id, _seat())
        else:
            desk.listen(channel, act.id, _seat(), whisper=way == "whisper")

    if obstacle := _do(act, ask):
        return _refuse(OBSTACLES[obstacle])
    log.info("call %s: supervisor %d begins to %s", channel, signed_in().id, way)
    return _tell("您的话机响了就接入。", "Your telephone rings, and then you are in the call.")


def _call(channel: str) -> Call:
    return facts().scalar(select(Call).where(Call.channel_id == channel)) or abort(404)


def _target() -> Target | None:
    to = request.form.get("to", "")
    target = find_target(f"number:{request.form.get('number', '')}" if to == "number:" else to)
    if target is None:
        log.warning("operator %d may not call whom they asked for", signed_in().id)
    return target


def _write_down(kind: DeskActKind, target: str, call: Call | None = None) -> DeskAct:
    act = DeskAct(
        kind=kind, operator_id=signed_in().id, call_id=call.id if call else None, target=target, at=parts().clock(), outcome=""
    )
    facts().add(act)
    facts().flush()
    return act


def _do(act: DeskAct, ask: Callable[[DeskExchange], None], target: Target | None = None) -> Obstacle | None:
    """Have the exchange do it; what is in its way is written down too."""
    facts().commit()  # no transaction waits for the exchange, and what rings has its file
    try:
        if target and target.is_outside and not carrier_for_calls(parts().settings):
            raise CannotAct(Obstacle.NO_EXCHANGE)
        ask(_exchange())
    except CannotAct as cannot:
        act.outcome = cannot.obstacle.value
        facts().commit()
        return cannot.obstacle
    return None


def _exchange() -> DeskExchange:
    desk = parts().desk_calls
    if desk is None:
        raise CannotAct(Obstacle.NO_EXCHANGE)
    return desk


def _seat() -> int:
    seat = signed_in().seat
    if seat is None:
        raise CannotAct(Obstacle.NO_PHONE)
    return seat


def _tell(zh: str, en: str) -> ResponseReturnValue:
    flash(f"{zh}\n{en}", "done")
    return _go_back()


def _refuse(words: tuple[str, str]) -> ResponseReturnValue:
    """Say why not, on the page that it was asked from."""
    flash("\n".join(words), "trouble")
    return _go_back()


def _go_back() -> ResponseReturnValue:
    came_from = urlsplit(request.referrer or "")
    ours = came_from.netloc == request.host and came_from.path.startswith("/") and not came_from.path.startswith("//")
    return redirect(came_from.path if ours else url_for("board.show"), 303)
