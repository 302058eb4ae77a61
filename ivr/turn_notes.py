"""Writing down what was said: in its order, and while the conversation goes on."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any


class TurnNotes:
    """The turns of one call; `keep` puts one into the call's file, and what it raises is raised by `written`."""

    def __init__(self, keep: Callable[..., Awaitable[None]]) -> None:
        self._keep = keep
        self._last: asyncio.Task[None] | None = None

    def add(self, speaker: str, words: str, prompt: str, heard: dict[str, Any]) -> None:
        """Write a turn down after the ones before it, without making the caller wait for it."""
        before = self._last

        async def write() -> None:
            if before:
                await before
            await self._keep(speaker=speaker, words=words, prompt=prompt, heard=heard)

        self._last = asyncio.create_task(write())

    async def written(self) -> None:
        """Wait until all of them are in the file."""
        if self._last:
            await self._last
