"""The telephone's door: `python -m agi_scripts` takes the calls that Asterisk brings."""

import gc

# What is imported and loaded stays. Looking through it for rubbish again and again takes a third of the time of the start.
gc.disable()

import logging
import signal
import sys
import threading
from datetime import datetime
from zoneinfo import ZoneInfo

from agi_scripts.announcing import Announcements
from agi_scripts.care import CareCalls
from agi_scripts.desk_acts import DeskActWatch
from agi_scripts.desk_keeping import DeskKeeper
from agi_scripts.ending import ends_of_attempts
from agi_scripts.family import FamilyCalls
from agi_scripts.hotline import Hotline
from agi_scripts.mirroring import ExchangeMirror
from agi_scripts.outbound import OutboundCalls
from agi_scripts.provider_line import ProviderLine
from agi_scripts.server import FastAGIServer, Script
from agi_scripts.talking import Talks
from agi_scripts.unanswered import UnansweredWatch
from agi_scripts.watching import CallWatch
from audio.prompts.cache import PromptCache
from audio.prompts.catalogue import load_catalogue
from audio.recognizers import Hearing, Hypothesis, RecognitionError
from audio.recognizers.pool import RecognitionPool
from audio.sound import silence
from audio.synthesizers import FILED_AS, SYNTHESIZERS
from dispatch.queue import JobQueue
from exchange.ami import AsteriskManager
from ivr.care_answers.model import care_model
from ivr.conversation import Surroundings
from ivr.dialogues.desk import Desk
from ivr.engine import site_recognizer
from ivr.errors import PortTaken
from ivr.media.server import MediaServer
from ivr.media.thread import MediaThread
from ivr.recorder import Recorder
from ivr.understanding.model import load_model
from ivr.understanding.reading import LearnedUnderstanding
from ivr.voice import PromptVoice
from models.database import session_maker
from models.secrets import own_secret
from models.settings import Settings, SettingsError, load_settings

log = logging.getLogger("agi_scripts")

RECOGNISED_WITHIN_S = 8.0


def serve(settings: Settings, stopping: threading.Event) -> None:
    """Take calls until `stopping` is set; raise `PortTaken` when the ports are not free."""
    sessions = session_maker(settings.database)
    zone = ZoneInfo(settings.timezone)
    engine = site_recognizer(settings, settings.recognizer_workers)
    engine.recognize(silence(1))  # the first time takes longer, and shall not be a caller's
    ear = RecognitionPool(engine, settings.recognizer_workers, RECOGNISED_WITHIN_S)
    voice = PromptVoice(
        load_catalogue(),
        PromptCache(
            settings.prompts_dir, SYNTHESIZERS[settings.synthesizer](settings.prompts_dir), FILED_AS[settings.synthesizer]
        ),
    )
    understanding = LearnedUnderstanding(load_model(settings.understanding_model))
    # Loads the sentence encoder: most of a second, of eight threads at once where eight first callers speak.
    understanding.mean(Hearing((Hypothesis("您好", 0.0),)))
    care_answers = LearnedUnderstanding(load_model(care_model(settings)))
    surroundings = Surroundings(sessions, voice, ear, understanding, lambda: datetime.now(zone))
    manager = AsteriskManager("127.0.0.1", settings.ami_port, "linli", own_secret(settings, "ami"))
    watch = CallWatch(manager, sessions)
    watch.start()
    keeper = DeskKeeper(settings, sessions, manager)
    keeper.start()
    DeskActWatch(manager, sessions)
    queue = JobQueue(settings.redis)
    UnansweredWatch(manager, ends_of_attempts(sessions, queue, settings))
    manager.start()
    announcements = Announcements(voice, settings.data_dir / "sounds/linli")
    teller = AsteriskManager("127.0.0.1", settings.ami_port, "linli-mirror", own_secret(settings, "ami-mirror"))
    mirror = ExchangeMirror(settings, sessions, teller, announcements)
    mirror.start()
    recorder = Recorder(settings.recordings_dir)
    # Dictionaries and models stay for good. Each full collection would look through all of them with every call's sound
    # standing still meanwhile: 0.15 s, and 0.4 s on a busy machine.
    gc.collect()
    gc.freeze()
    gc.enable()
    with MediaThread(MediaServer("127.0.0.1", settings.media_port)) as media:
        desk = Desk(queue, settings.recordings_dir)
        talks = Talks(surroundings, media, manager, recorder, FamilyCalls(announcements), settings)
        scripts: dict[str, Script] = {
            "hotline": Hotline(talks, desk),
            "care": CareCalls(talks, desk, care_answers),
            "outbound": OutboundCalls(talks, desk, care_answers),
            "provider_line": ProviderLine(talks, desk),
        }
        with FastAGIServer(("127.0.0.1", settings.agi_port), scripts):
            log.info("taking calls on port %d", settings.agi_port)
            stopping.wait()
    mirror.stop()
    keeper.stop()
    watch.stop()
    manager.close()
    recorder.close()
    ear.close()


def main() -> int:
    """Run until SIGTERM or Ctrl-C."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    stopping = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stopping.set())
    try:
        serve(load_settings(), stopping)
    except (SettingsError, PortTaken, RecognitionError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
