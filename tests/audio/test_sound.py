import subprocess
import wave
from pathlib import Path

import numpy as np
import pytest

from audio.sound import (
    FRAME_BYTES,
    SoundError,
    duration_s,
    frames,
    from_samples,
    read_wav,
    silence,
    to_samples,
    write_wav,
)


def tone(hz: float, seconds: float, rate: int = 8000) -> bytes:
    time = np.arange(int(seconds * rate)) / rate
    return from_samples((0.5 * np.sin(2 * np.pi * hz * time)).astype(np.float32))


def strongest_hz(sound: bytes) -> float:
    samples = to_samples(sound)
    return float(np.argmax(np.abs(np.fft.rfft(samples))) * 8000 / len(samples))


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    sound = tone(440, 0.5)
    write_wav(tmp_path / "folder" / "a.wav", sound)
    assert read_wav(tmp_path / "folder" / "a.wav") == sound
    assert [path.name for path in (tmp_path / "folder").iterdir()] == ["a.wav"]


@pytest.mark.parametrize(("rate", "channels"), [(8000, 1), (16000, 1), (44100, 2), (48000, 2)])
def test_any_rate_and_number_of_channels_is_read(tmp_path: Path, rate: int, channels: int) -> None:
    samples = np.frombuffer(tone(440, 1.0, rate), "<i2")
    with wave.open(str(tmp_path / "a.wav"), "wb") as wav:
        wav.setparams((channels, 2, rate, 0, "NONE", ""))
        wav.writeframes(np.repeat(samples, channels).tobytes())
    sound = read_wav(tmp_path / "a.wav")
    assert duration_s(sound) == pytest.approx(1.0, abs=0.01)
    assert strongest_hz(sound) == pytest.approx(440, abs=2)


@pytest.mark.parametrize("codec", ["a-law", "mu-law", "floating-point", "unsigned-integer"])
def test_what_telephone_exchanges_write_is_read(tmp_path: Path, codec: str) -> None:
    width = {"floating-point": "32"}.get(codec, "8")
    file = tmp_path / "a.wav"
    subprocess.run(["sox", "-n", "-r", "8000", "-e", codec, "-b", width, str(file), "synth", "0.5", "sine", "440"], check=True)
    assert strongest_hz(read_wav(file)) == pytest.approx(440, abs=2)


@pytest.mark.parametrize("content", [b"", b"not a sound", b"RIFF\x00\x00\x00\x00WAVE"])
def test_a_file_that_is_no_sound_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.wav").write_bytes(content)
    with pytest.raises(SoundError, match=r"a\.wav"):
        read_wav(tmp_path / "a.wav")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SoundError, match=r"gone\.wav"):
        read_wav(tmp_path / "gone.wav")


def test_a_sound_that_cannot_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    write_wav(tmp_path / "a.wav", tone(440, 0.1))
    with pytest.raises(TypeError):
        write_wav(tmp_path / "a.wav", "not bytes")  # type: ignore[arg-type]
    assert read_wav(tmp_path / "a.wav") == tone(440, 0.1)
    assert [path.name for path in tmp_path.iterdir()] == ["a.wav"]


def test_frames_are_20_ms_and_the_last_is_filled_up() -> None:
    sound = tone(440, 0.05)
    pieces = list(frames(sound))
    assert [len(piece) for piece in pieces] == [FRAME_BYTES] * 3
    assert b"".join(pieces) == sound + silence(0.01)


def test_samples_too_loud_are_clipped_not_wrapped() -> None:
    assert to_samples(from_samples(np.array([-3.0, 3.0], np.float32))) == pytest.approx([-1.0, 1.0], abs=0.001)
