"""Recognition by the Whisper base model on CTranslate2, shaped for short utterances on the telephone."""

import math
import re
from collections.abc import Sequence
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import ctranslate2
import numpy as np
import zhconv
from faster_whisper.feature_extractor import FeatureExtractor
from faster_whisper.tokenizer import Tokenizer
from numpy.typing import NDArray
from scipy.signal import resample_poly
from tokenizers import Tokenizer as TokenizerFile

from audio.denoising import denoise
from audio.recognizers import Hearing, Hypothesis, RecognitionError, as_shares
from audio.recognizers.whisper_tokens import foreign_tokens
from audio.sound import RATE_HZ, duration_s, to_samples

# Left to itself zhconv reads its dictionary at the first call, and leaves the file open.
zhconv.loaddict(str(files("zhconv") / "zhcdict.json"))

_MODEL_RATE_HZ = 16000
# Whisper was made for windows of 30 s. Shorter ones cost less (10 s: 0.20 s of a core, 8 s: 0.15 s, no word worse);
# much shorter, or without room after the speech, it repeats itself. A lone 是的 or 不对 wants
# the longer one (14 right of 16, not 13).
_WINDOW_S = 8.0
_ANSWERS_WINDOW_S = 10.0
_ROOM_S = 1.0
_LONGEST_BYTES = 29 * RATE_HZ * 2
_SHORTEST_S = 0.1
_BEAM = 5
_ANSWERS_BEAM = 8
# Answers are short; an utterance that is none of them shall not cost a whole decoding.
_ANSWER_TOKENS = 10
_TOKENS_PER_S = 10
# In noise it writes 狗狗狗狗… to the end; two or three times 救命啊 is still written.
_NOT_TWICE_TOKENS = 6
# What Whisper is told before the third hearing, at most: its memory for what went before is 224 tokens.
_HINT_TOKENS = 200
# 救命啊 on a clean line scores like the words that are found in noise: -1.1.
_FEW_CHARACTERS = 4
# What hypotheses may differ in without differing in words, and half a character where the beam was cut.
_NOT_TEXT = " \ufffd。！？!?.,，…"


