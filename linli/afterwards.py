"""`linli complaints` and `linli late`: what waits for a person after the work, as tables or as one JSON document."""

import click
from sqlalchemy import select

from linli.afterwards_documents import complaint_document, late_document
from linli.facts import site_facts
from linli.listing import as_json_option, clock
from linli.printing import print_json, print_table
from models.follow_ups import Complaint, Supervision
from operator_console.afterwards_words import afterwards

_ALL = click.option("--all", "also_ended", is_flag=True, help="连已经处理的 / also those that were seen to")


@click.command()
@_ALL
@as_json_option
def complaints(*, also_ended: bool, as_json: bool) -> None:
    """投诉 / The complaints that nobody has looked at, the oldest first."""
    query = select(Complaint).order_by(Complaint.id)
    with site_facts() as facts:
        found = facts.session.scalars(query if also_ended else query.where(Complaint.looked_at.is_(None))).all()
        if as_json:
            print_json(complaint_document(complaint, facts.zone) for complaint in found)
            return
        print_table(
            ("编号 id", "时间 at", "单号 code", "服务商 provider", "原话 words", "结论 finding"),
            (
                (
                    complaint.id,
                    clock(complaint.raised_at, facts.zone),
                    complaint.order.code,
                    complaint.provider.name,
                    complaint.words,
                    f"{'成立 upheld' if complaint.upheld else '不成立 not upheld'} {complaint.finding}"
                    if complaint.looked_at
                    else "",
                )
                for complaint in found
            ),
        )


@click.command()
@_ALL
@as_json_option
def late(*, also_ended: bool, as_json: bool) -> None:
    """督办 / What is late about orders, the longest first."""
    query = select(Supervision).order_by(Supervision.id)
    with site_facts() as facts:
        found = facts.session.scalars(query if also_ended else query.where(Supervision.ended_at.is_(None))).all()
        if as_json:
            print_json(late_document(one, facts.zone) for one in found)
            return
        print_table(
            ("编号 id", "什么 what", "单号 code", "居民 resident", "从 since", "到 until", "谁 by"),
            (
                (
                    one.id,
                    f"{afterwards(one.kind).zh} {afterwards(one.kind).en}",
                    one.order.code,
                    one.order.resident.name,
                    clock(one.raised_at, facts.zone),
                    clock(one.ended_at, facts.zone),
                    one.ended_by,
                )
                for one in found
            ),
        )
