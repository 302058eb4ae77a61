"""The site's lesson: the corpus, its own catalogue, and what its operators corrected."""

from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from ivr.understanding.learning.corpus import CORPUS, HEARD, Example, Misheard, read_corpus, read_heard
from ivr.understanding.learning.frames import FRAMES, compose
from ivr.understanding.learning.training import Lesson
from models.corrections import Correction
from models.services import WITH_WORDS, Service


def site_lesson(session: Session, corpus: Path = CORPUS) -> Lesson:
    """Everything that this site can learn from; services that are not offered are left in, so that they are not mistaken."""
    examples = [*read_corpus(corpus), *_of_catalogue(session)]
    corrected = [_of_correction(correction) for correction in session.scalars(select(Correction).order_by(Correction.id))]
    right = {one.example.text: one.example for one in corrected}
    # An operator's word for a sentence stands above the corpus's.
    examples = [example for example in examples if example.text not in right]
    examples = [*examples, *right.values()]
    written = {example.text for example in examples}
    composed = [example for example in compose(corpus / FRAMES.name) if example.text not in written]
    return Lesson(examples, [*read_heard(corpus / HEARD.name), *corrected], composed)


def _of_catalogue(session: Session) -> list[Example]:
    return [
        Example(service.key, f"{service.key}-catalogue-{number}", text)
        for service in session.scalars(select(Service).options(WITH_WORDS).order_by(Service.id))
        for number, text in enumerate((service.name, *service.spoken, *service.examples))
    ]


def _of_correction(correction: Correction) -> Misheard:
    turn = correction.turn
    heard = [hypothesis["text"] for hypothesis in turn.heard.get("hypotheses", []) if not hypothesis.get("biased")]
    return Misheard(Example(correction.intent, f"correction-{correction.id}", turn.words), tuple(heard), None)
