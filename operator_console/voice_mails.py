"""Voice mail: what callers have left in their own voice, to be heard by somebody within a day."""

import logging
from datetime import timedelta

from flask import Blueprint, Response, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from models.calls import Call
from models.voice_mails import VoiceMail
from operator_console.context import facts, parts, signed_in
from operator_console.recordings import play, plays_of

log = logging.getLogger(__name__)
voice_mails = Blueprint("voice_mails", __name__, url_prefix="/voice-mails")

MAILS_SHOWN = 50
PLAYS_SHOWN = 500  # of all mails together
TO_BE_HEARD_WITHIN = timedelta(hours=24)  # GB/T 33358-2016


@voice_mails.get("/")
def index() -> str:
    """What nobody has heard yet, the oldest first; then what was heard, the newest first."""
    asked = select(VoiceMail).options(joinedload(VoiceMail.call).joinedload(Call.resident))
    unheard = asked.where(VoiceMail.heard_at.is_(None)).order_by(VoiceMail.left_at)
    heard = asked.where(VoiceMail.heard_at.is_not(None)).order_by(VoiceMail.id.desc()).limit(MAILS_SHOWN)
    late_before = parts().clock() - TO_BE_HEARD_WITHIN
    mails = [*facts().scalars(unheard), *facts().scalars(heard)]
    plays = plays_of([mail.path for mail in mails], PLAYS_SHOWN)
    return render_template("voice_mails.html", mails=mails, late_before=late_before, all_plays=plays)


@voice_mails.get("/<int:mail_id>/sound")
def sound(mail_id: int) -> Response:
    """The sound itself, by ranges where the player asks for them."""
    mail = facts().get(VoiceMail, mail_id)
    return play(mail.path) if mail else abort(404)


@voice_mails.post("/<int:mail_id>/heard")
def mark(mail_id: int) -> ResponseReturnValue:
    """Note that it was heard, and by whom; whoever was first stays."""
    mail = facts().get(VoiceMail, mail_id)
    if mail is None:
        abort(404)
    if mail.heard_at is None:
        mail.heard_by, mail.heard_at = signed_in().login, parts().clock()
        facts().commit()
        log.info("voice mail %d heard by operator %d", mail_id, signed_in().id)
    return redirect(url_for("voice_mails.index"), 303)


def unheard_mails() -> Select[int]:
    """How many wait to be heard."""
    return select(func.count()).select_from(VoiceMail).where(VoiceMail.heard_at.is_(None))
