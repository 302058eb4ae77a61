"""Prompts in sentences: each is spoken and kept by itself, so that a name or a time costs the work of one sentence only."""

import re

BETWEEN_SENTENCES_S = 0.25
# Rule 2: at least this long between the choices of a prompt, which are sentences of their own.
BETWEEN_CHOICES_S = 0.5

_END = re.compile(r"(?<=[。！？!?])\s*")
# 请按一, but not 按一个键.
_CHOICE = re.compile(r"按[一二三四五六七八九零\d](?![个下])")


def split_sentences(words: str) -> list[str]:
    """The sentences, each with its mark."""
    return [sentence for sentence in _END.split(words.strip()) if sentence]


def offers_key(sentence: str) -> bool:
    """Whether the sentence is a choice: it tells which key to press."""
    return bool(_CHOICE.search(sentence))


def pause_between_s(sentence: str, following: str) -> float:
    """How long the silence between two sentences is."""
    return BETWEEN_CHOICES_S if offers_key(sentence) and offers_key(following) else BETWEEN_SENTENCES_S
