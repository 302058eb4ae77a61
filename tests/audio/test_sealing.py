"""Sealed recordings: nobody reads or changes them without the key, and whoever has it hears what was recorded."""

import hashlib
import os
from pathlib import Path

import pytest

from audio.sealing import ENDING, SealedFile, SealError, find_recording, key_file, open_recording, seal
from audio.sound import SoundError, read_wav, silence, write_wav

PIECE = 64 * 1024


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "recordings"
    folder.mkdir()
    key_file(folder).parent.mkdir()
    key_file(folder).write_text("first-key\n")
    return folder


def sealed(folder: Path, content: bytes) -> Path:
    path = folder / "1.wav"
    path.write_bytes(content)
    seal(path)
    assert not path.exists()
    return path


@pytest.mark.parametrize("length", [0, 1, PIECE - 1, PIECE, 3 * PIECE + 7])
def test_what_was_recorded_comes_back_and_cannot_be_read_without_the_key(folder: Path, length: int) -> None:
    content = os.urandom(length)
    path = sealed(folder, content)
    found = find_recording(path)
    assert found
    assert found.name == "1.wav" + ENDING
    assert len(content) < 32 or content[:32] not in found.read_bytes()
    with open_recording(path) as file:
        assert hashlib.file_digest(file, "sha256").digest() == hashlib.sha256(content).digest()


def test_any_piece_is_read_without_the_others(folder: Path) -> None:
    content = os.urandom(3 * PIECE + 7)
    with open_recording(sealed(folder, content)) as file:
        for at in (0, PIECE - 3, 2 * PIECE + 11, 3 * PIECE + 5):
            file.seek(at)
            assert file.read(10) == content[at : at + 10]
        file.seek(-3, os.SEEK_END)
        assert file.read() == content[-3:]


def test_sound_is_read_sealed_or_plain_alike(folder: Path) -> None:
    write_wav(folder / "2.wav", silence(1.5))
    plain = read_wav(folder / "2.wav")
    seal(folder / "2.wav")
    assert read_wav(folder / "2.wav") == plain == silence(1.5)


@pytest.mark.parametrize("harm", ["flip", "cut", "swap", "length"])
def test_what_was_changed_is_not_played(folder: Path, harm: str) -> None:
    path = sealed(folder, os.urandom(2 * PIECE + 5))
    file = folder / ("1.wav" + ENDING)
    written = bytearray(file.read_bytes())
    if harm == "flip":
        written[100] ^= 1
    elif harm == "cut":
        del written[-PIECE:]
    elif harm == "length":
        written[39] ^= 1
    else:
        first, second = written[40 : 40 + PIECE + 16], written[40 + PIECE + 16 : 40 + 2 * (PIECE + 16)]
        written[40 : 40 + 2 * (PIECE + 16)] = second + first
    file.write_bytes(written)
    with pytest.raises(SealError), open_recording(path) as again:
        again.read()


def test_a_new_key_seals_and_the_old_one_still_opens(folder: Path) -> None:
    path = sealed(folder, b"old")
    key_file(folder).write_text("first-key\nsecond-key\n")
    (folder / "2.wav").write_bytes(b"new")
    seal(folder / "2.wav")
    for name, content in (("1.wav", b"old"), ("2.wav", b"new")):
        with open_recording(folder / name) as file:
            assert file.read() == content
    key_file(folder).write_text("second-key\n")
    with pytest.raises(SealError, match="its key is not there"):
        open_recording(path)


def test_what_is_no_sealed_file_or_has_no_key_says_so(folder: Path) -> None:
    (folder / ("3.wav" + ENDING)).write_bytes(b"x" * 100)
    with pytest.raises(SealError, match="no sealed recording"):
        SealedFile(folder / ("3.wav" + ENDING))
    with pytest.raises(SoundError):
        read_wav(folder / "3.wav")
    key_file(folder).unlink()
    (folder / "4.wav").write_bytes(b"x")
    with pytest.raises(SealError, match="no key"):
        seal(folder / "4.wav")
    assert (folder / "4.wav").read_bytes() == b"x"
