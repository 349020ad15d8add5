"""The one owner of background tasks.

Everything that runs beside the caller is started here, has a name, is logged when it fails, and
is cancelled and awaited when its owner closes. Nothing else in the project creates tasks.
"""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, Self, TypeVar

from bot.errors import VivantError

T = TypeVar("T")

AGAIN = 2.0
"""Seconds that a cancelled task has to clean up before it is cancelled once more."""

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

    async def apart(self, work: Coroutine[Any, Any, T], *, name: str) -> T:
        """What ``work`` returns, in a task that ends in order even if the caller does not wait.

        What it raises on purpose is raised here and makes no failed task.
        """
        outcome = await self.start(_outcome(work), name=name)
        if isinstance(outcome, VivantError):
            raise outcome
        return outcome

    async def close(self) -> None:
        """Cancel what still runs and wait until all of it has ended.

        Libraries have swallowed cancellations, so what runs on is cancelled again in a while.
        """
        while self._running:
            for task in self._running:
                task.cancel()
            await asyncio.wait(list(self._running), timeout=AGAIN)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if task.cancelled():
            return
        if error := task.exception():
            log.error("task %s failed", task.get_name(), exc_info=error)


async def _outcome(work: Coroutine[Any, Any, T]) -> T | VivantError:
    """What ``work`` returned, or raised on purpose."""
    try:
        return await work
    except VivantError as error:
        return error
