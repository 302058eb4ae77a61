"""The wallboard, for a big screen that everybody in the room sees: no names of residents, and it stays up for weeks."""

import logging
from typing import Any

from flask import Blueprint, Response, abort, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from dispatch.figures.counting import span_of
from operator_console.context import facts, parts, signed_in
from operator_console.desk_state_words import DESK_STATE, pause_words
from operator_console.figure_words import ABANDONED_AT_MOST, ALARMS_IN_60_S, ANSWERED_IN_15_S, share
from operator_console.live import shared_fragment, shared_part
from operator_console.times import local
from operator_console.visits import end_visit
from operator_console.wallboard_facts import OPEN, read_wallboard
from operator_console.wallboard_screens import is_put_up, put_up, take_down

log = logging.getLogger(__name__)
wallboard = Blueprint("wallboard", __name__, url_prefix="/wallboard")


@wallboard.get("")
def show() -> str:
    """The board for whoever is signed in."""
    return render_template("wallboard.html", live=url_for("wallboard.live"), screen=False, part=_part())


@wallboard.get("/live")
def live() -> Response:
    """What changes on it."""
    return shared_fragment("wallboard_live.html", "", _board)


@wallboard.post("/screen")
def keep() -> ResponseReturnValue:
    """Let this browser show the wallboard from now on, and end the visit: nobody sits in front of that screen."""
    response = make_response(redirect(url_for("wallboard.screen"), 303))
    put_up(response, signed_in())
    end_visit(signed_in())
    log.info("operator %d put a wallboard up", signed_in().id)
    return response


@wallboard.get("/screen")
def screen() -> ResponseReturnValue:
    """The board on a screen that was put up."""
    if not is_put_up():
        return redirect(url_for("sign_in.show", next=url_for("wallboard.show")), 303)
    return render_template("wallboard.html", live=url_for("wallboard.screen_live"), screen=True, part=_part())


@wallboard.get("/screen/live")
def screen_live() -> Response:
    """What changes on such a screen."""
    return live() if is_put_up() else abort(401)


@wallboard.post("/screen/down")
def down() -> ResponseReturnValue:
    """This browser is no wallboard any more."""
    response = make_response(redirect(url_for("sign_in.show"), 303))
    take_down(response)
    return response


def _part() -> Markup:
    return shared_part("wallboard_live.html", "", _board)


def _board() -> dict[str, Any]:
    now = parts().clock()
    today = span_of(local(now).date(), local(now).tzinfo)  # type: ignore[arg-type]
    board = read_wallboard(facts(), today, now)
    return {
        "board": board,
        "answered": share(board.calls["in_15_s"], board.calls["waited"], ANSWERED_IN_15_S),
        "abandoned": share(board.calls["abandoned"], board.calls["waited"], ABANDONED_AT_MOST, less_is_better=True),
        "alarms": share(board.alarms["alarms_in_60_s"], board.alarms["alarms"], ALARMS_IN_60_S),
        "desk_state": DESK_STATE,
        "pause_words": pause_words,
        "statuses": OPEN,
    }
