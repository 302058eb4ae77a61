from hypothesis import given
from hypothesis import strategies as st

from dispatch.cleaning import clean_words


@given(st.text(alphabet=st.characters(), max_size=300), st.integers(1, 50))
def test_cleaned_words_can_be_kept_anywhere(words: str, at_most: int) -> None:
    kept = clean_words(words, at_most)
    assert len(kept) <= at_most
    assert "\x00" not in kept
    assert "\n" not in kept
    kept.encode("utf-8")
    assert clean_words(kept, at_most) == kept


def test_lines_become_one_and_the_words_stay() -> None:
    assert clean_words("  水管\r\n漏了，\u202e快来\u0007 <b>吧</b> ", 100) == "水管 漏了，快来 <b>吧</b>"
