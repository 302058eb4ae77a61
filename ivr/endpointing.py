"""Where in the caller's sound somebody speaks, and for how long nobody has."""

from collections import deque

import numpy as np

from audio.sound import to_samples
from audio.voice_activity import VoiceActivity
from ivr.media.echo import EchoGuard
from ivr.media.line import Frame
from ivr.media.messages import FRAME_MS

# Speech begins at the first and goes on until the second: a lone word rises late, and its end is faint; noise stays below 0.2.
SPEECH_FROM = 0.4
SPEECH_UNTIL = 0.25
# The detector lengthens a sound by 60 to 150 ms: 不 comes to 220 ms, a cough of 100 ms to 180 ms.
LEAST_SPEECH_MS = 200
# Less than this after a pause is a click or a breath, and no going on.
GOES_ON_FROM_MS = 80
BEFORE_SPEECH_MS = 500
# The detector takes a word that rises faintly after a pause (不制冷, 师傅) for speech up to 300 ms late. Until then it is told
# from the pause by being so much louder for most of this time, and about as loud as the words before it.
LOUDER_THAN_PAUSE_DB = 6.0
SOFTER_THAN_WORDS_DB = 24.0
LOUD_WITHIN_MS = 160
# In noise it misses whole words (九点): so much of it as loud as that, anywhere in the pause, was no knock.
LOUD_FOR_MS = 300


class Endpointer:
    """One utterance at a time: its sound so far, how much of it is speech, and the silence since."""

    def __init__(self, voice_activity: VoiceActivity) -> None:
        self._voice_activity = voice_activity
        self._echo = EchoGuard()
        self._before: deque[bytes] = deque(maxlen=BEFORE_SPEECH_MS // FRAME_MS)
        self._speaking = False
        self.forget()

    def forget(self) -> None:
        """Whatever was said is done with; wait for the next utterance."""
        self._sound: list[bytes] = []
        self._pause_from = 0
        self._in_a_row_ms = 0
        self.speech_ms = 0
        self.quiet_ms = 0
        self.began_ms = 0
        self.ended_ms = 0
        self.sound_from_ms = 0

    def take(self, frame: Frame) -> None:
        """Take 20 ms of sound."""
        self._echo.take(frame)
        probability = self._voice_activity.feed(frame.sound)
        voice = probability >= (SPEECH_UNTIL if self._speaking else SPEECH_FROM)
        self._speaking = voice and not self._echo.hears_echo
        if self._speaking:
            self._take_speech(frame.at_ms)
        else:
            self.pass_silence(FRAME_MS)
        if self._sound:
            self._sound.append(frame.sound)
        self._before.append(frame.sound)

    def pass_silence(self, ms: int) -> None:
        """Let time pass in which the caller says nothing; what was too short to be speech is forgotten."""
        self._in_a_row_ms = 0
        self.quiet_ms += ms

    @property
    def begun(self) -> bool:
        """Whether something is being said, or was said and is not yet dealt with."""
        return bool(self._sound)

    @property
    def sounds_again(self) -> bool:
        """Whether this very moment sounds like speech, though not yet for long enough to be sure."""
        return self._in_a_row_ms > 0

    @property
    def is_louder_again(self) -> bool:
        """Whether this pause is as loud as words are, now or for a while, though the detector takes it for no speech."""
        latest = LOUD_WITHIN_MS // FRAME_MS
        pause = self._sound[self._pause_from :]
        if len(pause) <= 2 * latest:
            return False
        words_db = np.percentile([_level_db(sound) for sound in self._sound[: self._pause_from]], 75)
        levels_db = [_level_db(sound) for sound in pause]
        least_db = max(np.median(levels_db[:-latest]) + LOUDER_THAN_PAUSE_DB, words_db - SOFTER_THAN_WORDS_DB)
        loud_ms = FRAME_MS * np.count_nonzero(np.array(levels_db) >= least_db)
        return bool(np.median(levels_db[-latest:]) >= least_db or loud_ms >= LOUD_FOR_MS)

    @property
    def is_speech(self) -> bool:
        """Whether what was said is long enough to be a word."""
        return self.speech_ms >= LEAST_SPEECH_MS

    @property
    def sound(self) -> bytes:
        """What was said, with a little of the quiet around it."""
        return b"".join(self._sound)

    def sound_from(self, ms: int) -> bytes:
        """What was said after so much of it."""
        return b"".join(self._sound[ms // FRAME_MS :])

    @property
    def sound_ms(self) -> int:
        """How long that is."""
        return len(self._sound) * FRAME_MS

    def _take_speech(self, at_ms: int) -> None:
        if not self._sound:
            self._sound.extend(self._before)
            self.began_ms = at_ms - FRAME_MS
            self.sound_from_ms = self.began_ms - self.sound_ms
            self.quiet_ms = 0
        self._in_a_row_ms += FRAME_MS
        self.speech_ms += FRAME_MS
        if self._in_a_row_ms >= GOES_ON_FROM_MS or not self.quiet_ms:
            self.quiet_ms = 0
            self.ended_ms = at_ms
            self._pause_from = len(self._sound) + 1
        else:
            self.quiet_ms += FRAME_MS


def _level_db(sound: bytes) -> float:
    return float(10 * np.log10(np.mean(np.square(to_samples(sound))) + 1e-10))
