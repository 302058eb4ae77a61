"""A process that speaks one text and ends: `python -m audio.synthesizers.espeak_once FILE VOICE RATE < text`."""

import sys
import threading

import pyttsx3
from pyttsx3.drivers import _espeak

_WITHIN_S = 25


def speak_once(path: str, voice: str, rate: int, text: str) -> None:
    """Write the sound of the text; whether the file is there tells whether it worked."""
    written = threading.Event()
    engine = pyttsx3.init("espeak")
    engine.connect("finished-utterance", lambda **_: written.set())
    engine.proxy.setBusy(False)  # what follows is done at once, not queued
    for name, value in (("voice", voice), ("rate", rate)):
        engine.setProperty(name, value)
        # espeak takes a voice at once but a rate in its own time: one may undo the other.
        _espeak.Synchronize()
    engine.save_to_file(text, path)
    engine.runAndWait()
    # It need not have waited for the file.
    written.wait(_WITHIN_S)


if __name__ == "__main__":
    speak_once(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.stdin.buffer.read().decode())
