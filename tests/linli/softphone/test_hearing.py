"""What the softphone takes for a prompt."""

import numpy as np
import pytest

from audio.sound import frames, silence
from linli.softphone.hearing import PROMPT_GAP_FRAMES, Hearing, Span, last_loud_frame, seconds
from tests.linli.softphone.sounds import sweep, tone


def hear(sound: bytes) -> Hearing:
    """Ears that have heard all of this."""
    hearing = Hearing()
    for frame in frames(sound):
        hearing.listen(frame)
    return hearing


def test_speech_is_found_where_it_is() -> None:
    hearing = hear(silence(1) + sweep(2) + silence(0.5) + sweep(1) + silence(2) + sweep(1) + silence(0.5))
    first, second = hearing.speech
    assert (first.start_s, first.end_s) == pytest.approx((1, 4.5), abs=0.06)
    assert (second.start_s, second.end_s) == pytest.approx((6.5, 7.5), abs=0.06)


def test_a_pause_inside_a_prompt_does_not_end_it() -> None:
    gap_s = seconds(PROMPT_GAP_FRAMES)
    assert hear(sweep(1) + silence(gap_s - 0.1)).finished_speech == []
    assert len(hear(sweep(1) + silence(gap_s + 0.1)).finished_speech) == 1


@pytest.mark.parametrize("hertz", [(450,), (440, 480), (400, 450), (425,)], ids=["China", "USA", "Britain", "Europe"])
def test_a_ringing_tone_is_no_prompt(hertz: tuple[float, ...]) -> None:
    assert hear((tone(0.35, *hertz) + silence(0.35)) * 5 + (tone(1, *hertz) + silence(4)) * 2).speech == []


def test_a_ringing_tone_does_not_prolong_the_prompt_before_it() -> None:
    (spoken,) = hear(sweep(1) + silence(0.2) + tone(1, 450) + silence(4)).finished_speech
    assert spoken.end_s == pytest.approx(1, abs=0.06)


def test_clicks_and_the_noise_of_a_line_are_no_prompt() -> None:
    noise = np.random.default_rng(1).normal(0, 100, 8000 * 5).astype("<i2")
    for place in range(4000, noise.size, 4000):
        noise[place : place + 160] = 9000
    assert hear(noise.tobytes()).speech == []


def test_the_last_loud_frame_ignores_silence_at_the_end() -> None:
    assert last_loud_frame(sweep(1) + silence(3)) == 49
    assert last_loud_frame(silence(1)) == 0
    assert Span(0.0, 1.0).end_s == 1.0
