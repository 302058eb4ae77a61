"""Which of Whisper's tokens can stand in a Chinese sentence."""

from functools import cache

from tokenizers import Tokenizer

# The first bytes, in UTF-8, of the characters from U+3000 to U+9FFF, and of their punctuation. The other bytes are any script's.
_FIRST_BYTES = frozenset((0xE2, *range(0xE3, 0xEA), 0xEF))
# What stands between spoken words and in figures. Left free, Whisper writes 【】【】… beside speech that it does not follow.
_MARKS = " ,.!?:%-，。、！？：…"


def foreign_tokens(vocabulary: Tokenizer, below: int) -> list[int]:
    """The text tokens (those before `below`) that write another script, or a sign that nobody speaks: 48 of 50 thousand."""
    return [token for text, token in vocabulary.get_vocab(with_added_tokens=False).items() if token < below and _is_foreign(text)]


def _is_foreign(text: str) -> bool:
    written = bytes(_bytes_by_sign()[sign] for sign in text)
    try:
        signs = written.decode()
    except UnicodeDecodeError:  # a part of a sign
        if any(byte >= 0xC0 and byte not in _FIRST_BYTES for byte in written):
            return True
        signs = written.decode(errors="ignore")
    return not all(_is_chinese(sign) for sign in signs)


def _is_chinese(sign: str) -> bool:
    return "\u4e00" <= sign <= "\u9fff" or sign == "〇" or sign in "0123456789" or sign in _MARKS


@cache
def _bytes_by_sign() -> dict[str, int]:
    """The vocabulary writes each byte as one printable sign, as GPT-2 did: those that are none have moved to U+0100 and on."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in printable]
    return {chr(byte): byte for byte in printable} | {chr(256 + place): byte for place, byte in enumerate(others)}
