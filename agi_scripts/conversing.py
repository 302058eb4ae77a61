"""The bridge between a call's script, which is a thread, and its conversation, which is a coroutine on the media loop."""

import asyncio
import concurrent.futures
import contextlib
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar
from uuid import uuid4

from asterisk.agi import AGIAppError

from agi_scripts.channel import Channel
from exchange.faults import place
from ivr.errors import CallEnded, CallerHungUp, HandOver
from ivr.media.line import Line
from ivr.media.thread import MediaDown, MediaThread

log = logging.getLogger(__name__)

T = TypeVar("T")

# What Asterisk takes to go on after its last word from us: 1 ms when all is well.
REPLY_WITHIN_S = 5.0
# What a dialogue may take after a hang-up to write down what it has.
WIND_DOWN_S = 10.0
RENEW_EVERY_S = 1.0
# A dialogue that neither listens nor speaks for longer hangs. Until then it is at work: recognition may take 8 s, and on a busy
# machine it does.
HANGS_AFTER_S = 10.0


def converse(
    channel: Channel, media: MediaThread, dialogue: Callable[[Line], Awaitable[T]], renew: Callable[[], None] | None = None
) -> T:
    """Hold a conversation with the caller and return what the dialogue returns.

    `renew` prolongs the call's lease, without blocking; it is called every second while the media loop runs, until the dialogue
    has neither listened nor spoken for 10 s. Raises `CallerHungUp`; `HandOver("media")` when the sound failed with the caller
    still there; `HandOver("fault")` when the dialogue crashed; and whatever `HandOver` or `CallEnded` the dialogue raises.
    """
    call_id = uuid4()
    log.info("call %s: conversation %s", channel.unique_id, call_id)
    try:
        expected = media.expect(call_id)
        talking = media.submit(_talk(expected, dialogue, renew))
    except MediaDown:
        raise HandOver("media") from None
    try:
        _lend(channel, f"{call_id},{media.address}", talking)
        if not expected.done():  # Asterisk did not come
            talking.cancel()
        concurrent.futures.wait([talking], WIND_DOWN_S)
    finally:
        talking.cancel()
    return _outcome(channel, talking)


def _lend(channel: Channel, call: str, talking: "concurrent.futures.Future[T]") -> None:
    """Give the channel to AudioSocket until one of the two sides ends it."""
    channel.send_command("EXEC", "AudioSocket", call)
    while not channel.reply_ready(REPLY_WITHIN_S):
        if talking.done() and not channel.reply_ready(REPLY_WITHIN_S):
            raise CallEnded("Asterisk does not go on after the conversation")
    # After a failure the outcome tells a hang-up from a refused or broken connection.
    with contextlib.suppress(AGIAppError, CallerHungUp):
        channel.get_result()


def _outcome(channel: Channel, talking: "concurrent.futures.Future[T]") -> T:
    if talking.cancelled():  # it had no line, or went on without one
        error: BaseException | None = CallerHungUp()
    else:
        error = talking.exception()
    if error is None:
        return talking.result()
    if isinstance(error, CallerHungUp):
        if channel.channel_is_up():
            raise HandOver("media") from error
        raise error
    if isinstance(error, CallEnded | HandOver):
        raise error
    log.error("call %s: the dialogue crashed: %s", channel.unique_id, place(error))
    raise HandOver("fault") from error


async def _talk(
    expected: "asyncio.Future[Line]", dialogue: Callable[[Line], Awaitable[T]], renew: Callable[[], None] | None
) -> T:
    try:
        line = await expected
        renewing = asyncio.create_task(_keep(line, renew)) if renew else None
        try:
            return await dialogue(line)
        finally:
            if renewing:
                renewing.cancel()
    finally:
        if expected.done() and not expected.cancelled():
            expected.result().close()


async def _keep(line: Line, renew: Callable[[], None]) -> None:
    while True:
        if line.idle_s() < HANGS_AFTER_S:
            renew()
        await asyncio.sleep(RENEW_EVERY_S)
