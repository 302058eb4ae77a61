"""How many SMS a text is charged as (3GPP TS 23.038 and 23.040)."""

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("\f^{}\\[~]|€")  # each takes two septets
# Room in one SMS alone, and in each of several, which carry a header of six octets.
_GSM_ALONE, _GSM_EACH = 160, 153
_UCS2_ALONE, _UCS2_EACH = 70, 67


def is_gsm7(body: str) -> bool:
    """Whether every letter is in the GSM alphabet; one that is not, and any Chinese, makes the whole text UCS-2."""
    return _BASIC.union(_EXTENDED).issuperset(body)


def count_segments(body: str) -> int:
    """How many SMS carry `body`; an empty one takes one too."""
    if is_gsm7(body):
        return _pack([2 if letter in _EXTENDED else 1 for letter in body], _GSM_ALONE, _GSM_EACH)
    return _pack([2 if ord(letter) > 0xFFFF else 1 for letter in body], _UCS2_ALONE, _UCS2_EACH)


def _pack(sizes: list[int], alone: int, each: int) -> int:
    """A letter of two parts is never divided between two SMS."""
    if sum(sizes) <= alone:
        return 1
    count, filled = 1, 0
    for size in sizes:
        if filled + size > each:
            count, filled = count + 1, 0
        filled += size
    return count
