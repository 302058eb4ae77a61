"""Carrying out a provider's answer: accept, refuse, on the way, arrived, completed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from dispatch.offers import close_offer, lock_offer
from dispatch.reading import Answer, Verb
from dispatch.wording import accepted_words
from models.orders import TRANSITIONS, Offer, OfferStatus, Order, OrderStatus
from models.providers import Provider
from models.settings import Settings

_AT_WORK = (OrderStatus.ACCEPTED, OrderStatus.ON_THE_WAY, OrderStatus.ARRIVED)
_NOT_YET_THERE = (OrderStatus.ACCEPTED, OrderStatus.ON_THE_WAY)
_STILL_WANTED = (OrderStatus.PLACED, OrderStatus.OFFERED, OrderStatus.UNFILLED)


@dataclass(frozen=True)
class Reply:
    """What the provider is told, and what else is to be done about the order; `meant` is for the log."""

    words: str
    meant: str
    order_id: int | None = None
    offer_id: int | None = None
    offer_again: bool = False


def carry_out(session: Session, settings: Settings, provider: Provider, answer: Answer, now: datetime) -> Reply:
    """Do what `answer` says, under the order's lock; nothing it may say raises. The caller commits and sends the reply."""
    found = _offers_meant(session, provider, answer)
    if not found:
        words = f"没有找到您的订单{answer.code}，请核对订单号。" if answer.code else "目前没有等您答复的订单，可能已超时。"
        return Reply(words, meant=f"{answer.verb}, no such order")
    if len(found) > 1:
        codes = "、".join(offer.order.code for offer in found)
        return Reply(f"您有{len(found)}个订单（{codes}），请在回复中加上订单号。", meant=f"{answer.verb}, which order")
    offer = lock_offer(session, found[0].id)
    words, offer_again = _ACTIONS[answer.verb](offer, settings, now)
    return Reply(words, answer.verb.value, offer.order_id, offer.id, offer_again)


def _offers_meant(session: Session, provider: Provider, answer: Answer) -> list[Offer]:
    """The offer whose order has the code, the latest if a code was used again; without a code all that wait for this answer."""
    of_provider = select(Offer).join(Order).where(Offer.provider_id == provider.id).order_by(Offer.id.desc())
    if answer.code:
        return list(session.scalars(of_provider.where(Order.code == answer.code).limit(1)))
    return list(session.scalars(of_provider.where(_WAITS_FOR[answer.verb])))


def _accept(offer: Offer, settings: Settings, now: datetime) -> tuple[str, bool]:
    order = offer.order
    if offer.status is OfferStatus.OPEN:
        close_offer(offer, OfferStatus.ACCEPTED, now, "provider", "offer_accepted")
        order.provider_id = offer.provider_id
        order.move(OrderStatus.ACCEPTED, now, "provider", provider=offer.provider.name, offer=offer.id)
        return accepted_words(order, settings), False
    if _has_it(offer) and order.status in _AT_WORK:
        return accepted_words(order, settings), False
    if offer.status is OfferStatus.EXPIRED and order.status in _STILL_WANTED:
        order.record("accepted_too_late", now, "provider", provider=offer.provider.name, offer=offer.id)
    return _why_over(offer), False


def _refuse(offer: Offer, settings: Settings, now: datetime) -> tuple[str, bool]:
    order = offer.order
    if offer.status is OfferStatus.OPEN:
        close_offer(offer, OfferStatus.REFUSED, now, "provider", "refused")
        return f"已记下您不接订单{order.code}，谢谢。", True
    if _has_it(offer) and order.status in _NOT_YET_THERE:
        offer.status, offer.answered_at = OfferStatus.REFUSED, now
        order.provider_id = None
        order.move(OrderStatus.PLACED, now, "provider", reason="given_back", provider=offer.provider.name, offer=offer.id)
        return f"订单{order.code}已退回，我们另找服务商，请不必上门。", True
    if _has_it(offer) and order.status is OrderStatus.ARRIVED:
        return f"您已到达订单{order.code}的居民家。不能完成请拨{settings.hotline_number}。", False
    return _why_over(offer), False


def _report(status: OrderStatus, done: str) -> Callable[[Offer, Settings, datetime], tuple[str, bool]]:
    def report(offer: Offer, settings: Settings, now: datetime) -> tuple[str, bool]:
        order = offer.order
        if offer.status is OfferStatus.OPEN:
            return f"请先接单：回复1 {order.code}。", False
        if not _has_it(offer):
            return _why_over(offer), False
        if status in TRANSITIONS[order.status]:
            order.move(status, now, "provider", provider=offer.provider.name)
        elif order.status is not status:
            return _why_over(offer), False
        return done.format(code=order.code), False

    return report


def _has_it(offer: Offer) -> bool:
    return offer.status is OfferStatus.ACCEPTED and offer.order.provider_id == offer.provider_id


def _why_over(offer: Offer) -> str:
    """Why nothing was done: what the provider sees of an order that does not wait for this answer."""
    code = offer.order.code
    if offer.order.status is OrderStatus.CANCELLED:
        return f"订单{code}已取消，请不必上门。谢谢。"
    if _has_it(offer):
        return f"订单{code}已记录为{_DONE_WORDS.get(offer.order.status, '已完成')}，谢谢。"
    return {
        OfferStatus.EXPIRED: f"订单{code}已过答复时间，已转给其他服务商，请不必上门。谢谢。",
        OfferStatus.REFUSED: f"您已回复不接订单{code}，请不必上门。谢谢。",
    }.get(offer.status, f"订单{code}已收回，请不必上门。谢谢。")


_DONE_WORDS = {OrderStatus.ACCEPTED: "已接单", OrderStatus.ON_THE_WAY: "已出发", OrderStatus.ARRIVED: "已到达"}
_ACTIONS: dict[Verb, Callable[[Offer, Settings, datetime], tuple[str, bool]]] = {
    Verb.ACCEPT: _accept,
    Verb.REFUSE: _refuse,
    Verb.ON_THE_WAY: _report(OrderStatus.ON_THE_WAY, "已记录您出发前往订单{code}。到达回复3 {code}。"),
    Verb.ARRIVED: _report(OrderStatus.ARRIVED, "已记录您到达订单{code}。完成后回复4 {code}。"),
    Verb.COMPLETED: _report(OrderStatus.COMPLETED, "已记录订单{code}完成，辛苦了，谢谢。"),
}
_OPEN = Offer.status == OfferStatus.OPEN


def _in_hand(*statuses: OrderStatus) -> ColumnElement[bool]:
    return and_(Offer.status == OfferStatus.ACCEPTED, Order.provider_id == Offer.provider_id, Order.status.in_(statuses))


_WAITS_FOR: dict[Verb, ColumnElement[bool]] = {
    Verb.ACCEPT: _OPEN,
    Verb.REFUSE: _OPEN,
    Verb.ON_THE_WAY: _in_hand(OrderStatus.ACCEPTED),
    Verb.ARRIVED: _in_hand(*_NOT_YET_THERE),
    Verb.COMPLETED: _in_hand(*_AT_WORK),
}
