from ivr.media.messages import FRAME_BYTES, SILENCE
from ivr.media.playback import Playback

LOUD = b"\0\x20" * (FRAME_BYTES // 2)


def take(playback: Playback, count: int) -> list[bytes | None]:
    return [playback.next_frame() for _ in range(count)]


def test_a_paused_sound_is_silent_and_not_over() -> None:
    playback = Playback(LOUD * 50)
    take(playback, 10)
    playback.pause()
    assert take(playback, 3) == [SILENCE] * 3
    assert playback.paused
    assert not playback.over


def test_a_resumed_sound_goes_on_from_the_gap_before_the_pause() -> None:
    playback = Playback(LOUD * 10 + SILENCE * 5 + LOUD * 30)
    take(playback, 25)
    playback.pause()
    playback.resume()
    assert playback.played_ms == 13 * 20
    assert take(playback, 3) == [SILENCE, SILENCE, LOUD]


def test_without_a_gap_it_goes_on_from_a_little_before() -> None:
    playback = Playback(LOUD * 60)
    take(playback, 50)
    playback.pause()
    playback.resume()
    assert playback.played_ms == 30 * 20


def test_resuming_what_was_not_paused_changes_nothing() -> None:
    playback = Playback(LOUD * 60)
    take(playback, 50)
    playback.resume()
    assert playback.played_ms == 50 * 20


def test_a_sound_that_is_still_being_made_waits_for_its_next_piece() -> None:
    playback = Playback(LOUD + b"\1" * 100, more_to_come=True)
    assert take(playback, 2) == [LOUD, SILENCE]
    playback.add(LOUD)
    assert playback.next_frame() == b"\1" * 100 + LOUD[:220]
    playback.finish()
    assert playback.next_frame() == LOUD[220:].ljust(FRAME_BYTES, b"\0")
    assert playback.next_frame() is None
    assert playback.over
