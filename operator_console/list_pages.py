"""Long lists, one page at a time: so many rows, and the way to those before and behind them."""

from dataclasses import dataclass

from flask import request

from operator_console.row_ids import read_row_id

AT_A_TIME = 50


@dataclass(frozen=True)
class ListPage:
    """The rows of a list behind its first `after`, of `count` in all."""

    after: int
    count: int

    @property
    def last(self) -> int:
        """The number of the last row that is shown; the first has `after` + 1."""
        return min(self.after + AT_A_TIME, self.count)

    @property
    def earlier(self) -> int | None:
        """Behind how many rows the page before this one begins."""
        return max(0, self.after - AT_A_TIME) if self.after else None

    @property
    def later(self) -> int | None:
        """Behind how many rows the next page begins."""
        return self.last if self.last < self.count else None


def rows_before() -> int:
    """Behind how many rows of a list the page that was asked for begins."""
    return request.args.get("after", 0, type=read_row_id)


def page_asked_for(count: int) -> ListPage:
    """That page of a list of so many rows; the last one where the list has become shorter."""
    return ListPage(min(rows_before(), max(0, count - 1) // AT_A_TIME * AT_A_TIME), count)
