"""Corrections: what a caller really meant, for the next training to learn from."""

import logging

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from ivr.understanding import intents
from models.calls import Call, Turn
from models.corrections import Correction
from models.services import Service
from operator_console.context import facts, parts, signed_in
from operator_console.words import Said

log = logging.getLogger(__name__)
corrections = Blueprint("corrections", __name__, url_prefix="/calls")

INTENTS = {
    intents.EMERGENCY: Said("求救", "emergency"),
    intents.OPERATOR: Said("找话务员", "an operator"),
    intents.REPEAT: Said("再说一遍", "say it again"),
    intents.SLOWER: Said("慢一点", "slower"),
    intents.LOUDER: Said("大声点", "louder"),
    intents.WAIT: Said("等一下", "wait"),
    intents.YES: Said("对", "yes"),
    intents.NO: Said("不对", "no"),
    intents.CANCEL: Said("取消订单", "cancel an order"),
    intents.QUERY: Said("问订单", "where is it"),
    intents.CONTACT: Said("找家人", "call the family"),
    intents.MESSAGE: Said("留言", "leave a message"),
    intents.SAME_AGAIN: Said("还是老样子", "the same again"),
    intents.NONE: Said("与我们无关", "nothing we do"),
}


@corrections.get("/<int:call_id>/corrections")
def show(call_id: int) -> str:
    """Everything that the caller said in a call, with what was understood and what is right."""
    if facts().get(Call, call_id) is None:
        abort(404)
    spoken = select(Turn).where(Turn.call_id == call_id, Turn.speaker == "caller", Turn.words != "").order_by(Turn.id)
    turns = [turn for turn in facts().scalars(spoken) if "key" not in turn.heard]
    made = facts().scalars(select(Correction).where(Correction.turn_id.in_(turn.id for turn in turns)))
    return render_template(
        "corrections.html", call_id=call_id, turns=turns, right={one.turn_id: one.intent for one in made}, meanings=meanings()
    )


@corrections.post("/turns/<int:turn_id>/correction")
def correct(turn_id: int) -> ResponseReturnValue:
    """Note the right meaning of one sentence; a later word about the same sentence replaces it."""
    turn = facts().get(Turn, turn_id)
    if turn is None or turn.speaker != "caller":
        abort(404)
    intent = request.form.get("intent", "")
    if intent not in meanings():
        abort(400)
    made = facts().scalar(select(Correction).where(Correction.turn_id == turn_id)) or Correction(turn_id=turn_id)
    made.intent, made.by, made.at = intent, signed_in().login, parts().clock()
    facts().add(made)
    facts().commit()
    log.info("turn %d corrected by operator %d", turn_id, signed_in().id)
    flash("记下了，下次训练就会学到。\nNoted; the next training learns from it.", "done")
    return redirect(url_for("corrections.show", call_id=turn.call_id), 303)


def meanings() -> dict[str, Said]:
    """Everything a caller can mean, by the intent's or the service's key."""
    services = facts().execute(select(Service.key, Service.name, Service.name_en).where(Service.active).order_by(Service.id))
    return {service.key: Said(service.name, service.name_en) for service in services} | INTENTS
