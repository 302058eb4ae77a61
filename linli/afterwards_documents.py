"""What follows the work, as `--json` prints it."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from linli.documents import Document, iso
from models.follow_ups import Complaint, OrderFollowUp, Supervision


def afterwards_documents(session: Session, order_ids: Sequence[int], zone: ZoneInfo) -> dict[int, Document]:
    """The follow-up, the complaints and what was late, by order."""
    found: dict[int, Document] = {id_: {"follow_up": None, "complaints": [], "late": []} for id_ in order_ids}
    for follow_up in session.scalars(select(OrderFollowUp).where(OrderFollowUp.order_id.in_(order_ids))):
        found[follow_up.order_id]["follow_up"] = _follow_up(follow_up, zone)
    for complaint in session.scalars(select(Complaint).where(Complaint.order_id.in_(order_ids)).order_by(Complaint.id)):
        found[complaint.order_id]["complaints"].append(complaint_document(complaint, zone))
    for late in session.scalars(select(Supervision).where(Supervision.order_id.in_(order_ids)).order_by(Supervision.id)):
        found[late.order_id]["late"].append(late_document(late, zone))
    return found


def complaint_document(complaint: Complaint, zone: ZoneInfo) -> Document:
    """One complaint."""
    return {
        "id": complaint.id,
        "order_id": complaint.order_id,
        "provider_id": complaint.provider_id,
        "words": complaint.words,
        "call_id": complaint.call_id,
        "raised_at": iso(complaint.raised_at, zone),
        "raised_by": complaint.raised_by,
        "looked_at": iso(complaint.looked_at, zone),
        "looked_by": complaint.looked_by,
        "upheld": complaint.upheld,
        "finding": complaint.finding,
    }


def late_document(late: Supervision, zone: ZoneInfo) -> Document:
    """One thing that is or was late."""
    return {
        "id": late.id,
        "order_id": late.order_id,
        "kind": late.kind.value,
        "raised_at": iso(late.raised_at, zone),
        "ended_at": iso(late.ended_at, zone),
        "ended_by": late.ended_by,
        "note": late.note,
    }


def _follow_up(follow_up: OrderFollowUp, zone: ZoneInfo) -> Document:
    return {
        "status": follow_up.status.value,
        "due_at": iso(follow_up.due_at, zone),
        "was_done": follow_up.was_done,
        "score": follow_up.score,
        "words": follow_up.words,
        "call_id": follow_up.call_id,
        "ended_at": iso(follow_up.ended_at, zone),
        "by": follow_up.by,
    }
