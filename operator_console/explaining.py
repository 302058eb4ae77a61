"""What somebody reads where a page cannot be shown: in plain words, and for a provider on their own page."""

import logging
import sqlite3

from flask import g, render_template, request
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from dispatch.links import LINK_PATH
from operator_console.context import give_up_facts
from operator_console.provider_visits import explain_to_provider

log = logging.getLogger(__name__)

ERRORS = {
    400: ("这个请求不完整，请回到页面重试。", "The request was incomplete; go back and try again."),
    401: ("请重新登录。", "Please sign in again."),
    403: ("这里不能进。", "You may not go here."),
    404: ("没有找到。", "Not found."),
    405: ("不能这样做。", "That is not possible here."),
    429: ("请求太快了，请一分钟后再试。", "Too many requests; try again in a minute."),
    413: ("内容太长了。", "That was too long."),
    500: ("出错了，已经记下来。", "Something went wrong; it has been written down."),
    503: (
        "数据库暂时连不上，正在自动恢复。电话照常响，照常接；请过一会再试。",
        "The database cannot be reached just now and comes back by itself. "
        "Telephones ring: answer them as usual, and try again in a moment.",
    ),
}


def explain(error: HTTPException) -> tuple[str, int]:
    """The page for what was asked for wrongly, is not there, or not for them."""
    code = error.code or 500
    if request.path.startswith(LINK_PATH):
        return explain_to_provider(code)
    return render_template("error.html", code=code, words=ERRORS.get(code, ERRORS[500])), code


def explain_fault(error: Exception) -> tuple[str, int]:
    """The page for a fault of ours, which is written down."""
    give_up_facts()  # the page itself asks the database, which hears nothing more in a transaction that failed
    if request.path.startswith(LINK_PATH):
        log.error("%s %s failed", request.method, request.url_rule, exc_info=error)  # the path may hold a link's secret
        return explain_to_provider(500)
    # The path without its query: what was searched for may be somebody's number.
    if _is_of_a_database_away(error):  # every open page asks again and again
        log.error("%s %s: the database does not answer", request.method, request.path)
        g.pop("operator", None)  # the head of a page is made of what is in the database
        return render_template("error.html", code=503, words=ERRORS[503]), 503
    log.error("%s %s failed", request.method, request.path, exc_info=error)
    return render_template("error.html", code=500, words=ERRORS[500]), 500


def _is_of_a_database_away(error: Exception) -> bool:
    """Whether the database did not answer, rather than what it was asked was wrong: SQLite calls both the same."""
    return isinstance(error, OperationalError) and getattr(error.orig, "sqlite_errorcode", None) != sqlite3.SQLITE_ERROR
