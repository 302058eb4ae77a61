"""Call audits: what is to be listened to, the score sheet, and what came of it: for supervisors; operators see their own."""

import logging
from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from dispatch.cleaning import clean_words
from models.audits import Audit
from models.calls import Call
from models.operators import Operator
from operator_console.audit_questions import SCORES, questions_for, result
from operator_console.context import facts, parts, signed_in
from operator_console.figure_words import percent
from operator_console.guard import may_go

log = logging.getLogger(__name__)
audits = Blueprint("audits", __name__, url_prefix="/audits")

DONE_SHOWN = 100
NOTE_AT_MOST = 1000


class Row(NamedTuple):
    """One audit as it is listed."""

    audit: Audit
    call: Call
    operator: Operator

    @property
    def share(self) -> str:
        """What was reached."""
        reached = result(self.audit.scores)
        return "–" if reached is None else percent(reached)


@audits.get("")
def index() -> str:
    """What is due, the oldest first; then what is done, and each operator's average."""
    asked = select(Audit, Call, Operator).join(Call, Audit.call_id == Call.id).join(Operator, Audit.operator_id == Operator.id)
    if not may_go("audits.score"):
        asked = asked.where(Audit.operator_id == signed_in().id, Audit.done_at.is_not(None))
    due = facts().execute(asked.where(Audit.done_at.is_(None)).order_by(Audit.month, Audit.operator_id, Audit.place))
    done = facts().execute(asked.where(Audit.done_at.is_not(None)).order_by(Audit.done_at.desc()).limit(DONE_SHOWN))
    held = [Row(*row) for row in done]
    return render_template("audits.html", due=[Row(*row) for row in due], done=held, averages=_averages(held))


@audits.get("/<int:audit_id>")
def show(audit_id: int) -> str:
    """One sheet."""
    return render_template("audit.html", **_sheet(_row(audit_id)))


@audits.post("/<int:audit_id>")
def score(audit_id: int) -> ResponseReturnValue:
    """Keep a sheet that is wholly filled in; whoever scored last stands on it. Nobody scores their own call."""
    row = _row(audit_id)
    if row.audit.operator_id == signed_in().id:
        abort(403)
    questions = questions_for(emergency=row.audit.emergency)
    given = {key: request.form.get(key, "") for key in questions}
    allowed = {str(one): one for one in SCORES}
    note = clean_words(request.form.get("note", ""), NOTE_AT_MOST)
    if missing := {key for key, value in given.items() if value not in allowed}:
        page = render_template("audit.html", **_sheet(row) | {"given": given, "note": note, "missing": missing})
        return page, 400
    row.audit.scores = {key: allowed[value] for key, value in given.items()}
    row.audit.note, row.audit.done_at, row.audit.done_by = note, parts().clock(), signed_in().id
    facts().commit()
    log.info("audit %d scored by operator %d", audit_id, signed_in().id)
    flash("评分已记下。\nThe sheet is kept.", "done")
    return redirect(url_for("audits.index"), 303)


def _row(audit_id: int) -> Row:
    """The audit; an operator finds only their own that are done."""
    audit = facts().get(Audit, audit_id)
    own = audit is not None and audit.operator_id == signed_in().id and audit.done_at is not None
    if audit is None or not (own or may_go("audits.score")):
        abort(404)
    return Row(audit, facts().get_one(Call, audit.call_id), facts().get_one(Operator, audit.operator_id))


def _sheet(row: Row) -> dict[str, Any]:
    by = facts().get(Operator, row.audit.done_by) if row.audit.done_by else None
    return {
        "row": row,
        "questions": questions_for(emergency=row.audit.emergency),
        "scores": SCORES,
        "given": {key: str(value) for key, value in row.audit.scores.items()},
        "note": row.audit.note,
        "missing": set(),
        "by": by,
        "may_score": may_go("audits.score") and row.audit.operator_id != signed_in().id,
    }


def _averages(done: Iterable[Row]) -> list[tuple[str, int, str]]:
    """Each operator's name, how many sheets, and the mean of what was reached in those shown."""
    reached: defaultdict[str, list[float]] = defaultdict(list)
    for row in done:
        reached[row.operator.name].append(result(row.audit.scores) or 0.0)
    return [(name, len(all_), percent(sum(all_) / len(all_))) for name, all_ in sorted(reached.items())]
