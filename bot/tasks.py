"""The one owner of background tasks.

Everything that runs beside the caller is started here, has a name, is logged when it fails, and
is cancelled and awaited when its owner closes. Nothing else in the project creates tasks.
"""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, Self, TypeVar

T = TypeVar("T")

log = logging.getLogger(__name__)


class Tasks:
    """A closing group of named background tasks; use with ``async with``."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[Any]] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.close()

    def start(self, work: Coroutine[Any, Any, T], *, name: str) -> asyncio.Task[T]:
        """Run ``work`` in the background under ``name``; its failure is logged, not lost."""
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._running.add(task)
        task.add_done_callback(self._ended)
        return task

    async def close(self) -> None:
        """Cancel what still runs and wait until all of it has ended."""
        while self._running:
            ending = list(self._running)
            for task in ending:
                task.cancel()
            # A library may swallow the cancellation of what it awaits, so it is repeated.
            await asyncio.wait(ending, timeout=1.0)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if task.cancelled():
            return
        if error := task.exception():
            log.error("task %s failed", task.get_name(), exc_info=error)
