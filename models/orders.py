"""Orders: one request for a service, from placed to settled, with a history that only grows."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint, event, text
from sqlalchemy.orm import Mapped, Mapper, mapped_column, relationship

from models.base import Base, utc_now
from models.providers import Provider, Worker
from models.repeats import Repeat
from models.residents import Resident
from models.services import Service

if TYPE_CHECKING:
    from models.plans import PlannedVisit


class OrderStatus(StrEnum):
    """Where an order stands."""

    PLACED = "placed"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    ON_THE_WAY = "on_the_way"
    ARRIVED = "arrived"
    COMPLETED = "completed"
    CONFIRMED = "confirmed"
    SETTLED = "settled"
    UNFILLED = "unfilled"
    CANCELLED = "cancelled"
    DISPUTED = "disputed"


_S = OrderStatus
TRANSITIONS: dict[OrderStatus, frozenset[OrderStatus]] = {
    _S.PLACED: frozenset({_S.OFFERED, _S.UNFILLED, _S.CANCELLED}),
    _S.OFFERED: frozenset({_S.PLACED, _S.ACCEPTED, _S.UNFILLED, _S.CANCELLED}),
    _S.ACCEPTED: frozenset({_S.PLACED, _S.ON_THE_WAY, _S.ARRIVED, _S.COMPLETED, _S.CANCELLED}),
    _S.ON_THE_WAY: frozenset({_S.PLACED, _S.ARRIVED, _S.COMPLETED, _S.CANCELLED}),
    _S.ARRIVED: frozenset({_S.COMPLETED, _S.CANCELLED, _S.DISPUTED}),
    _S.COMPLETED: frozenset({_S.CONFIRMED, _S.DISPUTED}),
    _S.CONFIRMED: frozenset({_S.SETTLED, _S.DISPUTED}),
    _S.UNFILLED: frozenset({_S.PLACED, _S.CANCELLED}),
    _S.DISPUTED: frozenset({_S.CONFIRMED, _S.SETTLED, _S.CANCELLED}),
    _S.SETTLED: frozenset(),
    _S.CANCELLED: frozenset(),
}
TO_BE_DONE = (_S.PLACED, _S.OFFERED, _S.ACCEPTED, _S.ON_THE_WAY, _S.ARRIVED)
_OPEN = "status IN ({})".format(", ".join(f"'{status.value}'" for status in TO_BE_DONE))


class IllegalTransition(Exception):
    """An order was asked to go where TRANSITIONS does not lead."""


class Order(Base):
    """One request for a service. Its status changes only through `move`."""

    __tablename__ = "orders"
    __table_args__ = (
        # Providers answer an SMS with this code, so it is unique among the orders whose work is still to be done.
        Index("uq_orders_open_code", "code", unique=True, sqlite_where=text(_OPEN), postgresql_where=text(_OPEN)),
        # A repeating order places one order a day, whoever races.
        Index("uq_orders_repeat", "repeat_id", "repeat_on", unique=True),
        # One form of an operator's places one order, however often it is sent.
        Index("uq_orders_form_key", "form_key", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]  # four digits
    resident_id: Mapped[int] = mapped_column(ForeignKey("residents.id"), index=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("services.id"), index=True)
    call_id: Mapped[int | None] = mapped_column(ForeignKey("calls.id"), index=True)
    starts_at: Mapped[datetime]  # the span in which the resident wants it
    ends_at: Mapped[datetime] = mapped_column(index=True)
    when_words: Mapped[str]  # the span as it was read back
    words: Mapped[str] = mapped_column(default="")  # what the resident said, as recognised
    note: Mapped[str] = mapped_column(default="")
    status: Mapped[OrderStatus] = mapped_column(default=OrderStatus.PLACED, index=True)
    details: Mapped[dict[str, str | int]] = mapped_column(JSON, default=dict)  # answers to the service's own question
    provider_id: Mapped[int | None] = mapped_column(ForeignKey("providers.id"), index=True)
    worker_id: Mapped[int | None] = mapped_column(ForeignKey("workers.id"))  # who goes, where that is known
    placed_at: Mapped[datetime] = mapped_column(default=utc_now, index=True)
    visit_at: Mapped[datetime | None]  # when the day's plan or the provider says the visit begins, within the span
    visit_code: Mapped[str] = mapped_column(default="")  # four digits that the resident says when the work is done
    asked_again: Mapped[int] = mapped_column(default=0)  # how often a person has had it offered anew
    delay_told_at: Mapped[datetime | None]  # when the resident was told that it takes longer
    repeat_id: Mapped[int | None] = mapped_column(ForeignKey("repeats.id"), index=True)
    repeat_on: Mapped[date | None]  # the day of the repeating order that this one is for
    form_key: Mapped[str | None]  # which of an operator's forms placed it
    # Money in fen; None until it is known. owed = price - subsidy, what the resident pays.
    price_fen: Mapped[int | None]
    subsidy_fen: Mapped[int | None]
    owed_fen: Mapped[int | None]

    resident: Mapped[Resident] = relationship()
    service: Mapped[Service] = relationship()
    provider: Mapped[Provider | None] = relationship()
    worker: Mapped[Worker | None] = relationship()
    repeat: Mapped[Repeat | None] = relationship()
    planned_visit: Mapped[PlannedVisit | None] = relationship(viewonly=True)  # what the day's plan says
    history: Mapped[list[OrderEvent]] = relationship(back_populates="order", order_by="OrderEvent.id")

    @property
    def details_in_words(self) -> str:
        """The answers to the service's own question, fit for an SMS: 2份; 要买的：一袋米."""
        told = (f"{value}{about}" if isinstance(value, int) else f"{about}：{value}" for about, value in self.details.items())
        return "，".join(told)

    def move(self, status: OrderStatus, at: datetime, by: str, **details: str | int) -> None:
        """Go to `status` and write the history's next line; raise `IllegalTransition` where the table forbids it.

        `by` names who did it: resident, provider, operator, dispatch. The caller commits.
        """
        if status not in TRANSITIONS[self.status]:
            raise IllegalTransition(f"order {self.id}: {self.status} → {status}")
        self.status = status
        self.record(status.value, at, by, **details)

    def record(self, happened: str, at: datetime, by: str, **details: str | int) -> None:
        """Write the history's next line without a change of status (an offer refused, a note taken)."""
        self.history.append(OrderEvent(happened=happened, at=at, by=by, details=details))


