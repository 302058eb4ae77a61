"""Numbers in the words in which they are read back: digit by digit, in groups of at most four."""

from itertools import pairwise

_MOST_IN_A_GROUP = 4
_DIGITS = dict(zip("0123456789+", "零幺二三四五六七八九加", strict=True))


def say_digits(number: str) -> str:
    """A telephone number or a code as it is read back: 13812345678 is 幺三八，幺二三四，五六七八.

    Groups are as even as can be, the longer ones last. Raises `ValueError` for what is not all digits (a plus may lead).
    """
    if not number.removeprefix("+").isascii() or not number.removeprefix("+").isdigit():
        raise ValueError(f"not a number to be read digit by digit: {len(number)} characters")
    spoken = "".join(_DIGITS[digit] for digit in number)
    groups = -(-len(spoken) // _MOST_IN_A_GROUP)
    edges = [len(spoken) * group // groups for group in range(groups + 1)]
    return "，".join(spoken[start:end] for start, end in pairwise(edges))
