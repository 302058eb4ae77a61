"""Cells of the files that one takes away, as no spreadsheet takes for a formula."""

import re

_FORMULA = re.compile(r"\s*[=+\-@\t\r]")


def harmless(cell: str) -> str:
    """`cell`, with an apostrophe in front where a spreadsheet would reckon it out."""
    return f"'{cell}" if _FORMULA.match(cell) else cell
