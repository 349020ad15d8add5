"""What an open stream costs this process in memory."""

import asyncio
import tracemalloc

from bot.live import Lanes, Urgency
from bot.tasks import Tasks

STREAMS = 5_000


class _Silent:
    """A message that costs nothing."""

    __slots__ = ("lane",)
    costs_budget = True

    def __init__(self, lane: str) -> None:
        self.lane = lane

    async def paint(self, frame: str) -> None:
        """Nothing is sent."""


async def memory_per_stream() -> int:
    """Bytes the lanes hold for a stream that is open and idle, its text and message aside."""
    surfaces = [_Silent(f"channel:{number}") for number in range(STREAMS)]
    async with Tasks() as tasks, Lanes(tasks, budget=1e6) as lanes:
        tracemalloc.start()
        before, _ = tracemalloc.get_traced_memory()
        for surface in surfaces:
            lanes.show(surface, "text", Urgency.PREVIEW)
        await asyncio.sleep(3.0)
        after, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    return (after - before) // STREAMS
