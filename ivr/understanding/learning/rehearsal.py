"""Rehearsing: the corpus spoken by the site's voice over a bad line, and what the site's recogniser makes of it."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from functools import partial

from audio.recognizers import RecognitionError, Recognizer
from audio.sound import silence
from audio.synthesizers import SynthesisError, Synthesizer
from audio.synthesizers.manner import Performer
from audio.telephone_line import carry
from ivr.understanding.intents import EMERGENCY
from ivr.understanding.learning.conditions import conditions
from ivr.understanding.learning.corpus import Example, Misheard
from ivr.understanding.learning.heard_files import HeardFiles, worth_keeping

log = logging.getLogger(__name__)

# The line is open before anybody speaks, and after.
_BEFORE_S = 0.2
_AFTER_S = 0.3
# What was heard before just so tells nothing; then the same sentence is said under other conditions.
_TRIES = 3
# One sentence that cannot be spoken or heard is left out. So many in a row: an engine is broken.
_FAILURES_IN_A_ROW = 10


def in_order(examples: Iterable[Example], heard: HeardFiles) -> list[Example]:
    """Those rehearsed least often first; among them emergencies first, and short sentences, which are misheard most."""
    return sorted(examples, key=lambda one: (heard.times(one.text), one.intent != EMERGENCY, len(one.text), one.text))


def rehearse(
    examples: Sequence[Example], heard: HeardFiles, voice: Synthesizer, recognizer: Recognizer, workers: int
) -> Iterator[Misheard | None]:
    """Rehearse each sentence once, so many at a time; what is given was kept already, None stands for nothing new.

    Closing the iterator, or an exception at it, ends the work when the sentences just being heard are done. Raises the engine's
    `SynthesisError` or `RecognitionError` when one sentence after another fails.
    """
    failures = 0
    threads = ThreadPoolExecutor(workers, thread_name_prefix="rehearsal")
    try:
        for done in as_completed([threads.submit(_hear, example, heard, voice, recognizer) for example in examples]):
            try:
                one = done.result()
            except (SynthesisError, RecognitionError) as error:
                failures += 1
                if failures == _FAILURES_IN_A_ROW:
                    raise
                log.warning("a sentence could not be rehearsed: %s", error)
                yield None
                continue
            failures = 0
            yield one if one and heard.keep([one]) else None
    finally:
        threads.shutdown(cancel_futures=True)


def _hear(example: Example, heard: HeardFiles, voice: Synthesizer, recognizer: Recognizer) -> Misheard | None:
    times = heard.times(example.text)
    for times_before in range(times, times + _TRIES):
        chosen = conditions(example.text, times_before)
        speak = partial(voice.perform, manner=chosen.manner) if isinstance(voice, Performer) else voice.speak
        hearing = recognizer.recognize(carry(silence(_BEFORE_S) + speak(example.text) + silence(_AFTER_S), chosen.noise))
        texts = worth_keeping(hypothesis.text for hypothesis in hearing.hypotheses if not hypothesis.biased)
        if heard.is_new(example.text, texts):
            return Misheard(example, texts, chosen.noise_db)
    return None
