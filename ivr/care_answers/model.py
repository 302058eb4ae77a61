"""The model of care calls: learned beside the one that understands requests, in some ten seconds."""

from collections.abc import Callable
from pathlib import Path

from ivr.care_answers.lesson import care_lesson
from ivr.understanding.learning.training import fingerprint, train
from ivr.understanding.model import fingerprint_of
from models.settings import Settings


def care_model(settings: Settings) -> Path:
    """Where it is kept."""
    return settings.understanding_model.with_name("care_answers.npz")


def learn_care_answers(settings: Settings, progress: Callable[[int, int], None] = lambda done, total: None) -> None:
    """Learn it, unless there is one of just this lesson. Raises `CorpusError`."""
    lesson = care_lesson()
    mark = fingerprint(lesson)
    if fingerprint_of(care_model(settings)) != mark:
        train(lesson, progress).save(care_model(settings), mark)
