"""Characters and scenes on their way: nothing that was begun is lost, and nothing made twice.

What somebody wants is noted before it is acknowledged, and dropped when they were told how it went.
Whoever makes it holds a lease meanwhile. So a note that nobody holds was left by a process that
died: what may have been created is looked for (``bot.finding``), never created again, and the
kind's own way of ending it (``ends_by``) keeps it or takes it back, and tells.
"""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from bot.errors import VivantError
from bot.parts import Parts
from bot.store.records import Intention

log = logging.getLogger(__name__)

End = Callable[[Intention], Awaitable[None]]
"""Ends what a process left: keeps or takes back what there is, and tells whoever waits."""


class Intentions:
    """What is being made; call ``resume`` at the start and then every half minute."""

    def __init__(self, parts: Parts) -> None:
        self._store = parts.store
        self._stage = parts.stage
        self._tasks = parts.tasks
        self._ends: dict[str, End] = {}
        self._here: set[str] = set()

    def ends_by(self, kind: str, end: End) -> None:
        """Say how one of a kind that was left is ended."""
        self._ends[kind] = end

    @asynccontextmanager
    async def noted(self, intention: Intention) -> AsyncIterator[Intention]:
        """Note what somebody wants for as long as the block lasts, which makes it and tells.

        Whoever leaves the block by a failure has taken back what it began; one that is cancelled
        leaves the note to the next process.
        """
        async with self._held(intention.intention_id):
            await self._store.intentions.save(intention)
            try:
                yield intention
            except Exception:
                await self._store.intentions.delete(intention.intention_id)
                raise
            await self._store.intentions.delete(intention.intention_id)

    async def resume(self) -> None:
        """End whatever an earlier process left; what another one holds is waited for."""
        for left in await self._store.intentions.all():
            ours = self._stage.speaks_as(left.anchor.application_id)
            if ours and left.intention_id not in self._here:
                self._tasks.start(self._end(left), name=f"intention {left.intention_id}")
                self._here.add(left.intention_id)

    async def _end(self, left: Intention) -> None:
        try:
            async with self._store.leases.wait(_lease(left.intention_id)):
                # Whoever held the lease may have brought it further, or to its end.
                if intention := await self._store.intentions.get(left.intention_id):
                    await self._stage.locate(intention.anchor)
                    await self._ends[intention.kind](intention)
                    await self._store.intentions.delete(intention.intention_id)
        except VivantError as error:
            log.warning("%s is left for the next round: %s", left.kind, error)
        finally:
            self._here.discard(left.intention_id)

    @asynccontextmanager
    async def _held(self, intention_id: str) -> AsyncIterator[None]:
        self._here.add(intention_id)
        try:
            async with self._store.leases.hold(_lease(intention_id)):
                yield
        finally:
            self._here.discard(intention_id)


def _lease(intention_id: str) -> str:
    return f"intention:{intention_id}"
