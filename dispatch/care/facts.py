"""What is known of residents, as care calls are planned from it."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dispatch.care.planning import CareFacts
from models.care_calls import CareCall, CareGroup, CarePlan, CareStatus
from models.care_hours import read_hours
from models.settings import Settings

OPEN = (CareStatus.PLANNED, CareStatus.CALLING)


def care_facts(session: Session, resident_ids: Iterable[int], settings: Settings) -> list[CareFacts]:
    """The facts of these residents, in their order."""
    wanted = list(resident_ids)
    plans = {plan.resident_id: plan for plan in session.scalars(select(CarePlan).where(CarePlan.resident_id.in_(wanted)))}
    held = (
        select(CareCall.resident_id, func.max(CareCall.ended_at))
        .where(CareCall.resident_id.in_(wanted), CareCall.status.in_((CareStatus.HELD, CareStatus.UNREACHED)))
        .group_by(CareCall.resident_id)
    )
    last = dict(session.execute(held).all())
    return [_facts(resident_id, plans.get(resident_id), last.get(resident_id), settings) for resident_id in wanted]


def _facts(resident_id: int, plan: CarePlan | None, last_at: datetime | None, settings: Settings) -> CareFacts:
    if plan is None:
        return CareFacts(resident_id, CareGroup.OTHER, read_hours(settings.care_hours), last_at)
    away = (plan.away_from, plan.away_until) if plan.away_from and plan.away_until else None
    hours = read_hours(plan.hours or settings.care_hours)
    return CareFacts(resident_id, plan.group, hours, last_at, away, plan.discharged_on, plan.changed_on)
