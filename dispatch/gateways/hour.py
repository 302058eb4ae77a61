"""What each gateway did in the last hour, for people to look at."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.messages import Direction, GatewayState, Message, MessageStatus
from models.settings import Settings

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class GatewayHour:
    """One gateway: what it has of its whole weight, why, and how the messages fared that it took within the hour."""

    name: str
    kind: str
    whole: int
    weight: int
    reason: str
    changed_at: datetime | None
    taken: int
    delivered: int
    failed: int
    median_s: float | None  # from taken to delivered; None where nothing was delivered
    has_receipts: bool


def gateway_hours(session: Session, settings: Settings, now: datetime) -> list[GatewayHour]:
    """All gateways of the settings."""
    states = {state.name: state for state in session.scalars(select(GatewayState))}
    hours = []
    for name, whole in settings.gateway_shares.items():
        of_late = (Message.direction == Direction.OUT, Message.gateway == name, Message.sent_at > now - HOUR)
        rows = session.execute(select(Message.status, Message.sent_at, Message.delivered_at).where(*of_late)).all()
        took = [(delivered - sent).total_seconds() for _, sent, delivered in rows if sent and delivered]
        state = states.get(name)
        hours.append(
            GatewayHour(
                name=name,
                kind=settings.gateway_kind(name).value,
                whole=whole,
                weight=min(whole, state.weight) if state else whole,
                reason=state.reason if state else "",
                changed_at=state.changed_at if state else None,
                taken=len(rows),
                delivered=len(took),
                failed=sum(status in (MessageStatus.FAILED, MessageStatus.BY_VOICE) for status, _, _ in rows),
                median_s=median(took) if took else None,
                has_receipts=settings.has_receipts(name),
            )
        )
    return hours
