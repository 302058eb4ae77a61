"""Settlement: each provider's month, confirmed by a supervisor."""

import logging
from datetime import date, timedelta

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from dispatch.settling import MonthNotOver, settle_month, statements
from models.providers import Provider
from operator_console.context import facts, parts, signed_in
from operator_console.list_pages import page_asked_for
from operator_console.row_ids import read_row_id
from operator_console.times import local

log = logging.getLogger(__name__)
settlements = Blueprint("settlements", __name__, url_prefix="/settlements")

MONTHS_SHOWN = 6


@settlements.get("/")
def index() -> str:
    """One month's statements, of whom a name has what was typed; the last month that is over unless another is asked for."""
    this_month = local(parts().clock()).date().replace(day=1)
    month = _month(request.args.get("month", "")) or _before(this_month)
    months = [this_month]
    while len(months) < MONTHS_SHOWN:
        months.append(_before(months[-1]))
    wanted = request.args.get("q", "").strip()[:60]
    found = [one for one in statements(facts(), parts().settings, month) if wanted in one.provider]
    page = page_asked_for(len(found))
    shown = found[page.after : page.last]
    about = {"month": month, "months": months, "is_over": month < this_month, "wanted": wanted}
    return render_template("settlements.html", statements=shown, page=page, **about)


@settlements.post("/<int:provider_id>")
def settle(provider_id: int) -> ResponseReturnValue:
    """Settle what is confirmed of one provider's month."""
    month = _month(request.form.get("month", ""))
    if month is None or facts().get(Provider, provider_id) is None:
        abort(404)
    by = signed_in().login
    try:
        settled = settle_month(facts(), parts().settings, provider_id, month, by=by, now=parts().clock())
    except MonthNotOver:
        flash("这个月还没有过完。\nThis month is not over yet.", "trouble")
    else:
        log.info("provider %d: %d orders settled by %s", provider_id, settled, by)
        flash(f"已结算 {settled} 单。\n{settled} orders are settled.", "done")
    wanted, after = request.form.get("q") or None, request.form.get("after", 0, type=read_row_id) or None
    return redirect(url_for("settlements.index", month=f"{month:%Y-%m}", q=wanted, after=after), 303)


def _before(month: date) -> date:
    return (month - timedelta(days=1)).replace(day=1)


def _month(written: str) -> date | None:
    try:
        return date.fromisoformat(f"{written}-01") if len(written) == len("2026-11") else None
    except ValueError:
        return None
