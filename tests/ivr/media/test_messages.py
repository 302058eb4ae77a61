import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.media.messages import Kind, MalformedError, Unpacker, pack


@given(st.lists(st.tuples(st.sampled_from(Kind), st.binary(max_size=700)), max_size=8), st.integers(1, 50))
def test_messages_come_whole_however_the_network_cuts_them(messages: list[tuple[Kind, bytes]], cut: int) -> None:
    stream = b"".join(pack(kind, payload) for kind, payload in messages)
    unpacker = Unpacker()
    came = [message for start in range(0, len(stream), cut) for message in unpacker.feed(stream[start : start + cut])]
    assert came == messages


@given(st.binary(max_size=5_000))
def test_rubbish_is_a_message_or_a_fault_and_nothing_else(rubbish: bytes) -> None:
    with contextlib.suppress(MalformedError):
        list(Unpacker().feed(rubbish))


def test_a_huge_message_is_a_fault_before_it_has_come() -> None:
    with pytest.raises(MalformedError, match="65535"):
        list(Unpacker().feed(b"\x10\xff\xff"))
