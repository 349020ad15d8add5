"""The load: replies whose tokens come at a steady rate whatever anybody does with them."""

import asyncio
import random
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

RATE = 40.0
TICK = 0.005
TAIL_WORDS = 300


@dataclass(slots=True)
class Stream:
    """One reply: ``sent`` holds when each token was sent, on the machine's steady clock."""

    number: int
    starts: float
    ends: float
    sent: list[float] = field(default_factory=list)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def is_whole(self) -> bool:
        return len(self.sent) >= self.length

    @property
    def length(self) -> int:
        """How many tokens it will have."""
        return max(1, int((self.ends - self.starts) * RATE))

    def text(self, count: int) -> str:
        """What a message shows of the first ``count`` tokens; names both for the log."""
        return f"{self.number} {count}" + " word" * min(count, TAIL_WORDS)

    async def counts(self) -> AsyncIterator[int]:
        """How many tokens there are, whenever there are more and the caller is ready."""
        seen = 0
        while True:
            while len(self.sent) == seen:
                self._news.clear()
                await self._news.wait()
            seen = len(self.sent)
            yield seen
            if self.is_whole:
                return

    def tick(self, now: float) -> None:
        """Send the tokens that are due."""
        due = min(self.length, int((now - self.starts) * RATE) + 1)
        if now >= self.starts and due > len(self.sent):
            self.sent += [now] * (due - len(self.sent))
            self._news.set()


def planned(count: int, seconds: float, spread: float, *, together: bool) -> list[Stream]:
    """Streams that start evenly over ``spread`` seconds and end as evenly, or all at once."""
    begin = time.monotonic() + 0.5
    starts = [begin + spread * number / count for number in range(count)]
    last = begin + seconds
    return [
        Stream(number, start, last if together else start + seconds)
        for number, start in enumerate(starts)
    ]


async def send(streams: list[Stream]) -> None:
    """Play the API's side of all streams until each is whole."""
    order = list(streams)
    while not all(stream.is_whole for stream in streams):
        now = time.monotonic()
        # In a fixed order the first stream would win every race for a clock that all share.
        random.shuffle(order)
        for stream in order:
            stream.tick(now)
        await asyncio.sleep(TICK)
