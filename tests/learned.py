"""The model that a site with the demo's community learns; kept in this checkout until the corpus or the learning changes."""

import tempfile
from pathlib import Path

from ivr.care_answers.model import learn_care_answers
from ivr.understanding.learning.lesson import site_lesson
from ivr.understanding.learning.training import fingerprint, train
from ivr.understanding.model import fingerprint_of
from ivr.usual_phrases import write_usual_phrases
from models.database import session_maker
from models.demo import load_demo
from models.migrating import migrate
from models.settings import PROJECT, load_settings

FOLDER = PROJECT / "var/learned-for-tests"


def learned_folder() -> Path:
    """What `understanding_dir` is to be; trains where that has not been done, which takes a minute or two."""
    with tempfile.TemporaryDirectory() as scratch:
        settings = load_settings(demo=True, data_dir=Path(scratch), understanding_dir=FOLDER)
        migrate(settings.database)
        with session_maker(settings.database)() as session:
            load_demo(session, settings)
            lesson = site_lesson(session)
    if fingerprint_of(settings.understanding_model) != fingerprint(lesson):
        train(lesson).save(settings.understanding_model, fingerprint(lesson))
    write_usual_phrases(settings.phrases, lesson)
    learn_care_answers(settings)
    return FOLDER
