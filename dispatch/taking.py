"""Taking an order by hand: placed, and at once offered to whom the operator chose, or given to who agreed by telephone."""

import logging
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.assigning import give_order
from dispatch.offering import offer_to
from dispatch.outbox import nudge_messages
from dispatch.placing import FormPlaced, OrderRequest, write_order
from dispatch.progress import Reply, follow
from dispatch.queue import Job, JobQueue
from dispatch.ranking import Ranked
from models.messages import Message
from models.orders import Order
from models.settings import Settings

log = logging.getLogger(__name__)


def take_order(
    session: Session,
    queue: JobQueue,
    settings: Settings,
    request: OrderRequest,
    now: datetime,
    *,
    ask: Sequence[int] = (),
    give_to: int | None = None,
    ranked: Sequence[Ranked] = (),
) -> Order:
    """Place an order and, in the same commit, show it to the providers in `ask` or give it to `give_to`; then nudge.

    Without either it is offered in the ordinary way, as it is when those that were chosen do not want it; `ranked` tells why
    those chosen are good. A form that is sent twice places one order, which is returned. Raises `InvalidOrder`, and
    NoResultFound for a provider that is not there.
    """
    if known := order_of_form(session, request.form_key):
        return known
    try:
        order = write_order(session, request, now)
    except FormPlaced:  # by the same form, a moment ago
        session.rollback()
        return session.scalars(select(Order).where(Order.form_key == request.form_key)).one()
    known_of = {one.provider_id: one for one in ranked}
    told: list[Message] = []
    reply: Reply | None = None
    if give_to is not None:
        told, reply = give_order(session, settings, order, give_to, now, by="operator")
    for provider_id in () if reply else ask:
        worker_id, reasons = (best.worker_id, best.reasons) if (best := known_of.get(provider_id)) else (None, {})
        told.append(offer_to(session, settings, order, provider_id, now, worker_id=worker_id, reasons=reasons, by="operator"))
    session.commit()
    log.info("order %s: taken by hand in call %s", order.id, request.call_id)
    nudge_messages(queue, told)
    if reply:
        follow(queue, reply, now)
    elif not ask:
        queue.nudge(Job.OFFER_ORDER, order.id)
    return order


def order_of_form(session: Session, form_key: str | None) -> Order | None:
    """What a form has placed already."""
    return session.scalar(select(Order).where(Order.form_key == form_key)) if form_key else None
