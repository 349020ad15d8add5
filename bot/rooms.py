"""One at a time: whoever changes a channel's chat has it to themselves.

In this process by a lock per channel, between processes by a lease. What the AI API turns out not
to have any more ends the scene that was about it.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from weakref import WeakValueDictionary

from bot.errors import Busy, NotFound
from bot.store import Store
from bot.store.records import Scene

SETTLING_SECONDS = 1.0
"""How long a turn may need from its reply standing in its messages to being over."""


def turn_lease(channel_id: int) -> str:
    """The lease of whoever changes the chat of a channel."""
    return f"turn:{channel_id}"


class Rooms:
    """The channels of all scenes, each with room for one."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    async def scene(self, channel_id: int) -> Scene:
        """The scene of a channel.

        Raises:
            NotFound: None lives there.
        """
        if scene := await self._store.scenes.of_channel(channel_id):
            return scene
        raise NotFound("scene")

    @asynccontextmanager
    async def in_turn(self, channel_id: int) -> AsyncIterator[None]:
        """Have a channel's chat to oneself, for however long that takes."""
        async with self._lock(channel_id), self._store.leases.wait(turn_lease(channel_id)):
            yield

    @asynccontextmanager
    async def alone(self, channel_id: int) -> AsyncIterator[Scene]:
        """Have a channel's scene to oneself, now or when what is just ending has ended.

        Raises:
            Busy: Somebody else has it.
            NotFound: No scene lives there.
        """
        lock = self._lock(channel_id)
        try:
            async with asyncio.timeout(SETTLING_SECONDS):
                await lock.acquire()
        except TimeoutError:
            raise Busy("turn") from None
        try:
            async with self._store.leases.hold(turn_lease(channel_id)):
                scene = await self.scene(channel_id)
                async with self.with_its_chat(scene.chat_id):
                    yield scene
        finally:
            lock.release()

    @asynccontextmanager
    async def with_its_chat(self, chat_id: str) -> AsyncIterator[None]:
        """End the scene of a chat if it turns out that the API no longer has it."""
        try:
            yield
        except NotFound as error:
            if error.what == "chat":
                await self._store.scenes.close(chat_id)
            raise

    async def is_free(self, channel_id: int) -> bool:
        """Whether nobody here has a channel to themselves, at the latest in a moment."""
        lock = self._lock(channel_id)
        with suppress(TimeoutError):
            async with asyncio.timeout(SETTLING_SECONDS), lock:
                pass
        return not lock.locked()

    def _lock(self, channel_id: int) -> asyncio.Lock:
        return self._locks.setdefault(channel_id, asyncio.Lock())
