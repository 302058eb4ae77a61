"""What a provider says about an offer, carried out under the order's lock: accept, refuse, on the way, arrived, completed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from dispatch.cleaning import clean_words
from dispatch.codes import free_code, visit_code
from dispatch.credit_changes import change_credit
from dispatch.follow_ups.asking import after_completion
from dispatch.links import link_for
from dispatch.money import set_price
from dispatch.offers import close_offer, lock_offer, open_offers
from dispatch.outbound.asking import nudge_calls
from dispatch.outbox import nudge_messages, write_message
from dispatch.queue import Job, JobQueue
from dispatch.reading import Verb
from dispatch.telling import tell_resident
from dispatch.texts import text, unsigned
from dispatch.withdrawing import drop_calls, give_back, withdraw
from dispatch.wording import accepted_words
from models.messages import Message
from models.orders import TRANSITIONS, Offer, OfferStatus, Order, OrderStatus
from models.outbound_calls import OutboundCall
from models.providers import CreditReason
from models.settings import Settings

BECAUSE_AT_MOST = 200
_TOO_LATE = (OfferStatus.EXPIRED, OfferStatus.WITHDRAWN)
_STILL_WANTED = (OrderStatus.PLACED, OrderStatus.OFFERED, OrderStatus.UNFILLED)
AT_WORK = (OrderStatus.ACCEPTED, OrderStatus.ON_THE_WAY, OrderStatus.ARRIVED)
NOT_YET_THERE = (OrderStatus.ACCEPTED, OrderStatus.ON_THE_WAY)


class Outcome(StrEnum):
    """What came of it; each has a text reply_<value>. The first six are what was wanted, now or already before."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    GIVEN_BACK = "given_back"
    ON_THE_WAY = "on_the_way"
    ARRIVED = "arrived"
    COMPLETED = "completed"
    ACCEPT_FIRST = "accept_first"
    AT_THE_DOOR = "at_the_door"  # too late to give it back
    FURTHER_ON = "further_on"  # more has been reported already
    CANCELLED = "cancelled"
    TOO_LATE = "too_late"
    REFUSED_BEFORE = "refused_before"
    TAKEN = "taken"
    NO_SUCH_ORDER = "no_such_order"
    NONE_WAITS = "none_waits"
    WHICH_ORDER = "which_order"


@dataclass(frozen=True)
class Reply:
    """What came of what a provider said, and what `follow` is to nudge after the commit.

    `words` are for the provider, unsigned; `meant` is an Outcome, or for an SMS that is no answer a word for the log.
    """

    words: str
    meant: str
    order_id: int | None = None
    offer_id: int | None = None
    offer_again: bool = False
    messages: list[Message] = field(default_factory=list)
    calls: list[OutboundCall] = field(default_factory=list)


@dataclass
class _Said:
    """One thing said about one offer, and what follows from it."""

    session: Session
    settings: Settings
    offer: Offer
    now: datetime
    by: str
    because: str
    worker_id: int | None
    offer_again: bool = False
    messages: list[Message] = field(default_factory=list)
    calls: list[OutboundCall] = field(default_factory=list)

    @property
    def order(self) -> Order:
        return self.offer.order


def act(
    session: Session,
    settings: Settings,
    offer_id: int,
    verb: Verb,
    now: datetime,
    *,
    by: str = "provider",
    because: str = "",
    worker_id: int | None = None,
    in_writing: bool = False,
) -> Reply:
    """Do what was said about an offer, under its order's lock; nothing that may be said raises, however often or late.

    `because` is why it is refused, in the provider's words; `worker_id` who goes. `in_writing` sends the provider the words of an
    acceptance, and a link to the page, by SMS too: for one that was spoken. The caller commits, then calls `follow`.
    """
    offer = lock_offer(session, offer_id)
    said = _Said(session, settings, offer, now, by, clean_words(because, BECAUSE_AT_MOST), worker_id)
    outcome = _ACTIONS[verb](said)
    words = _words(outcome, offer, settings)
    if in_writing and outcome is Outcome.ACCEPTED:
        link = link_for(session, settings, offer, now)  # who was never written to has none
        page = unsigned("offer_link", offer.provider.language, link=link) if link else ""
        signed = text("reply", offer.provider.language, words=words + page)
        said.messages.append(write_message(session, offer.provider.number, signed, now, order_id=offer.order_id))
    return Reply(words, outcome, offer.order_id, offer.id, said.offer_again, said.messages, said.calls)


def follow(queue: JobQueue, reply: Reply, now: datetime) -> None:
    """Nudge whatever follows from what was said; call it after the commit. What is lost on the way the sweep finds."""
    nudge_messages(queue, reply.messages)
    nudge_calls(queue, reply.calls, now)
    if reply.offer_again and reply.order_id:
        queue.nudge(Job.OFFER_ORDER, reply.order_id)


def _accept(said: _Said) -> Outcome:
    offer, order = said.offer, said.order
    if offer.status is OfferStatus.OPEN:
        _win(said)
        return Outcome.ACCEPTED
    if _has_it(offer) and order.status in AT_WORK:
        order.worker_id = said.worker_id or order.worker_id
        return Outcome.ACCEPTED
    if _is_late_but_wanted(offer):
        order.record("accepted_too_late", said.now, said.by, provider=offer.provider.name, offer=offer.id)
        if _is_nobodys(said.session, offer, said.now):
            _reopen(said)
            _win(said)
            return Outcome.ACCEPTED
    return _why_over(offer)


