"""Which of a waiting coroutine's variables it will read again; the others are no part of where it is."""

import dis
from functools import cache
from itertools import pairwise
from types import CodeType

_ENDS = frozenset({"RETURN_VALUE", "RAISE_VARARGS", "RERAISE", "JUMP_FORWARD", "JUMP_BACKWARD", "JUMP_BACKWARD_NO_INTERRUPT"})


@cache
def live_variables(code: CodeType, waits_at: int) -> frozenset[str]:
    """Those with a way from the instruction at this offset to a reading of them, without a writing before."""
    instructions = list(dis.get_instructions(code))
    places = {instruction.offset: place for place, instruction in enumerate(instructions)}
    # A loop's variable tells how far the loop is, which nothing else does.
    loops = [two.argval for one, two in pairwise(instructions) if one.opname == "FOR_ITER" and two.opname == "STORE_FAST"]
    live = set(loops)
    seen: set[tuple[int, frozenset[str]]] = set()
    ways: list[tuple[int, frozenset[str]]] = [(places[waits_at] + 1, frozenset())]
    while ways:
        place, written = way = ways.pop()
        if way in seen or place >= len(instructions):
            continue
        seen.add(way)
        one = instructions[place]
        if one.opname == "LOAD_FAST" and one.argval not in written:
            live.add(one.argval)
        if one.opname in ("LOAD_DEREF", "LOAD_CLOSURE"):
            live.add(one.argval)
        if one.opname == "STORE_FAST":
            written |= {one.argval}
        if one.opcode in dis.hasjrel:
            ways.append((places[one.argval], written))
        if one.opname not in _ENDS:
            ways.append((place + 1, written))
    return frozenset(live)
