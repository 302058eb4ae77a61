from pathlib import Path

import pytest

from audio.recognizers import RecognitionError, whisper_model
from audio.recognizers.whisper_model import MODEL_BYTES, assemble_model, is_assembled


def test_the_model_is_put_together_from_its_packages(whisper_folder: Path) -> None:
    assert is_assembled(whisper_folder)
    names = sorted(path.name for path in whisper_folder.iterdir())
    assert names == ["config.json", "model.bin", "tokenizer.json", "vocabulary.txt"]


def test_progress_is_told_up_to_the_whole(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    assemble_model(tmp_path, progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (MODEL_BYTES, MODEL_BYTES)
    assert told == sorted(told)


def test_a_model_that_is_there_is_left_alone(whisper_folder: Path) -> None:
    before = (whisper_folder / "model.bin").stat()
    told: list[int] = []
    assemble_model(whisper_folder, progress=lambda done, _: told.append(done))
    assert (whisper_folder / "model.bin").stat().st_mtime_ns == before.st_mtime_ns
    assert told == []


def test_a_model_cut_short_is_put_together_again(tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_bytes(b"half")
    assemble_model(tmp_path)
    assert is_assembled(tmp_path)


def test_a_missing_package_is_named_and_leaves_nothing_half_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whisper_model, "_SECOND", "a_package_that_is_not_there")
    with pytest.raises(RecognitionError, match="a_package_that_is_not_there"):
        assemble_model(tmp_path)
    assert not (tmp_path / "model.bin").exists()
    assert not list(tmp_path.glob("*.part"))


def test_packages_that_are_not_whole_make_no_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whisper_model, "MODEL_BYTES", MODEL_BYTES + 1)
    with pytest.raises(RecognitionError, match="not whole"):
        assemble_model(tmp_path)
    assert not (tmp_path / "model.bin").exists()
