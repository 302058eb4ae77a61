"""What the results of an evaluation come to, in figures."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from ivr.understanding.intents import EMERGENCY
from linli.evaluation.hearing import Result
from linli.evaluation.manifest import IN_CONTEXT, NOTHING_MEANT
from linli.evaluation.states import Decided

# How an empty `understood`, and a file that means nothing, are called in a table.
NOTHING = "nothing"


def is_right(result: Result) -> bool:
    """Whether what was meant was understood, be it that the caller is asked first; off-topic talk is rightly not understood."""
    if result.recorded.intent in NOTHING_MEANT:
        return result.understood is None
    return result.understood == result.recorded.intent


def is_wrong(result: Result) -> bool:
    """Whether something else was understood than was meant."""
    return result.understood is not None and not is_right(result)


def is_rejected(result: Result) -> bool:
    """Whether something was meant and nothing understood."""
    return result.understood is None and not is_right(result)


def is_accepted(result: Result) -> bool:
    """Whether it was acted upon at once."""
    return result.decision is Decided.ACCEPT


class Figures:
    """Shares of some results, from 0 to 1; None where there is nothing to count."""

    def __init__(self, results: Sequence[Result]) -> None:
        self.files = len(results)
        self._results = results

    @property
    def right(self) -> float | None:
        """Of all files."""
        return _share(self._results, is_right)

    @property
    def right_without_context(self) -> float | None:
        """Of those heard in the opening state."""
        return _share([result for result in self._results if result.recorded.intent not in IN_CONTEXT], is_right)

    @property
    def wrong(self) -> float | None:
        """Of all files."""
        return _share(self._results, is_wrong)

    @property
    def rejected(self) -> float | None:
        """Of all files."""
        return _share(self._results, is_rejected)

    @property
    def accepted_right(self) -> float | None:
        """Of all files."""
        return _share(self._results, lambda result: is_accepted(result) and is_right(result))

    @property
    def accepted_wrong(self) -> float | None:
        """Of all files."""
        return _share(self._results, lambda result: is_accepted(result) and is_wrong(result))

    @property
    def sent_to_a_person(self) -> float | None:
        """Of all files: nobody asked for a person, surely at least, and one was brought."""
        return _share(self._results, lambda result: result.decision is Decided.PERSON)

    @property
    def off_topic_accepted(self) -> float | None:
        """Of speech that means nothing."""
        off_topic = [one for one in self._results if one.recorded.is_speech and one.recorded.intent in NOTHING_MEANT]
        return _share(off_topic, is_accepted)

    @property
    def emergency_recall(self) -> float | None:
        """Of emergencies: understood, at once or after a question."""
        return _share(self._emergencies, _is_alarm)

    @property
    def emergency_recall_at_once(self) -> float | None:
        """Of emergencies: acted upon without a question."""
        return _share(self._emergencies, _is_alarm_at_once)

    @property
    def false_alarms(self) -> float | None:
        """Of other speech: an alarm at once."""
        return _share(self._other_speech, _is_alarm_at_once)

    @property
    def needless_questions(self) -> float | None:
        """Of other speech: asked whether there is danger."""
        return _share(self._other_speech, lambda result: _is_alarm(result) and not is_accepted(result))

    @property
    def false_alarms_on_noise(self) -> float | None:
        """Of files in which nobody speaks: an alarm, or a question for one."""
        return _share([result for result in self._results if not result.recorded.is_speech], _is_alarm)

    def seconds(self, percent: float) -> float | None:
        """So many percent of the utterances took no longer."""
        taken = [result.seconds for result in self._results]
        return float(np.percentile(taken, percent)) if taken else None

    @property
    def _emergencies(self) -> list[Result]:
        return [result for result in self._results if result.recorded.intent == EMERGENCY]

    @property
    def _other_speech(self) -> list[Result]:
        return [one for one in self._results if one.recorded.is_speech and one.recorded.intent != EMERGENCY]


def confusions(results: Iterable[Result]) -> Counter[tuple[str, str]]:
    """How often each intent was understood as each."""
    return Counter(
        (NOTHING if one.recorded.intent in NOTHING_MEANT else one.recorded.intent, one.understood or NOTHING) for one in results
    )


def _is_alarm(result: Result) -> bool:
    return result.understood == EMERGENCY


def _is_alarm_at_once(result: Result) -> bool:
    return _is_alarm(result) and is_accepted(result)


def _share(results: Sequence[Result], counts: Callable[[Result], bool]) -> float | None:
    return sum(map(counts, results)) / len(results) if results else None
