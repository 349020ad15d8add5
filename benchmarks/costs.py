"""What streams cost this process: processor time beside the bare work, and memory."""

import asyncio
import json
import resource
import tracemalloc
from dataclasses import dataclass

import httpx

from benchmarks.rules import posts
from benchmarks.scene import Scene, opened
from benchmarks.streams import Stream
from bot.live import Lanes, Urgency
from bot.tasks import Tasks

EDITS = 400
TOKENS = 20_000
STREAMS = 5_000


@dataclass(frozen=True, slots=True)
class BareCosts:
    """Processor seconds of the work that nobody can avoid.

    Attributes:
        edit: One edit by discord.py, nothing else going on.
        token: httpx reading one token's line, and decoding it.
    """

    edit: float
    token: float

    def ratio(self, used: float, tokens: int, edits: int) -> float:
        """How ``used`` and the reading compare with the reading and the edits alone.

        ``used`` did not read over HTTP, so the same reading is added on both sides.
        """
        reading = tokens * self.token
        return (used + reading) / (edits * self.edit + reading)


def processor() -> float:
    """Processor seconds of this process so far."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


async def bare_costs() -> BareCosts:
    """Measure the bare work on a local Discord without limits."""
    async with opened("threads", 1, limits=False) as scene, posts(scene, 1, []) as made:
        stream = Stream(0, 0.0, 0.0)
        await made[0].put(stream.text(1))
        before = processor()
        for number in range(EDITS):
            await made[0].put(stream.text(300 + number))
        edit = (processor() - before) / EDITS
        return BareCosts(edit, await _reading(scene))


async def _reading(scene: Scene) -> float:
    address = f"{scene.url}/benchmark/tokens/{TOKENS}"
    seen, rest = 0, b""
    async with httpx.AsyncClient() as client, client.stream("GET", address) as response:
        before = processor()
        async for chunk in response.aiter_bytes():
            *lines, rest = (rest + chunk).split(b"\n")
            seen += sum(json.loads(line)["type"] == "token" for line in lines)
    return (processor() - before) / seen


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
