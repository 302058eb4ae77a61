"""What the classifier sees of an utterance: runs of characters and of syllables, and of halves of syllables.

A recogniser that mishears keeps most of the sound: 我要第五份 for 我要订午饭 shares hardly a character with it, and most halves.
"""

from collections.abc import Iterator, Sequence

from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import HashingVectorizer

from ivr.understanding.sounds import Said, Syllable

FEATURES = 2**17
_BEGIN: Syllable = ("^", "")
_END: Syllable = ("$", "")


def describe(utterances: Sequence[Said]) -> csr_matrix:
    """One row of FEATURES an utterance, of length 1."""
    rows: csr_matrix = _HASHING.transform(utterances)
    return rows


def _features(said: Said) -> list[str]:
    return [*_of_sound((_BEGIN, *said.syllables, _END)), *(_of_characters(f"^{said.characters}$") if said.characters else ())]


def _of_sound(syllables: Sequence[Syllable]) -> Iterator[str]:
    whole = [initial + final for initial, final in syllables]
    for length in (1, 2, 3):
        for at in range(len(whole) - length + 1):
            yield "s" + "_".join(whole[at : at + length])
    for at in range(len(syllables) - 1):
        yield f"a{whole[at]}_{syllables[at + 1][0]}"
        yield f"b{syllables[at][1]}_{whole[at + 1]}"
    for at in range(len(syllables) - 2):
        three = syllables[at : at + 3]
        yield "i" + "_".join(initial for initial, _ in three)
        yield "f" + "_".join(final for _, final in three)
        yield f"g{whole[at]}_{whole[at + 2]}"


def _of_characters(text: str) -> Iterator[str]:
    for length in (1, 2, 3):
        for at in range(len(text) - length + 1):
            yield "c" + text[at : at + length]


_HASHING = HashingVectorizer(analyzer=_features, n_features=FEATURES, alternate_sign=False, norm="l2", dtype="float32")
