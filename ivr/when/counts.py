"""Counts that are only roughly known: 两三, 几, 十来, 一两."""

from ivr.when.numerals import NUMBER, NUMERALS, read_number

COUNT = rf"(?:几|十几|十来|{NUMBER}来?)"
_A_FEW = (3, 5)
_DOZEN = (10, 15)


def read_count(words: str) -> tuple[int, int]:
    """The least and the most that `words` can mean; (-1, -1) where they are no number."""
    if words == "几":
        return _A_FEW
    if words in ("十几", "十来"):
        return _DOZEN
    words = words.removesuffix("来")
    if len(words) == 2 and not words.isdecimal() and all(word in NUMERALS for word in words):
        least, most = (read_number(word) for word in words)
        if least < most and "十" not in words:  # 两三, 三五
            return least, most
    if len(words) == 3 and words[2] == "十" and words[0] != "十":  # 四五十
        least, most = (read_number(word) for word in words[:2])
        return 10 * least, 10 * most
    number = read_number(words)
    return number, number
