"""Text from outside, made fit to keep, to show and to send."""

import unicodedata


def clean_words(words: str, at_most: int) -> str:
    """`words` on one line, cut to `at_most` characters.

    Control, format and unassigned characters go: PostgreSQL keeps no NUL, and a change of direction would make a text read
    otherwise than it is. Markup stays as it was written; whoever shows the text escapes it.
    """
    kept = "".join(" " if letter.isspace() else letter for letter in words if letter.isspace() or _is_written(letter))
    return " ".join(kept.split())[:at_most].rstrip()


def _is_written(letter: str) -> bool:
    return not unicodedata.category(letter).startswith("C")
