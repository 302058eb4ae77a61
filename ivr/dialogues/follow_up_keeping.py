"""What is told in a follow-up call, and writing it down."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from dispatch.follow_ups.asking import leave_to_a_person
from dispatch.follow_ups.recording import record_follow_up
from ivr.conversation import Conversation
from ivr.dialogues.desk import Desk
from ivr.understanding.meaning import Understanding
from ivr.understanding.pinyin import syllables

# Who gives no more is asked what was wrong, and what they say is a complaint.
NOT_SATISFIED = 2
# A bad mark in so many words says why: 不满意，他晚来了两个钟头.
AT_LENGTH_SYLLABLES = 8
SAID_BY = "resident"


@dataclass
class Told:
    """What the resident has said of the work so far."""

    was_done: bool | None = None
    score: int | None = None
    words: list[str] = field(default_factory=list)
    complaint: str = ""
    complained: bool = False  # it is kept as sound, whatever was recognised of it

    @property
    def is_bad(self) -> bool:
        """Whether something was wrong."""
        return self.was_done is False or (self.score is not None and self.score <= NOT_SATISFIED)

    @property
    def complains(self) -> bool:
        """Whether they have said what was wrong, when they were asked or before."""
        at_length = any(len(syllables(said)) >= AT_LENGTH_SYLLABLES for said in self.words)
        return self.is_bad and (self.complained or at_length or not self.was_done)


@dataclass
class FollowUpVisit:
    """One attempt at a follow-up: what it is about, the understanding of care calls, and what was told in it."""

    follow_up_id: int
    service: str
    understanding: Understanding
    told: Told = field(default_factory=Told)


async def keep(talk: Conversation, desk: Desk, visit: FollowUpVisit) -> None:
    """Write down what is known now."""
    told = visit.told
    await talk.do(
        record_follow_up,
        desk.queue,
        visit.follow_up_id,
        was_done=bool(told.was_done),
        score=told.score,
        words="；".join(said for said in (*told.words, told.complaint) if said),
        call_id=talk.call_id,
        by=SAID_BY,
        now=talk.now,
        complains=told.complains,
    )


async def leave(talk: Conversation, visit: FollowUpVisit) -> None:
    """Have a person ask."""
    await talk.do(_leave, visit.follow_up_id, visit.told.was_done, talk.now)


def _leave(session: Session, follow_up_id: int, was_done: bool | None, now: datetime) -> None:
    leave_to_a_person(session, follow_up_id, now, was_done=was_done)
    session.commit()