class WhisperRecognizer:
    """Hears Mandarin, five hypotheses at a time: first in the sound as it is, then in the sound without its steady noise.

    The second hearing makes other mistakes than the first, and fewer where there is noise (the best of five had 39 wrong
    syllables in a hundred instead of 42 at 10 dB, 21 instead of 25 at 20 dB). It is decoded once more with the hints; told what
    to expect, Whisper hears it in noise too, so what is found only then is biased. Each worker is a thread of one core. Whisper
    mixes traditional and simplified characters: all are made simplified. It may write nothing but Chinese and figures: left
    free, it made an English sentence of 我要预约陪诊.
    """

    def __init__(self, model_dir: Path, workers: int) -> None:
        try:
            self._model = ctranslate2.models.Whisper(
                str(model_dir), device="cpu", compute_type="int8", inter_threads=workers, intra_threads=1
            )
            vocabulary = TokenizerFile.from_file(str(model_dir / "tokenizer.json"))
        except Exception as error:  # tokenizers raises a bare Exception, CTranslate2 a RuntimeError or ValueError
            raise RecognitionError(f"语音模型无法加载 / the speech model in {model_dir} cannot be loaded: {error}") from error
        self._tokens = tokens = Tokenizer(vocabulary, multilingual=True, task="transcribe", language="zh")
        self._vocabulary_size = vocabulary.get_vocab_size()
        self._features = FeatureExtractor()
        self._start = [*tokens.sot_sequence, tokens.no_timestamps]
        special = [tokens.transcribe, tokens.translate, tokens.sot, tokens.sot_prev, tokens.sot_lm, tokens.no_speech]
        self._never = [*tokens.non_speech_tokens, *special, *foreign_tokens(vocabulary, below=tokens.eot)]

    def recognize(self, sound: bytes, hints: Sequence[str] = (), answers: Sequence[str] = ()) -> Hearing:
        """Hear one utterance of up to 29 s; what is longer is cut."""
        if duration_s(sound) < _SHORTEST_S:
            return Hearing(no_speech=1.0)
        sound = sound[:_LONGEST_BYTES]
        try:
            encoded = self._encode(sound, _ANSWERS_WINDOW_S if answers else _WINDOW_S)
            hypotheses, no_speech = self._decode(encoded, _room(sound))
            if hypotheses and hypotheses[0].text in answers:
                # Word for word one of them: matching would take another quarter of a second.
                return Hearing(
                    hypotheses, no_speech, (Hypothesis(hypotheses[0].text, 0.0),), 1.0, clearness=_clearness(hypotheses)
                )
            if answers:
                matched, fit = self._match(encoded, answers, min(_room(sound), _ANSWER_TOKENS))
                return Hearing(hypotheses, no_speech, matched, fit, clearness=_clearness(hypotheses))
        except (RuntimeError, ValueError) as error:
            raise RecognitionError(f"语音识别失败 / recognition failed: {error}") from error
        return Hearing(hypotheses, no_speech, clearness=_clearness(hypotheses))

    def recognize_again(self, sound: bytes, first: Hearing, hints: Sequence[str] = ()) -> Hearing:
        """Hear the utterance without its steady noise, and with the hints, where there are any, once more."""
        if duration_s(sound) < _SHORTEST_S:
            return first
        sound = denoise(sound[:_LONGEST_BYTES])
        try:
            encoded = self._encode(sound, _WINDOW_S)
            hypotheses, _ = self._decode(encoded, _room(sound))
            hinted = self._decode(encoded, _room(sound), hints)[0] if hints else ()
        except (RuntimeError, ValueError) as error:
            raise RecognitionError(f"语音识别失败 / recognition failed: {error}") from error
        known = {hypothesis.text for hypothesis in (*first.hypotheses, *hypotheses)}
        biased = (replace(hypothesis, biased=True) for hypothesis in hinted if hypothesis.text not in known)
        both = first.with_another("filtered", (*hypotheses, *biased))
        return replace(both, clearness=_clearness((*first.hypotheses, *hypotheses)))

    def stream(self, hints: Sequence[str] = (), answers: Sequence[str] = ()) -> None:
        """None: Whisper hears whole utterances only."""

    def _encode(self, sound: bytes, window_s: float) -> ctranslate2.StorageView:
        samples = resample_poly(to_samples(sound), _MODEL_RATE_HZ, RATE_HZ).astype(np.float32)
        window = int(max(window_s, duration_s(sound) + _ROOM_S) * _MODEL_RATE_HZ)
        features: NDArray[np.float32] = self._features(np.pad(samples, (0, window - len(samples))), padding=0)
        return self._model.encode(ctranslate2.StorageView.from_array(np.ascontiguousarray(features[np.newaxis])))

    def _decode(
        self, encoded: ctranslate2.StorageView, room: int, hints: Sequence[str] = ()
    ) -> tuple[tuple[Hypothesis, ...], float]:
        told = [self._tokens.sot_prev, *self._tokens.encode(" " + "，".join(hints))[:_HINT_TOKENS]] if hints else []
        result = self._generate(
            encoded,
            room,
            told,
            beam_size=_BEAM,
            num_hypotheses=_BEAM,
            no_repeat_ngram_size=_NOT_TWICE_TOKENS,
            suppress_tokens=self._never,
            return_no_speech_prob=True,
        )
        return self._hypotheses(result), float(result.no_speech_prob)

    def _match(self, encoded: ctranslate2.StorageView, answers: Sequence[str], room: int) -> tuple[tuple[Hypothesis, ...], float]:
        """Decode with nothing but the answers' tokens allowed, and see how much the model thought of their beginnings unasked."""
        spellings = [self._tokens.encode(zhconv.convert(answer, locale)) for answer in answers for locale in ("zh-cn", "zh-tw")]
        allowed = {token for spelling in spellings for token in spelling} | {self._tokens.eot}
        others = [token for token in range(self._vocabulary_size) if token not in allowed]
        # Without the penalty a score is the logarithm of the whole text's probability, not of one token's.
        matched = self._generate(
            encoded,
            room,
            beam_size=_ANSWERS_BEAM,
            num_hypotheses=_ANSWERS_BEAM,
            suppress_tokens=others,
            length_penalty=0,
        )
        first = self._generate(encoded, 1, beam_size=1, suppress_tokens=[], suppress_blank=False, return_logits_vocab=True)
        logits = np.array(first.logits[0][0], dtype=np.float64)
        likelihood = np.exp(logits - logits.max())
        # A token may be half a word, so the decoder can also make words that are not in the list.
        whole = re.compile(f"(?:{'|'.join(map(re.escape, answers))})+")
        shares = as_shares(answer for answer in self._hypotheses(matched) if whole.fullmatch(answer.text))
        begins = sorted({spelling[0] for spelling in spellings})
        return shares, float(likelihood[begins].sum() / likelihood.sum())

    def _generate(self, encoded: ctranslate2.StorageView, room: int, told: Sequence[int] = (), **options: Any) -> Any:
        start = [*told, *self._start]
        # CTranslate2 takes half of max_length, or what the prompt leaves of it, whichever is less.
        longest = max(2 * room, len(start) + room)
        return self._model.generate(encoded, [start], max_length=longest, return_scores=True, **options)[0]

    def _hypotheses(self, result: Any) -> tuple[Hypothesis, ...]:
        heard: dict[str, float] = {}
        for tokens, score in zip(result.sequences_ids, result.scores, strict=True):
            text = zhconv.convert(self._tokens.decode(tokens), "zh-cn").strip(_NOT_TEXT)
            if any(map(str.isalnum, text)):
                heard[text] = max(score, heard.get(text, score))
        return tuple(Hypothesis(text, score) for text, score in sorted(heard.items(), key=lambda entry: -entry[1]))


def _clearness(heard: Sequence[Hypothesis]) -> float:
    """The mean likelihood of a token of the likeliest text; of a short one, whose few tokens tell little, nearer to 1."""
    if not heard:
        return 0.0
    best = max(heard, key=lambda hypothesis: hypothesis.score)
    return math.exp(best.score * len(best.text) / (len(best.text) + _FEW_CHARACTERS))


def _room(sound: bytes) -> int:
    """How many tokens the utterance may take: what repeats itself without end is cut."""
    return int(duration_s(sound) * _TOKENS_PER_S) + 10
