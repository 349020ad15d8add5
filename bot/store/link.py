"""The one connection to the Redis protocol; hides the client library and its errors.

Commands are spelled as in the Redis documentation (7.0). Every failure of the connection or the
server becomes ``StoreDown`` here and nowhere else. Commands may be sent twice after a broken
connection, so whoever uses this sends only what does no harm when repeated.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any, Self

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialWithJitterBackoff
from redis.exceptions import RedisError

from bot.errors import StoreDown

Argument = str | bytes | int | float
Command = Sequence[Argument]

CONNECTIONS = 32
PATIENCE = 2.0
"""Seconds for one use of the server: a free connection, connecting, the answer, any retry."""

LATE = 0.1
"""Seconds by which a timer is late where the process stood still."""

SOONER = 0.001
"""Seconds by which one timer is set before another, to be asked first if both are late."""

OLDEST = (7, 0)


class Link:
    """A pool of connections to one server; opened with ``Link.open``."""

    def __init__(self, client: Redis, patience: float) -> None:
        self._client = client
        self._patience = patience
        self._uses = 0
        self._closing = False
        self._unused = asyncio.Event()

    @classmethod
    @asynccontextmanager
    async def open(cls, url: str, *, patience: float = PATIENCE) -> AsyncIterator[Self]:
        """Connect to ``url`` (redis://, rediss:// or unix://).

        ``patience`` is the longest that one use may take, in seconds.

        Raises:
            StoreDown: It does not answer, or is older than Redis 7.0.
        """
        pool = BlockingConnectionPool.from_url(
            url,
            max_connections=CONNECTIONS,
            timeout=None,  # waiting for a free connection is a part of the use, which is bounded
            socket_timeout=patience,
            health_check_interval=30,
            retry=Retry(ExponentialWithJitterBackoff(base=0.05, cap=0.5), 1),
            protocol=2,
            decode_responses=True,
            encoding_errors="replace",
        )
        link = cls(Redis.from_pool(pool), patience)
        try:
            await link._check_age()
            yield link
        finally:
            await link._close()

    async def _close(self) -> None:
        """Let the uses under way end, which takes no longer than one use may, and no more begin.

        A connection that somebody is about to open would outlive the pool.
        """
        self._closing = True
        try:
            if self._uses:
                await self._unused.wait()
        finally:
            await self._client.aclose()
            await asyncio.sleep(0)  # what a cancelled use left behind closes in the next round

    async def call(self, *command: Argument) -> Any:
        """Send one command and return its reply, strings as ``str``."""
        async with self._worded():
            return await self._client.execute_command(*command)  # type: ignore[no-untyped-call]

    async def look(self, reads: Sequence[Command]) -> list[Any]:
        """Send ``reads`` as one transaction; a key of another type than expected reads as None."""
        async with self._worded():
            async with self._client.pipeline(transaction=True) as pipeline:
                for read in reads:
                    pipeline.execute_command(*read)
                replies = await pipeline.execute(raise_on_error=False)
            for reply in replies:
                if isinstance(reply, RedisError) and not _is_mistyped(reply):
                    raise reply
        return [None if isinstance(reply, RedisError) else reply for reply in replies]

    async def script(self, source: str, keys: Sequence[str], arguments: Sequence[Argument]) -> Any:
        """Run a Lua script: all of it happens, or nothing, and nothing else meanwhile."""
        async with self._worded():
            return await self._client.register_script(source)(keys=keys, args=arguments)

    async def _check_age(self) -> None:
        async with self._worded():
            server = await self._client.info("server")
        version = str(server.get("redis_version", "0"))
        if tuple(int(part) for part in version.split(".")[:2]) < OLDEST:
            raise StoreDown(f"the store is Redis {version}; 7.0 or newer is needed")

    @asynccontextmanager
    async def _worded(self) -> AsyncIterator[None]:
        """Bound one use of the server, retries included, and word what goes wrong with it."""
        if self._closing:
            raise StoreDown("the store is closed")
        self._uses += 1
        try:
            with _cancellable():
                async with asyncio.timeout(self._patience) as limit:
                    with _awake(limit, self._patience):
                        yield
        except (RedisError, OSError) as error:
            raise StoreDown(f"the store does not answer: {error!r}") from error
        finally:
            self._uses -= 1
            if self._closing and not self._uses:
                self._unused.set()


@contextmanager
def _awake(limit: asyncio.Timeout, patience: float) -> Iterator[None]:
    """Begin a limit anew if it comes late: time in which this process stood still is nobody's."""
    loop = asyncio.get_running_loop()
    due = limit.when() or 0.0

    def renew() -> None:
        if loop.time() - due > LATE:
            limit.reschedule(loop.time() + patience)

    timer = loop.call_at(due - SOONER, renew)
    try:
        yield
    finally:
        timer.cancel()


@contextmanager
def _cancellable() -> Iterator[None]:
    """Keep a cancellation that the library loses: its calls and pipelines do (redis 8.1)."""
    task = asyncio.current_task()
    asked = task.cancelling() if task else 0
    try:
        yield
    finally:
        if task and task.cancelling() > asked:
            raise asyncio.CancelledError


def _is_mistyped(reply: RedisError) -> bool:
    return str(reply).startswith("WRONGTYPE")
