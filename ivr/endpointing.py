"""Where in the caller's sound somebody speaks, and for how long nobody has."""

from collections import deque

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
    def is_speech(self) -> bool:
        """Whether what was said is long enough to be a word."""
        return self.speech_ms >= LEAST_SPEECH_MS

    @property
    def sound(self) -> bytes:
        """What was said, with a little of the quiet around it."""
        return b"".join(self._sound)

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
        else:
            self.quiet_ms += FRAME_MS
