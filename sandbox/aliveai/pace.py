"""Time as the sandbox keeps it: a clock that tests move, and the pace of replies and queue."""

import asyncio
import time
from dataclasses import dataclass
from datetime import UTC, datetime


class Clock:
    """The time of day, which decides when tokens and addresses expire."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def seconds(self) -> float:
        """Seconds since 1970."""
        return time.time() + self._ahead

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.seconds(), UTC)

    def advance(self, seconds: float) -> None:
        """Let time pass at once."""
        self._ahead += seconds


@dataclass
class Pace:
    """How fast things go. ``speed`` divides every wait; at 0 nothing waits at all.

    Attributes:
        tokens_per_second: Of one streamed reply.
        first_token_seconds: Before its first token.
        generation_seconds: Of one picture; a video takes three times as long.
        steps: Progress events of one generation.
        blocking_seconds: How long a blocking create waits at most (documented: 40).
    """

    speed: float = 1.0
    tokens_per_second: float = 28.0
    first_token_seconds: float = 0.7
    generation_seconds: float = 8.0
    steps: int = 8
    blocking_seconds: float = 40.0

    async def wait(self, seconds: float) -> None:
        """Wait ``seconds`` at this pace."""
        await asyncio.sleep(seconds / self.speed if self.speed else 0)


class Beat:
    """The schedule of one reply's tokens, which makes up for late wake-ups."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._next = asyncio.get_running_loop().time()

    async def rest(self, tokens: int = 1) -> None:
        """Wait until the next ``tokens`` are due; at once if they are late."""
        if not self._pace.speed:
            await asyncio.sleep(0)
            return
        self._next += tokens / (self._pace.tokens_per_second * self._pace.speed)
        await asyncio.sleep(max(0.0, self._next - asyncio.get_running_loop().time()))
