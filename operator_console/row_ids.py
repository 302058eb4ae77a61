"""Rows' ids, as addresses and forms name them: one that no row can have is not there, whatever the database would say to it."""

from werkzeug.routing import IntegerConverter, Map

LARGEST_ID = 2**31 - 1  # PostgreSQL's integer


class RowIdConverter(IntegerConverter):
    """`<int:…>` in an address; a larger number is an address that is not there."""

    regex = r"\d{1,10}"

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=LARGEST_ID)


def read_row_id(written: str) -> int:
    """The id in a form's field; raises ValueError for what can be none, and so works as `type` of `form.get`."""
    row_id = int(written)
    if not 0 <= row_id <= LARGEST_ID:
        raise ValueError("beyond every row's id")
    return row_id
