"""The voice that is always there: pyttsx3 on espeak-ng, for where nothing better is installed."""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from audio.loudness import shape_for_telephone, trim_silence
from audio.sound import SoundError, from_samples, read_wav, to_samples
from audio.synthesizers import SynthesisError
from audio.synthesizers.speakable import speakable

# espeak's first Chinese voice reads characters as English; this one reads them as pinyin.
VOICE = "sit/cmn-latn-pinyin"
# espeak's words a minute; gives about 190 characters a minute.
RATE = 165

_WITHIN_S = 30
_MARGIN_S = 0.03
_SAYS_SOMETHING = re.compile(r"\w")
_PROJECT = Path(__file__).resolve().parents[2]


class Pyttsx3Synthesizer:
    """Speaks each text in a process of its own: pyttsx3 is not thread-safe and hangs on a second use in one process."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def speak(self, text: str) -> bytes:
        """Speak Chinese text; about 0.5 s for the process, whatever the length."""
        spoken = speakable(text)
        if not _SAYS_SOMETHING.search(spoken):
            raise SynthesisError("没有可读的字 / there is nothing in the text that this voice can speak")
        self._folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self._folder, prefix="pyttsx3-") as folder:
            path = Path(folder) / "speech.wav"
            command = [sys.executable, "-m", "audio.synthesizers.espeak_once", str(path), VOICE, str(RATE)]
            try:
                done = subprocess.run(
                    command, input=spoken.encode(), cwd=_PROJECT, capture_output=True, timeout=_WITHIN_S, check=False
                )
            except subprocess.TimeoutExpired as error:
                raise SynthesisError(f"语音合成超时 / espeak-ng took over {_WITHIN_S} s") from error
            if done.returncode != 0 or not path.is_file():
                raise SynthesisError(_in_words(done.stderr.decode(errors="replace")))
            try:
                samples = trim_silence(to_samples(read_wav(path)), _MARGIN_S)
            except SoundError as error:
                raise SynthesisError(f"espeak-ng 没有读出声音 / espeak-ng left no sound: {error}") from error
        return from_samples(shape_for_telephone(samples))


def _in_words(complaint: str) -> str:
    mend = "apt-get install espeak-ng"
    return f"espeak-ng 不能用，请安装 / espeak-ng does not work, install it: {mend} ({complaint.strip().rpartition(chr(10))[2]})"
