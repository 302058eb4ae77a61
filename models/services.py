"""The service catalogue: what can be ordered, and how people ask for it."""

from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class Service(Base):
    """One entry of the catalogue. A new service is a new row; no code knows a service by name."""

    __tablename__ = "services"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    name_en: Mapped[str]
    spoken: Mapped[list[str]] = mapped_column(JSON)  # what people say when they mean it: words and short phrases
    examples: Mapped[list[str]] = mapped_column(JSON, default=list)  # whole sentences that ask for it, to learn from
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
