"""An SMS that came in: kept, read as a provider's answer, carried out, and answered in turn."""

import logging
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from dispatch.cleaning import clean_words
from dispatch.meaning import carry_out
from dispatch.opting import choose, read_choice
from dispatch.outbox import nudge_messages, write_message
from dispatch.progress import Reply, follow
from dispatch.providers.confirming import answer_confirmation
from dispatch.queue import JobQueue
from dispatch.reading import read_answer
from dispatch.texts import SIGNATURE, text
from dispatch.troubles import note_trouble
from models.database import SessionMaker
from models.messages import Direction, Message, MessageStatus
from models.phones import mask_number, normalise_number
from models.providers import Provider, Worker
from models.residents import residents_by_number
from models.settings import Gateway, Settings

log = logging.getLogger(__name__)

BODY_AT_MOST = 1600  # the longest SMS that Twilio hands over
_NUMBER_AT_MOST = 40
# A machine that answers every SMS would otherwise talk with us for ever.
HELP_AT_MOST = 3
HELP_PERIOD = timedelta(hours=1)
# Whoever has just kept a message acts on it at once.
_LEFT_ALONE = timedelta(seconds=10)


def receive_message(
    session: Session,
    queue: JobQueue,
    settings: Settings,
    *,
    number: str,
    body: str,
    gateway_ref: str | None,
    now: datetime,
    gateway: str = Gateway.DEMO.value,
) -> Message:
    """Keep an SMS that came in by `gateway` and commit; then do what it says, answer it, commit and nudge.

    `number` may be written in any form. A message that comes again (the same `gateway_ref`) is returned as it was kept, and
    nothing is done. One that cannot be acted upon stays kept, for most gateways hand nothing over twice, and is acted upon
    by a later round of the sweep.
    """
    sender = normalise_number(number)
    incoming = Message(
        direction=Direction.IN,
        number=sender or clean_words(number, _NUMBER_AT_MOST),
        body=clean_words(body, BODY_AT_MOST),
        status=MessageStatus.RECEIVED,
        gateway=gateway,
        gateway_ref=gateway_ref or None,
        created_at=now,
        updated_at=now,
    )
    session.add(incoming)
    try:
        session.commit()
    except IntegrityError:
        session.rollback()
        known = (Message.gateway == gateway, Message.gateway_ref == gateway_ref)
        return session.scalars(select(Message).where(*known)).one()
    try:
        act_on_message(session, queue, settings, incoming.id, now)
    except Exception:
        log.exception("message %s is kept, and not acted upon yet", incoming.id)
        session.rollback()
    return incoming


def act_on_message(session: Session, queue: JobQueue, settings: Settings, message_id: int, now: datetime) -> None:
    """Do what a kept SMS says, if nobody has done so, and answer it; commits, then nudges."""
    # Whoever else would act on it waits here, and then finds nothing to do.
    mine = update(Message).where(Message.id == message_id, Message.acted_at.is_(None)).values(acted_at=now)
    incoming = session.scalar(mine.returning(Message))
    if incoming is None:
        session.rollback()
        return
    sender = normalise_number(incoming.number)
    reply = _act(session, settings, incoming, sender, now)
    incoming.order_id, incoming.offer_id = reply.order_id, reply.offer_id
    told = _answer(session, settings, sender, reply, now)
    session.commit()
    log.info("message %s from %s: %s, order %s", incoming.id, mask_number(sender), reply.meant, reply.order_id)
    nudge_messages(queue, told)
    follow(queue, reply, now)


def act_on_kept_messages(settings: Settings, sessions: SessionMaker, queue: JobQueue, now: datetime) -> None:
    """Act on the SMS that were kept while something failed, each by itself; one of the sweep's rounds."""
    kept = select(Message.id).where(Message.direction == Direction.IN, Message.acted_at.is_(None)).order_by(Message.id)
    with sessions() as session:
        waiting = list(session.scalars(kept.where(Message.created_at <= now - _LEFT_ALONE)))
    for message_id in waiting:
        try:
            with sessions() as session:
                act_on_message(session, queue, settings, message_id, now)
        except Exception as fault:
            log.exception("message %s cannot be acted upon", message_id)
            note_trouble(sessions, "act_on_message", message_id, fault, now)


def _act(session: Session, settings: Settings, incoming: Message, sender: str, now: datetime) -> Reply:
    if sender and (choice := read_choice(incoming.body)):
        choose(session, sender, choice, now)
        return Reply("", f"sms_opted_{choice}")
    provider, worker_id = who_writes(session, sender)
    if provider is None:
        return Reply("", "sms_from_resident" if residents_by_number(session, sender) else "sms_unknown_number")
    # Only the firm itself is asked about its data.
    about_data = None if worker_id else answer_confirmation(session, settings, provider, incoming.body, now)
    if about_data:
        return about_data
    answer = read_answer(incoming.body)
    if answer is None:
        return Reply("", "sms_not_understood")
    return carry_out(session, settings, provider, answer, now, worker_id=worker_id)


def who_writes(session: Session, sender: str) -> tuple[Provider | None, int | None]:
    """The provider whose number it is; else the one whose worker's it is, and the worker."""
    if not sender:
        return None, None
    if provider := session.scalar(select(Provider).where(Provider.number == sender)):
        return provider, None
    theirs = select(Worker).join(Worker.provider).where(Worker.number == sender, Worker.active, Provider.active)
    worker = session.scalar(theirs.order_by(Provider.id, Worker.id).limit(1))
    return (worker.provider, worker.id) if worker else (None, None)


def _answer(session: Session, settings: Settings, sender: str, reply: Reply, now: datetime) -> list[Message]:
    if not sender:
        return []
    if reply.order_id is None and _helped_lately(session, sender, now) >= HELP_AT_MOST:
        log.warning("%s: answered %s times already, no more for now", mask_number(sender), HELP_AT_MOST)
        return []
    provider, _ = who_writes(session, sender)
    language = provider.language if provider else "zh"
    if reply.words:
        words, template = SIGNATURE[language] + reply.words, f"reply_{reply.meant}"
    else:
        words, template = text(reply.meant, language, hotline=settings.hotline_number), reply.meant
    return [write_message(session, sender, words, now, order_id=reply.order_id, template=template)]


def _helped_lately(session: Session, number: str, now: datetime) -> int:
    """How many answers that concern no order went to this number of late."""
    helped = (Message.direction == Direction.OUT, Message.number == number, Message.order_id.is_(None))
    return session.scalar(select(func.count()).where(*helped, Message.created_at > now - HELP_PERIOD)) or 0
