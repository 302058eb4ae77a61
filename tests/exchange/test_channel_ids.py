"""The ids that we give channels: Asterisk refuses one with which the id of another channel begins."""

import time
from itertools import permutations

from exchange.desk_calls import new_call_id
from exchange.switchboard import further_id, own_phone_id


def test_no_channel_of_a_call_keeps_another_away() -> None:
    call = new_call_id(41)
    there_first = [own_phone_id(call, seat) for seat in (1, 12)]
    beside = [further_id(call, number) for number in (1, 12, 120, "+8612012345678", "12012345678", "seat-1", "seat-12")]
    for new, old in permutations([*there_first, *beside], 2):
        assert not old.startswith(new)
    assert not any(one.startswith(call) for one in there_first)  # an operator's own telephone may be there before the call


def test_a_call_that_is_dialled_looks_older_than_whatever_is_rung_for_it() -> None:
    assert int(new_call_id(41).partition(".")[0]) < int(time.time())
