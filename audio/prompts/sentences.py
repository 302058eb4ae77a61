"""Prompts in sentences: each is spoken and kept by itself, so that a name or a time costs the work of one sentence only."""

import re

# Rule: at least this long between the choices of a prompt, which are sentences of their own.
PAUSE_S = 0.5
_END = re.compile(r"(?<=[。！？!?])\s*")


def split_sentences(words: str) -> list[str]:
    """The sentences, each with its mark."""
    return [sentence for sentence in _END.split(words.strip()) if sentence]
