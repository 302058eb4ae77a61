"""What Whisper may write: Chinese, figures and punctuation, and no other script."""

from pathlib import Path

import pytest
from tokenizers import Tokenizer

from audio.recognizers.whisper_tokens import foreign_tokens

WRITTEN = ("我要预约陪诊", "明天下午3点", "二〇二六年", "鼹鼠、龃龉，对吗？好的！", "1:30，50%……")
FOREIGN = ("Where are you", "はい", "네", "привет", "é")
SIGNS = ("【】【】", "《", "♪", "*", "~~", "\n")


@pytest.fixture(scope="module")
def vocabulary(whisper_folder: Path) -> Tokenizer:
    return Tokenizer.from_file(str(whisper_folder / "tokenizer.json"))


@pytest.fixture(scope="module")
def forbidden(vocabulary: Tokenizer) -> set[int]:
    return set(foreign_tokens(vocabulary, below=vocabulary.token_to_id("<|endoftext|>")))


@pytest.mark.parametrize("text", WRITTEN)
def test_every_chinese_sentence_can_be_written(text: str, vocabulary: Tokenizer, forbidden: set[int]) -> None:
    assert not forbidden & set(vocabulary.encode(text, add_special_tokens=False).ids)


@pytest.mark.parametrize("text", FOREIGN)
def test_no_other_script_can(text: str, vocabulary: Tokenizer, forbidden: set[int]) -> None:
    assert forbidden & set(vocabulary.encode(text, add_special_tokens=False).ids)


@pytest.mark.parametrize("text", SIGNS)
def test_no_sign_that_nobody_speaks_can(text: str, vocabulary: Tokenizer, forbidden: set[int]) -> None:
    assert forbidden & set(vocabulary.encode(text, add_special_tokens=False).ids)
