"""How often and in which words one question is asked."""

from audio.prompts.catalogue import Wording
from ivr.errors import HandOver

# Rule 8: two failures in a row bring a person, and no prompt is said word for word three times.
MOST_FAILURES = 2
MOST_TIMES_SAID = 2
# Asking for it again, slower or louder, or for a moment, is no failure; to do so for ever is.
MOST_EXCUSED = 2


class Question:
    """One prompt on its way to an answer. What goes wrong too often raises `HandOver`."""

    def __init__(self, prompt: str) -> None:
        self._prompt = prompt
        self._say_instead = ""
        self._said = dict.fromkeys(Wording, 0)
        self._failures = 0
        self._excused = 0
        self._asked_for_keys = False

    def next_wording(self) -> tuple[str, Wording]:
        """The prompt to play now, and its wording: the simpler one after a failure, and when the first was said twice."""
        if self._say_instead:
            prompt, self._say_instead = self._say_instead, ""
            return prompt, Wording.FIRST
        wording = Wording.AGAIN if self._failures or self._said[Wording.FIRST] >= MOST_TIMES_SAID else Wording.FIRST
        if self._said[wording] >= MOST_TIMES_SAID:
            wording = Wording.HELP
        self._said[wording] += 1
        return self._prompt, wording

    def fail(self, reason: str) -> None:
        """The caller was silent, or was not understood."""
        self._failures += 1
        if self._failures >= MOST_FAILURES:
            raise HandOver(reason)

    def excuse(self, say_instead: str = "") -> None:
        """Ask again without counting a failure, unless that was asked for too often; `say_instead` takes the question's place."""
        self._excused += 1
        if self._excused > MOST_EXCUSED:
            self.fail("not_understood")
        else:
            self._say_instead = say_instead

    def ask_for_keys(self) -> None:
        """The recogniser is busy or broken: the caller can still press keys."""
        if self._asked_for_keys:
            raise HandOver("recognition")
        self._asked_for_keys = True
        self._say_instead = "press_keys"
