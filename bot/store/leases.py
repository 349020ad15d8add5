"""Leases: at most one holder in all processes, and none for long after a process died.

A lease is a key with an end and its holder's random token in it. It is renewed three times in its
length while it is held. Who cannot renew it in time, or finds another token there, has lost it
and is cancelled before somebody else can take it, as a timeout cancels: the ``async with`` then
raises the reason.
"""

import asyncio
import logging
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.errors import Busy, StoreDown, VivantError
from bot.store import keys, scripts
from bot.store.link import Link
from bot.tasks import Tasks

log = logging.getLogger(__name__)

WAITED_SECONDS = 12.0
"""Length of a lease that others wait for: so long a crash may hold them up."""

ASK_SECONDS = 1.0
"""Pause between looks at a lease that somebody else holds."""


@dataclass(slots=True)
class Lease:
    """A lease in hand, since ``taken`` on the clock; ``lost`` says why it no longer is."""

    name: str
    seconds: float
    token: str
    taken: float
    lost: VivantError | None = None

    @property
    def pause(self) -> float:
        """Seconds between renewals: one may fail, and the next still comes in time."""
        return self.seconds / 3

    @property
    def last_call(self) -> float:
        """When the holder must know, to be gone before the lease ends."""
        return self.taken + self.seconds - self.pause / 2


class Leases:
    """Takes, renews and gives back leases."""

    def __init__(
        self,
        link: Link,
        tasks: Tasks,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._link = link
        self._tasks = tasks
        self._sleep = sleep
        self._clock = clock

    @asynccontextmanager
    async def hold(self, name: str, *, seconds: float = 30.0) -> AsyncIterator[Lease]:
        """Hold ``name`` during the ``async with``; ``seconds`` after a crash it is free again.

        Raises:
            Busy: Somebody holds it, or took it after we had lost it.
            StoreDown: The store does not answer, or did not long enough for the lease to end.
        """
        async with self.try_hold(name, seconds=seconds) as lease:
            if lease is None:
                raise Busy(name)
            yield lease

    @asynccontextmanager
    async def try_hold(self, name: str, *, seconds: float = 30.0) -> AsyncIterator[Lease | None]:
        """As ``hold``, but gives None if somebody else holds it."""
        lease = await self._grab(name, seconds)
        if lease is None:
            yield None
            return
        async with self._kept(lease):
            yield lease

    @asynccontextmanager
    async def wait(self, name: str, *, seconds: float = WAITED_SECONDS) -> AsyncIterator[Lease]:
        """As ``hold``, but waits, for as long as it takes, until nobody else holds it."""
        while (lease := await self._grab(name, seconds)) is None:
            await self._sleep(ASK_SECONDS)
        async with self._kept(lease):
            yield lease

    async def _grab(self, name: str, seconds: float) -> Lease | None:
        lease = Lease(name, seconds, secrets.token_hex(16), self._clock())
        return lease if await self._script(scripts.GRAB, lease) else None

    @asynccontextmanager
    async def _kept(self, lease: Lease) -> AsyncIterator[None]:
        """Renew ``lease`` during the ``async with``, and give it back."""
        try:
            async with asyncio.timeout(None) as cut:
                renewal = self._tasks.start(self._keep(lease, cut), name=f"lease {lease.name}")
                try:
                    yield
                finally:
                    renewal.cancel()
        except TimeoutError:
            if cut.expired() and lease.lost:
                raise lease.lost from None
            raise
        finally:
            await self._give_back(lease)

    async def _keep(self, lease: Lease, cut: asyncio.Timeout) -> None:
        """Renew until it fails for good, then cancel the holder."""
        while lease.lost is None:
            await self._sleep(lease.pause)
            try:
                await self._renew(lease)
            except VivantError as error:
                lease.lost = error
                cut.reschedule(asyncio.get_running_loop().time())

    async def _renew(self, lease: Lease) -> None:
        """Renew once; silence is an error only where the next try would come too late."""
        asked = self._clock()
        try:
            async with asyncio.timeout(min(lease.pause, lease.last_call - asked)):
                held = await self._script(scripts.RENEW, lease)
        except (StoreDown, TimeoutError) as error:
            if self._clock() + lease.pause < lease.last_call:
                return
            raise StoreDown(f"could not renew the lease {lease.name}") from error
        if not held:
            raise Busy(lease.name)
        lease.taken = asked

    async def _give_back(self, lease: Lease) -> None:
        if lease.lost is not None:
            return
        try:
            await self._script(scripts.RELEASE, lease)
        except StoreDown:
            log.warning("could not give back the lease %s; it ends by itself", lease.name)

    async def _script(self, source: str, lease: Lease) -> bool:
        length = int(lease.seconds * 1000)
        return bool(
            await self._link.script(source, [keys.lease(lease.name)], [lease.token, length])
        )
