"""Which orders wait for a day's plan, and until when."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import and_, select

from models.orders import Order, OrderStatus
from models.plans import PlannedVisit
from models.services import Service
from models.settings import Settings

# Orders that may have to wait, in the database's words: whether one does, and until when, is told by `waits_for_plan`.
MAY_WAIT = and_(
    Order.status == OrderStatus.PLACED,
    Order.asked_again == 0,
    Order.service.has(Service.planned),
    ~select(PlannedVisit.order_id).where(PlannedVisit.order_id == Order.id).exists(),
)


def waits_for_plan(order: Order, settings: Settings, now: datetime) -> datetime | None:
    """When the plan is made that `order` is not to be offered before; None if it is to be offered now.

    Only planned services wait, and only where the order came before its day's plan was due. Nobody waits for ever: a plan that
    is `plan_patience_min` late is waited for no more.
    """
    if not order.service.planned or order.status is not OrderStatus.PLACED or order.asked_again or order.planned_visit:
        return None
    due = plan_due(order.starts_at.astimezone(ZoneInfo(settings.timezone)).date(), settings)
    if order.placed_at >= due or now >= due + timedelta(minutes=settings.plan_patience_min):
        return None
    return due


def plan_due(day: date, settings: Settings) -> datetime:
    """When the plan for `day` is made: on the day before."""
    return datetime.combine(day - timedelta(days=1), settings.plan_at, ZoneInfo(settings.timezone))