class OrderEvent(Base):
    """One line of an order's history; never changed, never deleted."""

    __tablename__ = "order_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), index=True)
    happened: Mapped[str]
    at: Mapped[datetime] = mapped_column(index=True)
    by: Mapped[str]
    details: Mapped[dict[str, str | int]] = mapped_column(JSON)

    order: Mapped[Order] = relationship(back_populates="history")


@event.listens_for(OrderEvent, "before_update")
@event.listens_for(OrderEvent, "before_delete")
def _history_only_grows(mapper: Mapper[OrderEvent], connection: object, line: OrderEvent) -> None:
    raise IllegalTransition(f"the history of order {line.order_id} cannot be changed")


class OfferStatus(StrEnum):
    """What became of an offer."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


_WON = f"status = '{OfferStatus.ACCEPTED.value}'"


class OfferWay(StrEnum):
    """How a provider was asked last."""

    SMS = "sms"
    CALL = "call"
    PLAN = "plan"  # as part of a day's plan, by SMS
    PERSON = "person"  # by an operator, who spoke with the provider


class Offer(Base):
    """One order shown to one provider; a provider is shown an order once."""

    __tablename__ = "offers"
    __table_args__ = (
        UniqueConstraint("order_id", "provider_id"),
        # An order has one winner, whoever races.
        Index("uq_offers_won", "order_id", unique=True, sqlite_where=text(_WON), postgresql_where=text(_WON)),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))
    provider_id: Mapped[int] = mapped_column(ForeignKey("providers.id"), index=True)
    status: Mapped[OfferStatus] = mapped_column(default=OfferStatus.OPEN, index=True)
    way: Mapped[OfferWay] = mapped_column(default=OfferWay.SMS)
    worker_id: Mapped[int | None] = mapped_column(ForeignKey("workers.id"))  # who would go, where that is known
    made_at: Mapped[datetime] = mapped_column(index=True)
    expires_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    outdated_at: Mapped[datetime | None]  # when the order was changed so that what was shown holds no more: it may be shown anew
    refused_because: Mapped[str] = mapped_column(default="")  # in the provider's words
    reasons: Mapped[dict[str, Any]] = mapped_column(JSON)  # what the ranking saw, and what would have made another first

    order: Mapped[Order] = relationship()
    provider: Mapped[Provider] = relationship()
    worker: Mapped[Worker | None] = relationship()
