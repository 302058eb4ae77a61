"""How the gateways are, and what of the traffic each is given: measured in the table of messages, kept in gateway_states."""

import logging
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from dispatch.gateways.weights import SLOW_AFTER, SLOW_WINDOW, Speed, Weight, adjust, after_failure
from models.database import SessionMaker
from models.messages import Direction, GatewayState, Message
from models.settings import Settings

log = logging.getLogger(__name__)


def weights_now(session: Session, shares: Mapping[str, int]) -> dict[str, int]:
    """The gateways of `shares`, each with what it has of its whole weight."""
    states = {state.name: state.weight for state in session.scalars(select(GatewayState))}
    return {name: min(whole, states.get(name, whole)) for name, whole in shares.items()}


def note_failure(sessions: SessionMaker, name: str, whole: int, reason: str, now: datetime) -> None:
    """Take weight from a gateway that has just failed; commits."""
    with sessions() as session:
        state = session.get(GatewayState, name, with_for_update=True)
        known = _known(state, whole)
        changed = after_failure(known, reason, now)
        if changed is not known:
            _write(session, state, name, changed, now)


def adjust_gateways(settings: Settings, sessions: SessionMaker, now: datetime) -> None:
    """Take weight from gateways that are slow, and give it back to those that are well again; commits. Run by the sweep."""
    for name, whole in settings.gateway_shares.items():
        with sessions() as session:
            state = session.get(GatewayState, name, with_for_update=True)
            known = _known(state, whole)
            speed = speed_of(session, name, now) if settings.has_receipts(name) else Speed(0, 0)
            changed = adjust(whole, known, speed, now)
            if changed is known:
                continue
            if changed.weight == whole and state:
                session.delete(state)
                session.commit()
                log.info("gateway %s: has its whole weight %s again", name, whole)
            else:
                _write(session, state, name, changed, now)


def speed_of(session: Session, name: str, now: datetime) -> Speed:
    """How fast what the gateway took of late was delivered; what may still come in time is not judged."""
    of_late = (Message.direction == Direction.OUT, Message.gateway == name, Message.sent_at > now - SLOW_WINDOW)
    times = session.execute(select(Message.sent_at, Message.delivered_at).where(*of_late)).all()
    took = [(delivered or now) - sent for sent, delivered in times if sent and (delivered or now - sent > SLOW_AFTER)]
    return Speed(len(took), sum(span > SLOW_AFTER for span in took))


def _known(state: GatewayState | None, whole: int) -> Weight:
    return Weight(min(whole, state.weight), state.changed_at, state.reason) if state else Weight(whole)


def _write(session: Session, state: GatewayState | None, name: str, changed: Weight, now: datetime) -> None:
    if state is None:
        state = GatewayState(name=name)
        session.add(state)
    state.weight, state.changed_at, state.reason = changed.weight, changed.changed_at or now, changed.reason
    try:
        session.commit()
    except IntegrityError:  # another worker saw the same failure first
        session.rollback()
        return
    log.warning("gateway %s: weight %s (%s)", name, changed.weight, changed.reason or "well again")
