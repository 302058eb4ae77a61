"""`linli care`: the care calls, as a table or as one JSON document."""

from typing import Any
from zoneinfo import ZoneInfo

import click
from sqlalchemy import select

from linli.documents import iso
from linli.facts import site_facts
from linli.printing import print_json, print_table
from models.care_calls import CareCall
from operator_console.care_words import cared


@click.command()
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True, help="最多列出多少条 / how many at most")
@click.option("--json", "as_json", is_flag=True, help="标准输出为一个 JSON 文档 / one JSON document on standard output")
def care(*, limit: int, as_json: bool) -> None:
    """关怀电话：安排的、打过的、要跟进的 / Care calls: planned, made, and what is to be looked after."""
    with site_facts() as facts:
        found = facts.session.scalars(select(CareCall).order_by(CareCall.id.desc()).limit(limit)).all()
        if as_json:
            print_json(care_document(care_call, facts.zone) for care_call in found)
            return
        print_table(
            ("编号 id", "居民 resident", "原因 reason", "时间 due", "状态 status", "次数 attempts", "跟进 to do"),
            (
                (
                    care_call.id,
                    care_call.resident.name,
                    _words(care_call.reason),
                    f"{care_call.due_at.astimezone(facts.zone):%m-%d %H:%M}",
                    _words(care_call.status),
                    len(care_call.attempts),
                    "\n".join(f"{_words(task.concern)} “{task.words}”" for task in care_call.tasks if task.done_at is None),
                )
                for care_call in found
            ),
        )


def care_document(care_call: CareCall, zone: ZoneInfo) -> dict[str, Any]:
    """One care call with its attempts, answers and tasks."""
    return {
        "id": care_call.id,
        "resident": {"id": care_call.resident.id, "name": care_call.resident.name},
        "reason": care_call.reason.value,
        "status": care_call.status.value,
        "due_at": iso(care_call.due_at, zone),
        "ended_at": iso(care_call.ended_at, zone),
        "attempts": [
            {
                "id": attempt.id,
                "way": attempt.way,
                "began_at": iso(attempt.began_at, zone),
                "result": attempt.result.value if attempt.result else None,
                "ended_at": iso(attempt.ended_at, zone),
                "call_id": attempt.call_id,
            }
            for attempt in care_call.attempts
        ],
        "answers": [
            {"question": answer.question, "words": answer.words, "meanings": answer.meanings, "at": iso(answer.at, zone)}
            for answer in care_call.answers
        ],
        "tasks": [
            {
                "id": task.id,
                "concern": task.concern.value,
                "words": task.words,
                "raised_at": iso(task.raised_at, zone),
                "call_id": task.call_id,
                "done_at": iso(task.done_at, zone),
                "done_by": task.done_by,
                "note": task.note,
            }
            for task in care_call.tasks
        ],
    }


def _words(of: Any) -> str:
    words = cared(of)
    return f"{words.zh} {words.en}"
