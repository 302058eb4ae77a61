"""Telephone numbers: one written form for comparing, one masked form for logs."""

import re

_NOT_DIALLED = re.compile(r"[\s\-().·]")
_MOBILE = re.compile(r"1[0-9]{10}")
_NUMBER = re.compile(r"\+?[0-9]{3,15}")


def normalise_number(number: str) -> str:
    """The form in which numbers are kept and compared: as dialled inside China; "" for what is no number.

    Full-width digits are read; +86 and 0086 are left out, and give a fixed line back the 0 of its area code; a foreign number
    keeps its plus sign.
    """
    digits = _NOT_DIALLED.sub("", number.translate(_FULL_WIDTH))
    for prefix in ("+86", "0086"):
        if digits.startswith(prefix):
            digits = digits.removeprefix(prefix)
            if not _MOBILE.fullmatch(digits) and not digits.startswith("0"):
                digits = f"0{digits}"
    return digits if _NUMBER.fullmatch(digits) else ""


def takes_sms(number: str) -> bool:
    """Whether an SMS to a normalised number may arrive: a fixed line in China has none."""
    return number.startswith("+") or _MOBILE.fullmatch(number) is not None


def mask_number(number: str) -> str:
    """A number fit for a log: its first three and last four digits, less of a short one."""
    if len(number) >= 9:
        return f"{number[:3]}****{number[-4:]}"
    return f"{number[:1]}***{number[-1:]}" if number else "(none)"


def group_digits(number: str) -> str:
    """A number as it is read aloud or shown, in groups of at most four digits (138 0001 2345)."""
    head = len(number) % 4 or 4
    return " ".join([number[:head], *(number[i : i + 4] for i in range(head, len(number), 4))])


_FULL_WIDTH = {ord("０") + i: str(i) for i in range(10)} | {ord("＋"): "+", ord("－"): "-"}
