"""Prices as people write them."""

import re
import unicodedata

_YUAN = re.compile(r"[¥￥]?([0-9]{1,5})(?:\.([0-9]{1,2}))?(?:元|块)?")


def read_fen(written: str) -> int | None:
    """A price in yuan as people write it, in fen; None for what is none."""
    found = _YUAN.fullmatch(unicodedata.normalize("NFKC", written).replace(" ", ""))
    return int(found[1]) * 100 + int((found[2] or "").ljust(2, "0")) if found else None
