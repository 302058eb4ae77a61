"""What care calls leave for a person to look after, and what was answered in them."""

import logging
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.cleaning import clean_words
from models.care_calls import CareAnswer, CareAttempt, CareCall, CareConcern, CareTask

log = logging.getLogger(__name__)

WORDS_AT_MOST = 2000
NOTE_AT_MOST = 500


def keep_answer(
    session: Session,
    attempt_id: int,
    *,
    question: str,
    words: str,
    meanings: Sequence[str],
    concerns: Sequence[CareConcern],
    now: datetime,
) -> None:
    """Write an answer down with a task for each concern in it, and commit: who hangs up next has still been heard."""
    attempt = session.get_one(CareAttempt, attempt_id)
    said = clean_words(words, WORDS_AT_MOST)
    care_call = attempt.care_call
    session.add(CareAnswer(care_call=care_call, question=question, words=said, meanings=list(meanings), at=now))
    for concern in concerns:
        raise_task(session, care_call, concern, now, words=said, call_id=attempt.call_id)
    session.commit()


def raise_task(
    session: Session, care_call: CareCall, concern: CareConcern, now: datetime, *, words: str = "", call_id: int | None = None
) -> None:
    """Have a person look after something; one task a call and concern, which gains what is said later. The caller commits."""
    asked = select(CareTask).where(CareTask.care_call_id == care_call.id, CareTask.concern == concern)
    task = session.scalar(asked)
    if task is None:
        session.add(CareTask(care_call=care_call, concern=concern, words=words, call_id=call_id, raised_at=now))
        log.warning("care call %s: %s, for a person", care_call.id, concern)
    elif words and words not in task.words:
        task.words = clean_words(f"{task.words}；{words}" if task.words else words, WORDS_AT_MOST)


def take_task(session: Session, task_id: int, by: str, now: datetime) -> CareTask | None:
    """Note who sees to it, and commit; who was first stays. None for a task that is not there."""
    task = session.get(CareTask, task_id, with_for_update=True)
    if task is not None and not task.taken_by and task.done_at is None:
        task.taken_by, task.taken_at = by, now
        session.commit()
    return task


def finish_task(session: Session, task_id: int, by: str, note: str, now: datetime) -> bool:
    """Note that a person has looked after it, and commit; who was first stays. False for a task that is not there."""
    task = session.get(CareTask, task_id)
    if task is None:
        return False
    if task.done_at is None:
        task.done_at, task.done_by, task.note = now, by, clean_words(note, NOTE_AT_MOST)
        session.commit()
    return True
