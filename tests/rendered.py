"""The demo's prompts in the site's own voice; kept in this checkout until what makes their sound changes."""

import hashlib
import shutil
from pathlib import Path

from audio.prompts.cache import PromptCache
from audio.prompts.catalogue import greetings_known_ahead, load_catalogue, sentences_known_ahead
from audio.synthesizers import FILED_AS
from linli.prepare import VoiceWhenNeeded
from models.demo import read_demo
from models.settings import PROJECT, Settings, load_settings

FOLDER = PROJECT / "var/prompts-for-tests"
WHAT_MAKES_THE_SOUND = [
    *(PROJECT / "audio/synthesizers").glob("*.py"),
    *(PROJECT / "audio" / name for name in ("loudness.py", "pace.py", "sound.py", "prompts/cache.py", "prompts/sentences.py")),
]


def rendered_prompts() -> Path:
    """A site's folder of prompts; says what was not said yet, which takes about two minutes at first."""
    version = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(WHAT_MAKES_THE_SOUND))).hexdigest()[:16]
    for old in FOLDER.glob("*"):
        if old.name != version:
            shutil.rmtree(old)
    settings = load_settings(demo=True, data_dir=FOLDER / version)
    cache = PromptCache(settings.prompts_dir, VoiceWhenNeeded(settings), FILED_AS[settings.synthesizer])
    demo, catalogue = read_demo(), load_catalogue()
    services = {one.name: one.question.model_dump() if one.question else {} for one in demo.services}
    for _ in cache.render(sentences_known_ahead(catalogue, services)):
        pass
    for _ in cache.render_greetings(greetings_known_ahead(catalogue, {one.form_of_address for one in demo.residents})):
        pass
    return settings.prompts_dir


def lend_prompts(settings: Settings) -> None:
    """Spare a site the saying of its prompts."""
    shutil.copytree(rendered_prompts(), settings.prompts_dir)
