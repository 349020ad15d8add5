"""Time and waiting: a clock that tests can move forward, ids made from it, and waits without sleep.

Hides where the time comes from. Nothing else in the sandbox reads the system's clock.
"""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar

T = TypeVar("T")

DISCORD_EPOCH = 1_420_070_400.0
LONGEST_NAP = 0.02


class NotSeen(AssertionError):
    """What a test waited for did not come within its time."""


class Pulse:
    """Wakes those who wait for the world to change."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    def beat(self) -> None:
        """Let every waiter look again."""
        for waiter in self._waiting:
            if not waiter.done():
                waiter.set_result(None)

    async def next(self, seconds: float) -> None:
        """Return at the next beat, or after ``seconds``."""
        waiter = asyncio.get_running_loop().create_future()
        self._waiting.add(waiter)
        try:
            await asyncio.wait((waiter,), timeout=seconds)
        finally:
            self._waiting.discard(waiter)

    async def until(
        self,
        condition: Callable[[], T | None],
        *,
        timeout: float,  # noqa: ASYNC109
        what: str = "",
    ) -> T:
        """The first true value of ``condition``, looked at on every beat.

        The condition may also depend on things outside this world, so it is looked at every
        20 ms at the latest.

        Raises:
            NotSeen: After ``timeout`` seconds of real time.
        """
        end = time.monotonic() + timeout
        while not (value := condition()):
            left = end - time.monotonic()
            if left <= 0:
                raise NotSeen(f"not seen within {timeout} s: {what or condition}")
            await self.next(min(left, LONGEST_NAP))
        return value


class Clock:
    """Unix time that runs by itself and can be moved forward."""

    def __init__(self) -> None:
        self._origin = time.time() - time.monotonic()
        self._last_id = 0
        self.pulse = Pulse()

    def now(self) -> float:
        """Unix time in seconds; never goes back."""
        return self._origin + time.monotonic()

    def jump(self, seconds: float) -> None:
        """Move forward by ``seconds`` at once; what falls due is seen by the next waiter."""
        self._origin += seconds
        self.pulse.beat()

    def snowflake(self, *, apart: bool = False) -> int:
        """A new id, above every earlier one; ``apart``: also in a millisecond of its own.

        Shards are dealt by the millisecond part, so servers that share one would share a shard.
        """
        made = int((self.now() - DISCORD_EPOCH) * 1000) << 22
        following = ((self._last_id >> 22) + 1) << 22 if apart else self._last_id + 1
        self._last_id = max(made, following)
        return self._last_id


def timestamp(seconds: float) -> str:
    """Unix time as Discord writes it."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="microseconds")


def created(snowflake: int) -> float:
    """Unix time in seconds at which the id was made."""
    return (snowflake >> 22) / 1000 + DISCORD_EPOCH
