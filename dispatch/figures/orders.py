"""What orders came to, by the day on which it happened, and what providers made of their offers."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dispatch.figures.day import Figures, Span, count_of
from models.daily_figures import FigurePart
from models.elapsed import SecondsBetween
from models.follow_ups import OrderFollowUp
from models.orders import Offer, OfferStatus, Order, OrderEvent, OrderStatus
from models.residents import Resident
from models.services import Service

IN_TIME_S = 15 * 60
HAPPENED = {
    OrderStatus.ACCEPTED.value: "accepted",
    OrderStatus.COMPLETED.value: "done",
    OrderStatus.CANCELLED.value: "cancelled",
    OrderStatus.UNFILLED.value: "unfilled",
    "complaint": "complaints",
}
_OF = {
    FigurePart.AREA: Resident.area_id,
    FigurePart.SERVICE: Order.service_id,
    FigurePart.PROVIDER: Order.provider_id,
}
_IN_TIME = (
    select(OrderEvent.id)
    .where(OrderEvent.order_id == Order.id, OrderEvent.happened == OrderStatus.ACCEPTED.value)
    .where(SecondsBetween(Order.placed_at, OrderEvent.at) <= IN_TIME_S)
    .exists()
)


def count_orders(session: Session, span: Span, into: Figures, parts: Collection[FigurePart]) -> None:
    """Orders by area, service and provider, and offers by provider."""
    if of := {part: column for part, column in _OF.items() if part in parts}:
        _count_orders(session, span, into, of)
    if FigurePart.PROVIDER in parts:
        _count_offers(session, span, into)


def _count_orders(session: Session, span: Span, into: Figures, of: Mapping[FigurePart, Any]) -> None:
    columns = tuple(of.values())
    # What waits for its day's plan is to be accepted then, and not at once.
    at_once = Service.planned.is_(False)
    placed = (
        select(*columns, func.count(), count_of(at_once), count_of(at_once & _IN_TIME))
        .select_from(Order)
        .join(Resident, Order.resident_id == Resident.id)
        .join(Service, Order.service_id == Service.id)
        .where(span.holds(Order.placed_at))
    )
    for *ids, orders, could, did in session.execute(placed.group_by(*columns)):
        _add(into, of, ids, {"placed": orders, "at_once": could, "in_15_min": did})
    happened = (
        select(*columns, OrderEvent.happened, func.count(OrderEvent.order_id.distinct()))
        .select_from(OrderEvent)
        .join(Order, OrderEvent.order_id == Order.id)
        .join(Resident, Order.resident_id == Resident.id)
        .where(span.holds(OrderEvent.at), OrderEvent.happened.in_(HAPPENED))
    )
    for *ids, what, orders in session.execute(happened.group_by(*columns, OrderEvent.happened)):
        _add(into, of, ids, {HAPPENED[what]: orders})
    scored = (
        select(*columns, func.count(), func.sum(OrderFollowUp.score))
        .select_from(OrderFollowUp)
        .join(Order, OrderFollowUp.order_id == Order.id)
        .join(Resident, Order.resident_id == Resident.id)
        .where(span.holds(OrderFollowUp.ended_at), OrderFollowUp.score.is_not(None))
    )
    for *ids, scores, score_sum in session.execute(scored.group_by(*columns)):
        _add(into, of, ids, {"scores": scores, "score_sum": score_sum})


def _count_offers(session: Session, span: Span, into: Figures) -> None:
    offers = {
        "offers": func.count(),
        "offers_accepted": count_of(Offer.status == OfferStatus.ACCEPTED),
        "offers_refused": count_of(Offer.status == OfferStatus.REFUSED),
        "offers_expired": count_of(Offer.status == OfferStatus.EXPIRED),
    }
    made = select(Offer.provider_id, *offers.values()).where(span.holds(Offer.made_at)).group_by(Offer.provider_id)
    for provider_id, *values in session.execute(made):
        into.add(FigurePart.PROVIDER, provider_id, dict(zip(offers, values, strict=True)))


def _add(into: Figures, parts: Iterable[FigurePart], ids: Iterable[int | None], figures: dict[str, Any]) -> None:
    for part, part_id in zip(parts, ids, strict=True):
        if part_id or part is not FigurePart.PROVIDER:
            into.add(part, part_id, figures)
