"""Several keys that make one answer."""

from typing import Any

from ivr.media.line import Digit, Line
from ivr.media.messages import FRAME_MS
from ivr.slots.slot import Slot
from ivr.turn import NEXT_WITHIN_S

# Rule 3: 0 brings a person everywhere. Where it may begin a number, it does when no other key follows soon.
LONE_ZERO_MS = 2_000


async def gather_keys(line: Line, keys: str, slot: Slot[Any]) -> str:
    """All the keys of one answer, the first of which was pressed already; raises `CallerHungUp` or `CallEnded`."""
    silent_ms = 0
    while slot.between_keys_ms and not slot.is_complete(keys):
        if silent_ms >= (min(LONE_ZERO_MS, slot.between_keys_ms) if keys == "0" else slot.between_keys_ms):
            break
        try:
            item = await line.next(NEXT_WITHIN_S)
        except TimeoutError:
            silent_ms += int(NEXT_WITHIN_S * 1000)
            continue
        if isinstance(item, Digit):
            keys, silent_ms = keys + item.key, 0
        else:
            silent_ms += FRAME_MS
    return keys
