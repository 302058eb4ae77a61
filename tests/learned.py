"""The model that a site with the demo's community learns; kept in this checkout until the corpus or the learning changes.

`python -m tests.learned` learns it ahead, so that no test waits for it.
"""

import tempfile
from pathlib import Path

from ivr.understanding.learning.lesson import site_lesson
from ivr.understanding.learning.training import fingerprint, train
from ivr.understanding.model import fingerprint_of
from models.database import migrate, session_maker
from models.demo import load_demo
from models.settings import PROJECT, load_settings

FOLDER = PROJECT / "var/learned-for-tests"


def learned_folder(scratch: Path) -> Path:
    """What `understanding_dir` is to be; trains where that has not been done, which takes a minute or two."""
    scratch.mkdir(parents=True, exist_ok=True)
    settings = load_settings(demo=True, data_dir=scratch, understanding_dir=FOLDER)
    migrate(settings.database)
    with session_maker(settings.database)() as session:
        load_demo(session, settings)
        lesson = site_lesson(session)
    if fingerprint_of(settings.understanding_model) != fingerprint(lesson):
        train(lesson).save(settings.understanding_model, fingerprint(lesson))
    return FOLDER


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        learned_folder(Path(scratch))
