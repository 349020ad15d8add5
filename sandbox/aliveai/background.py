"""Owns the sandbox's background tasks: a failure is logged, and all end with their owner."""

import asyncio
import logging
from collections.abc import Awaitable
from typing import Self

log = logging.getLogger(__name__)


class Background:
    """A closing group of tasks; use with ``async with``."""

    def __init__(self) -> None:
        self._running: set[asyncio.Future[None]] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc: object) -> None:
        ending = list(self._running)
        for task in ending:
            task.cancel()
        await asyncio.gather(*ending, return_exceptions=True)

    def start(self, work: Awaitable[None]) -> None:
        """Run ``work`` beside the caller."""
        task = asyncio.get_running_loop().create_task(_awaited(work))
        self._running.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Future[None]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("the sandbox failed", exc_info=error)


async def _awaited(work: Awaitable[None]) -> None:
    await work