def is_welcome_late(session: Session, offer: Offer, now: datetime) -> bool:
    """Whether a yes to an offer that is over would still be taken now."""
    return _is_late_but_wanted(offer) and _is_nobodys(session, offer, now)


def _is_late_but_wanted(offer: Offer) -> bool:
    """Whoever had it taken back by a person has answered once, and does not get it again by answering twice."""
    unanswered = offer.answered_at is None and offer.outdated_at is None
    return offer.status in _TOO_LATE and unanswered and offer.order.status in _STILL_WANTED


def _is_nobodys(session: Session, offer: Offer, now: datetime) -> bool:
    """Whether nobody else is being asked, so that who comes too late is still welcome."""
    provider, order = offer.provider, offer.order
    able = provider.active and provider.frozen_at is None
    return able and order.ends_at > now and not open_offers(session, order.id)


def _reopen(said: _Said) -> None:
    offer, order, now = said.offer, said.order, said.now
    if order.status is OrderStatus.UNFILLED:
        order.code = free_code(said.session, order.code)  # another order may have it by now
        order.move(OrderStatus.PLACED, now, said.by)
    if order.status is OrderStatus.PLACED:
        order.move(OrderStatus.OFFERED, now, said.by, provider=offer.provider.name, offer=offer.id)


def _win(said: _Said) -> None:
    session, offer, order, now = said.session, said.offer, said.order, said.now
    close_offer(offer, OfferStatus.ACCEPTED, now, said.by, "offer_accepted")
    said.messages += withdraw(session, open_offers(session, order.id), now, "dispatch")
    order.provider_id, order.worker_id = offer.provider_id, said.worker_id or offer.worker_id
    planned = order.planned_visit
    order.visit_at = planned.visit_at if planned and planned.provider_id == offer.provider_id else None
    order.visit_code, order.delay_told_at = order.visit_code or visit_code(), None
    set_price(order, offer.provider)
    order.move(OrderStatus.ACCEPTED, now, said.by, provider=offer.provider.name, offer=offer.id)
    session.flush()
    session.refresh(order, ["provider", "worker"])
    said.messages += tell_resident(session, said.settings, order, "resident_accepted", now)


def _refuse(said: _Said) -> Outcome:
    session, offer, order, now = said.session, said.offer, said.order, said.now
    if offer.status is OfferStatus.OPEN:
        offer.refused_because = said.because
        close_offer(offer, OfferStatus.REFUSED, now, said.by, "refused")
        drop_calls(session, [offer], now)
        said.offer_again = True
        return Outcome.REFUSED
    if _has_it(offer) and order.status in NOT_YET_THERE:
        offer.refused_because = said.because
        give_back(session, offer, OfferStatus.REFUSED, now, said.by)
        change_credit(session, offer.provider_id, CreditReason.GIVEN_BACK, now, order_id=order.id)
        said.messages += tell_resident(session, said.settings, order, "resident_given_back", now)
        said.offer_again = True
        return Outcome.GIVEN_BACK
    if _has_it(offer) and order.status is OrderStatus.ARRIVED:
        return Outcome.AT_THE_DOOR
    return _why_over(offer)


def _report(status: OrderStatus, outcome: Outcome) -> Callable[[_Said], Outcome]:
    def report(said: _Said) -> Outcome:
        offer, order = said.offer, said.order
        if offer.status is OfferStatus.OPEN:
            return Outcome.ACCEPT_FIRST
        if not _has_it(offer):
            return _why_over(offer)
        if status in TRANSITIONS[order.status]:
            order.move(status, said.now, said.by, provider=offer.provider.name)
            _follow_report(said, status)
        elif order.status is not status:
            return _why_over(offer)
        return outcome

    return report


def _follow_report(said: _Said, status: OrderStatus) -> None:
    if status is OrderStatus.ON_THE_WAY:
        said.messages += tell_resident(said.session, said.settings, said.order, "resident_on_the_way", said.now)
    elif status is OrderStatus.COMPLETED:
        said.calls += after_completion(said.session, said.settings, said.order, said.now)


def _has_it(offer: Offer) -> bool:
    return offer.status is OfferStatus.ACCEPTED and offer.order.provider_id == offer.provider_id


def _why_over(offer: Offer) -> Outcome:
    """Why nothing was done: what the provider sees of an order that does not wait for this answer."""
    if offer.order.status is OrderStatus.CANCELLED:
        return Outcome.CANCELLED
    if _has_it(offer):
        return Outcome.FURTHER_ON
    return {OfferStatus.EXPIRED: Outcome.TOO_LATE, OfferStatus.REFUSED: Outcome.REFUSED_BEFORE}.get(offer.status, Outcome.TAKEN)


def _words(outcome: Outcome, offer: Offer, settings: Settings) -> str:
    language, order = offer.provider.language, offer.order
    if outcome is Outcome.ACCEPTED:
        return accepted_words(order, settings, language)
    reached = order.status if order.status in AT_WORK else OrderStatus.COMPLETED
    facts = {"code": order.code, "hotline": settings.hotline_number, "status": unsigned(f"status_{reached}", language)}
    return unsigned(f"reply_{outcome}", language, **facts)


_ACTIONS: dict[Verb, Callable[[_Said], Outcome]] = {
    Verb.ACCEPT: _accept,
    Verb.REFUSE: _refuse,
    Verb.ON_THE_WAY: _report(OrderStatus.ON_THE_WAY, Outcome.ON_THE_WAY),
    Verb.ARRIVED: _report(OrderStatus.ARRIVED, Outcome.ARRIVED),
    Verb.COMPLETED: _report(OrderStatus.COMPLETED, Outcome.COMPLETED),
}
