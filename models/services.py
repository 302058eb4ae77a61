"""The service catalogue: what can be ordered, and how people ask for it."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, undefer_group

from models.base import Base


class Service(Base):
    """One entry of the catalogue. A new service is a new row; no code knows a service by name."""

    __tablename__ = "services"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    name_en: Mapped[str]
    # What people say when they mean it (words and short phrases), and whole sentences that ask for it, to learn from: much text,
    # which is read when it is looked at, and with WITH_WORDS for many services at once.
    spoken: Mapped[list[str]] = mapped_column(JSON, deferred=True, deferred_group="words")
    examples: Mapped[list[str]] = mapped_column(JSON, default=list, deferred=True, deferred_group="words")
    # What is asked beside the time, or {}: {"kind": "count" or "words", "about", "zh", "zh_again", "en", "en_again", "said"}.
    # `about` is a count's unit (份) or what the words are for (要买的); `said` a pattern of words that answer it unasked.
    question: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    skill: Mapped[str] = mapped_column(index=True)  # what a provider must be able to do
    price_yuan: Mapped[int | None]  # None: agreed at the door
    unit: Mapped[str]  # 次, 小时, 份
    lead_time_min: Mapped[int]  # the soonest a provider can be there
    urgent: Mapped[bool] = mapped_column(default=False)  # a provider must answer the offer fast
    offered_at_once: Mapped[int] = mapped_column(default=1)  # to how many providers an order is shown at the same time
    volunteers_first: Mapped[bool] = mapped_column(default=False)
    worker_gender: Mapped[str] = mapped_column(default="")  # female, male, same (as the resident's), or "" for anybody
    duration_min: Mapped[int] = mapped_column(default=60)  # how long a visit takes
    planned: Mapped[bool] = mapped_column(default=False)  # for a later day it waits for that day's plan, made the day before
    subsidy_percent: Mapped[int] = mapped_column(default=0)  # of the price, paid by the community
    active: Mapped[bool] = mapped_column(default=True)


WITH_WORDS = undefer_group("words")


class ServiceEvent(Base):
    """One line of the history of a service: added, changed, switched off or on; never changed, never deleted."""

    __tablename__ = "service_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("services.id"), index=True)
    happened: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[str]  # an operator's login, or cli
    note: Mapped[str] = mapped_column(default="")
