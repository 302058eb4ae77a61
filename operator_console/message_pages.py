"""Messages: how the gateways are, what did not go through, and what was written lately."""

import logging
from datetime import timedelta

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.exc import NoResultFound

from dispatch.gateways.hour import gateway_hours
from dispatch.mending import AGAIN, let_be, send_again
from dispatch.telling import OVERTAKEN
from models.messages import Direction, GatewayState, Message, MessageStatus
from models.outbound_calls import OutboundCall, OutboundStatus
from models.phones import normalise_number
from operator_console.context import facts, parts, signed_in

log = logging.getLogger(__name__)
messages = Blueprint("messages", __name__, url_prefix="/messages")

SHOWN = 50
FAILED_SHOWN = timedelta(hours=24)
# What waits longer than this does not go through as it should.
WAITS_LONG = timedelta(minutes=1)


@messages.get("/")
def index() -> str:
    """The gateways, then what did not go through, then the latest, or those of one number."""
    settings, now = parts().settings, parts().clock()
    asked = request.args.get("number", "")[:40].strip()
    lately = select(Message).order_by(Message.id.desc()).limit(SHOWN)
    if asked:
        lately = lately.where(Message.number == (normalise_number(asked) or asked))
    spoken = select(OutboundCall.id).where(OutboundCall.message_id == Message.id, OutboundCall.status == OutboundStatus.DONE)
    failed = (Message.status.in_(AGAIN), Message.offer_id.is_(None), Message.error != OVERTAKEN, ~spoken.exists())
    stuck = or_(
        and_(*failed, Message.updated_at > now - FAILED_SHOWN),
        and_(Message.status == MessageStatus.CREATED, Message.created_at < now - WAITS_LONG),
    )
    to_mend = select(Message).where(Message.direction == Direction.OUT, stuck).order_by(Message.id.desc()).limit(SHOWN)
    return render_template(
        "messages.html",
        gateways=gateway_hours(facts(), settings, now),
        to_mend=facts().scalars(to_mend).all(),
        lately=facts().scalars(lately).all(),
        number=asked,
    )


@messages.post("/<int:message_id>/again")
def again(message_id: int) -> ResponseReturnValue:
    """Send one once more."""
    try:
        done = send_again(facts(), parts().queue, message_id, parts().clock())
    except NoResultFound:
        abort(404)
    log.info("message %d to be sent again by operator %d: %s", message_id, signed_in().id, done)
    return redirect(url_for("messages.index"), 303)


@messages.post("/<int:message_id>/skip")
def skip(message_id: int) -> ResponseReturnValue:
    """Let one be that waits."""
    try:
        done = let_be(facts(), parts().queue, message_id, signed_in().login, parts().clock())
    except NoResultFound:
        abort(404)
    log.info("message %d to be let be by operator %d: %s", message_id, signed_in().id, done)
    return redirect(url_for("messages.index"), 303)


def gateways_down() -> Select[int]:
    """How many gateways are given nothing now."""
    down = GatewayState.weight == 0, GatewayState.name.in_(parts().settings.gateway_shares)
    return select(func.count()).select_from(GatewayState).where(*down)
