"""When a turn ends, and what interrupts a prompt; sound is played in frames, without real time."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator

import numpy as np
import pytest

from audio.sound import from_samples, to_samples
from audio.voice_activity import VoiceActivity
from ivr.endpointing import Endpointer
from ivr.errors import CallerHungUp
from ivr.media.line import Digit, Frame
from ivr.media.messages import FRAME_BYTES, FRAME_MS, SILENCE
from ivr.media.playback import Playback
from ivr.turn import Judgement, Key, Patience, Utterance, hear_turn

QUICK = Patience(first_ms=1_000, end_ms=1_000, complete_ms=300)
WHOLE = Judgement(understood=True, complete=True)
PART = Judgement(understood=True)
UNSURE = Judgement(understood=True, whole=True)
UNCLEAR = Judgement()
NOTHING = Judgement(nothing=True)


class ScriptedLine:
    """Gives these frames and keys one after the other, then silence for ever; the prompt plays on meanwhile."""

    def __init__(self, *parts: bytes | str | type[BaseException]) -> None:
        self.coming: deque[bytes | Digit | type[BaseException]] = deque()
        self.playback = Playback(b"")
        self.clock_ms = 0
        self.paused_ms = 0
        for part in parts:
            if isinstance(part, bytes):
                self.coming.extend(
                    part[at : at + FRAME_BYTES].ljust(FRAME_BYTES, b"\0") for at in range(0, len(part), FRAME_BYTES)
                )
            else:
                self.coming.append(Digit(part) if isinstance(part, str) else part)

    async def next(self, timeout_s: float) -> Frame | Digit:
        await asyncio.sleep(0)
        sent = self.playback.next_frame() or SILENCE
        item = self.coming.popleft() if self.coming else SILENCE
        if isinstance(item, type):
            raise item
        if isinstance(item, Digit):
            return item
        self.clock_ms += FRAME_MS
        self.paused_ms += FRAME_MS * self.playback.paused
        return Frame(item, sent, self.clock_ms)


class Judge:
    """Comes to these judgements, one after the other for each sound that it is given, the last one again and again."""

    def __init__(self, *judgements: Judgement, takes_frames: int = 2) -> None:
        self.coming = deque(judgements or [WHOLE])
        self.sounds: list[bytes] = []
        self.takes_frames = takes_frames

    async def __call__(self, sound: bytes, by_prompt: bool) -> AsyncIterator[Judgement]:
        self.sounds.append(sound)
        for _ in range(self.takes_frames):
            await asyncio.sleep(0)
        yield self.coming.popleft() if len(self.coming) > 1 else self.coming[0]


class SlowDetector(VoiceActivity):
    """Takes what is loud for speech, but so late after a silence."""

    def __init__(self, late_ms: int, loud_from: float = 0.01) -> None:
        super().__init__()
        self.late_ms = late_ms
        self.loud_from = loud_from
        self.loud_ms = 0
        self.quiet_ms = 0

    def feed(self, frame: bytes) -> float:
        loud = bool(np.abs(to_samples(frame)).max() > self.loud_from)
        self.quiet_ms = 0 if loud else self.quiet_ms + FRAME_MS
        if loud or self.quiet_ms < 300:  # the silences within speech
            self.loud_ms += FRAME_MS
        else:
            self.loud_ms = 0
        return 0.9 if loud and self.loud_ms > self.late_ms else 0.0


def silence(ms: int) -> bytes:
    return bytes(ms * 16)


def hear(
    line: ScriptedLine, prompt: bytes = b"", patience: Patience = QUICK, judge: Judge | None = None
) -> Utterance | Key | None:
    line.playback = Playback(prompt)
    return asyncio.run(hear_turn(line, Endpointer(VoiceActivity()), line.playback, patience, judge or Judge()))


def test_what_is_said_is_heard_whole(speech: bytes) -> None:
    heard = hear(ScriptedLine(silence(300), speech))
    assert isinstance(heard, Utterance)
    assert len(speech) * 0.8 <= len(heard.sound) <= len(speech) + 16_000


def test_nothing_said_is_silence() -> None:
    assert hear(ScriptedLine()) is None


def test_a_short_noise_is_not_speech(speech: bytes) -> None:
    judge = Judge()
    assert hear(ScriptedLine(silence(200), speech[:1_600], silence(300)), judge=judge) is None
    assert judge.sounds == []


def test_rule_7_a_whole_answer_ends_the_turn_after_half_a_second(speech: bytes) -> None:
    heard = hear(ScriptedLine(speech), patience=Patience(), judge=Judge(WHOLE))
    assert isinstance(heard, Utterance)
    assert heard.times["decided_ms"] - len(speech) / 16 <= 600


def test_rule_7_a_whole_answer_that_is_not_sure_is_given_a_comma(speech: bytes) -> None:
    heard = hear(ScriptedLine(speech), patience=Patience(), judge=Judge(UNSURE))
    assert isinstance(heard, Utterance)
    assert 800 <= heard.times["waited_ms"] <= 1_000


def test_rule_7_who_goes_on_after_a_comma_is_heard_to_the_end(speech: bytes) -> None:
    heard = hear(ScriptedLine(speech, silence(600), speech), patience=Patience(), judge=Judge(UNSURE, WHOLE))
    assert isinstance(heard, Utterance)
    assert len(heard.sound) > 1.8 * len(speech)
    assert heard.judgement == WHOLE


def test_rule_7_an_unfinished_answer_is_given_its_time(speech: bytes) -> None:
    heard = hear(ScriptedLine(speech), patience=Patience(), judge=Judge(PART))
    assert isinstance(heard, Utterance)
    assert 1_200 <= heard.times["waited_ms"] <= 1_500


def test_rule_7_a_pause_of_a_second_inside_an_unfinished_sentence_never_splits_it(speech: bytes) -> None:
    judge = Judge(PART, WHOLE)
    heard = hear(ScriptedLine(speech, silence(1_000), speech), patience=Patience(), judge=judge)
    assert isinstance(heard, Utterance)
    assert len(heard.sound) > 1.8 * len(speech)
    assert heard.judgement == WHOLE
    assert heard.times["judgings"] >= 2


def test_rule_7_a_word_that_rises_faintly_after_the_pause_does_not_split_it(speech: bytes) -> None:
    """To the detector the pause before 不制冷了 is 1.5 s, for it hears the word 300 ms late and the one before it end early."""
    judge = Judge(PART, WHOLE)
    detector = SlowDetector(late_ms=300)
    line = ScriptedLine(silence(200), speech, silence(1_300), speech)
    heard = asyncio.run(hear_turn(line, Endpointer(detector), Playback(b""), Patience(), judge))
    assert isinstance(heard, Utterance)
    assert heard.judgement == WHOLE
    assert len(heard.sound) > 2 * len(speech) + len(silence(1_300))


def test_rule_7_words_after_the_pause_that_the_detector_misses_do_not_split_it(speech: bytes) -> None:
    """In noise the detector took 九点 for no speech at all, and the next word came when the patience was over."""
    judge = Judge(PART, WHOLE)
    detector = SlowDetector(late_ms=850)
    line = ScriptedLine(silence(200), speech, silence(1_000), speech[: 400 * 16], silence(280), speech)
    heard = asyncio.run(hear_turn(line, Endpointer(detector), Playback(b""), Patience(), judge))
    assert isinstance(heard, Utterance)
    assert heard.judgement == WHOLE
    assert len(heard.sound) > 2 * len(speech) + len(silence(1_280))


def test_rule_7_a_word_that_begins_with_a_soft_hiss_in_noise_does_not_split_it(speech: bytes) -> None:
    """The sh of 上门 is but 7 dB above the noise before it, and the patience is over while it lasts."""
    noise = np.random.default_rng(1).normal(0, 0.0055, 8 * 1_520).astype(np.float32)
    noise[-8 * 160 :] *= 2.3
    judge = Judge(PART, WHOLE)
    detector = SlowDetector(late_ms=300, loud_from=0.03)
    line = ScriptedLine(speech, from_samples(noise), speech)
    heard = asyncio.run(hear_turn(line, Endpointer(detector), Playback(b""), Patience(), judge))
    assert isinstance(heard, Utterance)
    assert heard.judgement == WHOLE
    assert len(heard.sound) > 1.8 * len(speech)


def test_rule_7_steady_noise_does_not_lengthen_the_patience(speech: bytes) -> None:
    noise = np.random.default_rng(1).normal(0, 0.02, 40_000).astype(np.float32)
    line = ScriptedLine(speech, from_samples(noise))
    heard = hear(line, patience=Patience(), judge=Judge(PART))
    assert isinstance(heard, Utterance)
    assert heard.times["waited_ms"] <= 1_500


def test_the_caller_who_goes_on_is_judged_anew(speech: bytes) -> None:
    judge = Judge(WHOLE, takes_frames=40)
    heard = hear(ScriptedLine(speech, silence(350), speech), judge=judge)
    assert isinstance(heard, Utterance)
    assert len(heard.sound) > 1.8 * len(speech)
    assert len(judge.sounds) >= 2
    assert judge.sounds[-1] == heard.sound[: len(judge.sounds[-1])]


def test_a_recogniser_that_is_late_does_not_keep_the_turn(speech: bytes) -> None:
    async def hear_late() -> None:
        line = ScriptedLine(speech)
        heard = await hear_turn(line, Endpointer(VoiceActivity()), Playback(b""), QUICK, Judge(takes_frames=1_000))
        assert isinstance(heard, Utterance)
        assert heard.judgement is None
        assert 1_800 <= heard.times["waited_ms"] <= 2_000
        assert await heard.judging == WHOLE

    asyncio.run(hear_late())


def test_rule_11_a_key_is_heard_at_once_and_cuts_the_prompt() -> None:
    line = ScriptedLine(silence(100), "1")
    assert hear(line, prompt=silence(5_000)) == Key("1")
    assert line.playback.over
    assert line.playback.played_ms < 200


def test_rule_11_speech_interrupts_after_300_ms_and_an_answer_ends_the_prompt(speech: bytes) -> None:
    line = ScriptedLine(silence(500), speech)
    assert isinstance(hear(line, prompt=silence(20_000)), Utterance)
    assert line.playback.over
    assert 500 + 300 <= line.playback.played_ms < 1_300


@pytest.mark.parametrize("judgement", [NOTHING, UNCLEAR])
def test_rule_11_a_false_alarm_lets_the_prompt_go_on_to_its_end(speech: bytes, judgement: Judgement) -> None:
    line = ScriptedLine(silence(500), speech, silence(4_000))
    assert hear(line, prompt=b"\1\2" * 16_000, judge=Judge(judgement)) is None
    assert line.playback.played_ms == 2_000
    assert line.paused_ms > 500


def test_a_hum_after_the_prompt_is_no_answer(speech: bytes) -> None:
    judge = Judge(NOTHING, WHOLE)
    heard = hear(ScriptedLine(speech[:8_000], silence(900), speech), judge=judge)
    assert isinstance(heard, Utterance)
    assert heard.judgement == WHOLE
    assert heard.times["false_alarms"] == 1


def test_humming_for_ever_is_silence_in_the_end(speech: bytes) -> None:
    hums = [speech[:8_000], silence(900)] * 20
    assert hear(ScriptedLine(*hums), patience=Patience(first_ms=3_000), judge=Judge(NOTHING)) is None


def test_who_talks_over_a_prompt_again_and_again_is_let_speak(speech: bytes) -> None:
    line = ScriptedLine(*[speech, silence(1_500)] * 10)
    assert isinstance(hear(line, prompt=b"\1\2" * 160_000, judge=Judge(UNCLEAR)), Utterance)


def test_rule_6_the_silence_allowance_begins_when_the_prompt_has_ended(speech: bytes) -> None:
    line = ScriptedLine(silence(3_500), speech)
    assert isinstance(hear(line, prompt=silence(3_000)), Utterance)


def test_a_hang_up_ends_the_turn(speech: bytes) -> None:
    with pytest.raises(CallerHungUp):
        hear(ScriptedLine(speech, CallerHungUp))


def test_the_times_of_a_turn_are_kept(speech: bytes) -> None:
    heard = hear(ScriptedLine(silence(1_000 - 400), speech))
    assert isinstance(heard, Utterance)
    assert 500 <= heard.times["speech_began_ms"] <= 900
    assert heard.times["speech_began_ms"] < heard.times["speech_ended_ms"] < heard.times["decided_ms"]
    assert heard.times["sound_to_ms"] - heard.times["sound_from_ms"] == len(heard.sound) / 16
