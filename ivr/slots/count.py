"""How many."""

from datetime import datetime

from ivr.numbers import Count, read_count
from ivr.slots.slot import Slot
from ivr.understanding.meaning import Heard


class CountSlot(Slot[Count]):
    """A number of things with the word for its unit (两份, 半斤, 一打), or a key from 1 to 9."""

    @property
    def hints(self) -> tuple[str, ...]:
        """The commonest answers."""
        return ("一份", "两份", "三份", "一个", "两个", "三个")

    def read(self, heard: Heard, now: datetime) -> Count | None:
        """The first count that any hypothesis holds, the likeliest first."""
        unbiased = (hypothesis.text for hypothesis in heard.hearing.hypotheses if not hypothesis.biased)
        return next((count for text in unbiased if (count := read_count(text))), None)

    def is_whole(self, value: Count) -> bool:
        """A count is."""
        return True

    def press(self, digit: str) -> Count | None:
        """The key's own number; 0 has brought an operator before this is asked."""
        return Count(int(digit)) if digit in "123456789" else None
