"""The number of a Chinese identity card, by its own check digit (GB 11643-1999)."""

import re
from datetime import date

from dispatch.sheets.faults import Wrong

_FORM = re.compile(r"\d{17}[\dX]")
# ISO 7064, MOD 11-2: the weight of each place, and the sign for each remainder.
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_SIGNS = "10X98765432"
SHOWN_AT_THE_ENDS = (3, 2)


def read_id_number(written: str) -> str:
    """The number as it is printed; raises `Wrong` for one that cannot be."""
    number = "".join(written.split()).upper()
    if not _FORM.fullmatch(number):
        raise Wrong("身份证号要有18位", "an id number has 18 digits")
    try:
        date.fromisoformat(number[6:14])
    except ValueError:
        raise Wrong("身份证号里的出生日期不对", "the date of birth in the id number is none") from None
    if _SIGNS[sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number[:17], strict=True)) % 11] != number[17]:
        raise Wrong("身份证号的校验位不对，请再看一遍", "the check digit of the id number does not fit; look again")
    return number


def mask_id_number(number: str) -> str:
    """Fit to be shown: the first three signs and the last two."""
    head, tail = SHOWN_AT_THE_ENDS
    return f"{number[:head]}{'*' * (len(number) - head - tail)}{number[-tail:]}" if number else ""
