"""The words by which those whom Linli rings learn who it is."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from agi_scripts.announcing import Announcements
from audio.synthesizers import SynthesisError
from tests.ivr.conftest import SilentVoice


@pytest.fixture
def announcements(tmp_path: Path) -> Announcements:
    return Announcements(SilentVoice(), tmp_path / "linli")


def test_words_are_made_once_and_another_name_has_others(announcements: Announcements) -> None:
    key = announcements.make("王秀英")
    made = announcements.sounds_dir / f"who-{key}.wav"
    before = made.stat().st_mtime_ns
    assert announcements.make("王秀英") == key
    assert made.stat().st_mtime_ns == before
    assert announcements.make("王秀珍") != key
    assert all(letter in "0123456789abcdef" for letter in key)  # what the dialplan lets through


def test_whoever_is_gone_is_forgotten(announcements: Announcements) -> None:
    announcements.make("王秀英")
    announcements.make("李德福")
    announcements.forget_all_but({"李德福"})
    assert not announcements.are_made("王秀英")
    assert announcements.are_made("李德福")


def test_without_a_voice_the_words_are_left_out(announcements: Announcements, caplog: pytest.LogCaptureFixture) -> None:
    class Mute(SilentVoice):
        def pieces(self, name: str, text: str) -> Iterator[bytes]:
            raise SynthesisError("no voice")

    mute = Announcements(Mute(), announcements.sounds_dir)
    assert mute.make("王秀英") == announcements.key_of("王秀英")
    assert not mute.are_made("王秀英")
    assert "王秀英" not in caplog.text
