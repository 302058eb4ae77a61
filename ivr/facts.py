"""What is kept of each turn of the caller's: what was heard, what it came to, and when."""

from typing import Any

from audio.recognizers import Hearing
from ivr.judging import Answer
from ivr.turn import Utterance
from ivr.understanding.meaning import Meaning
from ivr.values import value_facts


def facts_of(answer: Answer[Any], turn: Utterance | None) -> dict[str, Any]:
    """A turn as JSON; times are milliseconds since the line was opened."""
    if turn is None:
        return {"silence": True}
    facts: dict[str, Any] = {**turn.times, "passes": answer.passes, "failed": answer.failed, "value": value_facts(answer.value)}
    if answer.heard:
        facts |= _hearing_facts(answer.heard.hearing) | _meaning_facts(answer.heard.meaning)
    return facts


def _meaning_facts(meaning: Meaning) -> dict[str, Any]:
    return {"intent": meaning.intent, "share": round(meaning.share, 3), "decision": meaning.decision.value}


def _hearing_facts(hearing: Hearing) -> dict[str, Any]:
    return {
        "hypotheses": [
            {"text": h.text, "score": round(h.score, 3), "biased": h.biased, "heard_in": h.heard_in} for h in hearing.hypotheses
        ],
        "answers": [{"text": a.text, "score": round(a.score, 3)} for a in hearing.answers[:3]],
        "answers_fit": round(hearing.answers_fit, 4),
        "no_speech": round(hearing.no_speech, 3),
        "clearness": round(hearing.clearness, 3),
        "engine": hearing.engine,
    }
