from pathlib import Path

import numpy as np
import pytest

from audio.loudness import PROMPT_LUFS, loudness_lufs
from audio.prompts.cache import KEPT_IN_MEMORY, PromptCache
from audio.prompts.catalogue import PromptCatalogue, load_catalogue
from audio.prompts.sentences import BETWEEN_CHOICES_S, split_sentences
from audio.sound import RATE_HZ, Samples, duration_s, from_samples, silence, to_samples, write_wav
from audio.synthesizers import SynthesisError


class FakeVoice:
    """Speaks a tenth of a second a character, and remembers what it was asked."""

    def __init__(self) -> None:
        self.spoken: list[str] = []

    def speak(self, text: str) -> bytes:
        if "难" in text:
            raise SynthesisError(text)
        self.spoken.append(text)
        return b"\1\0" * (800 * len(text))


def a_hum(amplitude: float, seconds: int) -> Samples:
    return (amplitude * np.sin(np.arange(seconds * RATE_HZ) * 2 * np.pi * 440 / RATE_HZ)).astype(np.float32)


@pytest.fixture
def voice() -> FakeVoice:
    return FakeVoice()


@pytest.fixture
def catalogue(tmp_path: Path) -> PromptCatalogue:
    path = tmp_path / "catalogue.toml"
    path.write_text(
        '[hello]\nzh = "您好，邻里。请您现在说。"\nen = "Hello."\n'
        '[order]\nzh = "好的，{name}。请您现在说。祝您健康。"\nen = "{name}"\n',
        encoding="utf-8",
    )
    return load_catalogue(path)


def cache(folder: Path, voice: FakeVoice, engine: str = "fake") -> PromptCache:
    return PromptCache(folder, voice, engine)


def test_a_sentence_is_spoken_once(tmp_path: Path, voice: FakeVoice) -> None:
    prompts = cache(tmp_path, voice)
    assert prompts.sound("您好。") == prompts.sound("您好。")
    assert voice.spoken == ["您好。"]


def test_only_the_sentence_with_a_new_name_is_spoken(tmp_path: Path, voice: FakeVoice) -> None:
    prompts = cache(tmp_path, voice)
    prompts.sound("王奶奶，您好。请问您需要什么帮助？")
    prompts.sound("李爷爷，您好。请问您需要什么帮助？")
    assert voice.spoken == ["王奶奶，您好。", "请问您需要什么帮助？", "李爷爷，您好。"]


def test_there_is_half_a_second_between_choices(tmp_path: Path, voice: FakeVoice) -> None:
    assert silence(BETWEEN_CHOICES_S) in cache(tmp_path, voice).sound("送饭，请按一。理发，请按二。")


def test_what_is_rendered_outlives_the_process(tmp_path: Path, voice: FakeVoice, catalogue: PromptCatalogue) -> None:
    told = list(cache(tmp_path, voice).render(catalogue.fixed_sentences()))
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert voice.spoken == ["您好，邻里。", "请您现在说。", "祝您健康。"]
    later = FakeVoice()
    cache(tmp_path, later).sound("您好，邻里。请您现在说。")
    assert list(cache(tmp_path, later).render(catalogue.fixed_sentences())) == told
    assert later.spoken == []


def test_a_greeting_outlives_the_process_while_its_resident_is_with_us(tmp_path: Path, voice: FakeVoice) -> None:
    list(cache(tmp_path, voice).render_greetings(["王奶奶，您好。", "李爷爷，您好。"]))
    assert list(cache(tmp_path, voice).render_greetings(["李爷爷，您好。", "陈奶奶，您好。"])) == [(1, 2), (2, 2)]
    assert voice.spoken == ["王奶奶，您好。", "李爷爷，您好。", "陈奶奶，您好。"]
    later = FakeVoice()
    prompts = cache(tmp_path, later)
    prompts.sound("李爷爷，您好。陈奶奶，您好。")
    assert later.spoken == []
    prompts.sound("王奶奶，您好。")
    assert later.spoken == ["王奶奶，您好。"]


def test_other_names_and_times_are_never_written_down(tmp_path: Path, voice: FakeVoice) -> None:
    cache(tmp_path / "prompts", voice).sound("王奶奶，您好。")
    assert not list((tmp_path / "prompts").rglob("*.wav"))


def test_another_engine_has_its_own_sound(tmp_path: Path, voice: FakeVoice, catalogue: PromptCatalogue) -> None:
    list(cache(tmp_path, voice).render(catalogue.fixed_sentences()))
    other = FakeVoice()
    cache(tmp_path, other, "other").sound("您好，邻里。")
    assert other.spoken == ["您好，邻里。"]


def test_a_file_cut_short_is_made_again(tmp_path: Path, voice: FakeVoice, catalogue: PromptCatalogue) -> None:
    list(cache(tmp_path / "prompts", voice).render(catalogue.fixed_sentences()))
    for path in (tmp_path / "prompts").rglob("*.wav"):
        path.write_bytes(b"RIFF")
    assert duration_s(cache(tmp_path / "prompts", voice).sound("您好，邻里。")) > 0.5
    assert voice.spoken.count("您好，邻里。") == 2


def test_a_persons_recording_wins_over_any_voice(tmp_path: Path, voice: FakeVoice, catalogue: PromptCatalogue) -> None:
    write_wav(tmp_path / "recorded" / "hello.wav", from_samples(a_hum(amplitude=0.5, seconds=2)))
    prompts = cache(tmp_path, voice)
    prompts.export(catalogue, tmp_path / "sounds")
    assert [path.name for path in (tmp_path / "sounds").iterdir()] == ["hello.wav"]
    assert duration_s(prompts.sound("您好，邻里。请您现在说。", "hello")) == pytest.approx(2)
    assert voice.spoken == []


def test_a_recording_is_as_loud_as_the_voice(tmp_path: Path, voice: FakeVoice) -> None:
    write_wav(tmp_path / "recorded" / "hello.wav", from_samples(a_hum(amplitude=0.01, seconds=2)))
    recorded = to_samples(cache(tmp_path, voice).sound("您好，邻里。", "hello"))
    assert loudness_lufs(recorded) == pytest.approx(PROMPT_LUFS, abs=1)


def test_a_new_recording_is_played_at_once(tmp_path: Path, voice: FakeVoice) -> None:
    prompts = cache(tmp_path, voice)
    for seconds in (1, 2):
        write_wav(tmp_path / "recorded" / "hello.wav", from_samples(a_hum(amplitude=0.5, seconds=seconds)))
        assert duration_s(prompts.sound("您好，邻里。", "hello")) == pytest.approx(seconds)


def test_what_is_no_recording_is_spoken_instead(tmp_path: Path, voice: FakeVoice) -> None:
    path = tmp_path / "recorded" / "hello.wav"
    path.parent.mkdir()
    path.write_bytes(b"RIFF")
    cache(tmp_path, voice).sound("您好，邻里。", "hello")
    assert voice.spoken == ["您好，邻里。"]


def test_what_cannot_be_spoken_is_an_error_and_is_not_kept(tmp_path: Path, voice: FakeVoice) -> None:
    prompts = cache(tmp_path, voice)
    for _ in range(2):
        with pytest.raises(SynthesisError):
            prompts.sound("难。")


def test_memory_does_not_grow_without_end(tmp_path: Path, voice: FakeVoice) -> None:
    prompts = cache(tmp_path, voice)
    for number in range(KEPT_IN_MEMORY + 1):
        prompts.sound(f"{number}。")
    prompts.sound(f"{KEPT_IN_MEMORY}。")
    assert len(voice.spoken) == KEPT_IN_MEMORY + 1
    prompts.sound("0。")
    assert len(voice.spoken) == KEPT_IN_MEMORY + 2


def test_sentences_keep_their_marks() -> None:
    assert split_sentences("好的，记下了。对吗？ 请说。") == ["好的，记下了。", "对吗？", "请说。"]
    assert split_sentences("没有句号") == ["没有句号"]
    assert split_sentences("") == []
