"""What each stage of a streamed reply costs alone, beside the libraries that do only their part.

``python -m benchmarks.stages NAME`` measures one of them in a process that does nothing else, and
prints processor seconds per thousand tokens, or per request for those of Discord. ``alone`` runs
it. The servers are processes of their own; reading is paced as the service sends it.
"""

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial

import httpx

from benchmarks.rules import Post
from benchmarks.scene import Place, opened
from benchmarks.streaming import in_hand
from benchmarks.tokens import RATE, Load, loaded, words
from bot.api.ndjson import Records, ReplyReader
from bot.api.wire import Wire
from bot.app import Vivant
from bot.draft import Draft, Filter
from bot.listening import pause_between_reads
from bot.live import Lanes, Sketch, Urgency
from bot.replies import ReplyFrame, ReplyState
from bot.screen import load as read_lists
from bot.store.records import Anchor
from bot.tasks import Tasks

STREAMS = 50
SECONDS = 10.0
GAP = 1.1
TOKENS = int(STREAMS * SECONDS * RATE)
TEXT = "".join(words())[:900]


async def alone(name: str) -> float:
    """Measure one stage in a process of its own."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.stages", name), stdout=asyncio.subprocess.PIPE
    )
    told, _ = await process.communicate()
    return float(told)


async def httpx_alone() -> float:
    """Plain httpx reads the replies and decodes every line: per 1,000 tokens."""
    return await _read(httpx.AsyncClient(), decode=True)


async def read() -> float:
    """The bot's wire reads the replies, as often as the bot does: per 1,000 tokens."""
    async with Wire() as wire:
        pause = pause_between_reads(STREAMS)
        return await _read(httpx.AsyncClient(transport=wire), decode=False, pause=pause)


async def _read(client: httpx.AsyncClient, *, decode: bool, pause: float = 0.0) -> float:
    async def follow(load: Load, number: int) -> None:
        url, body = f"{load.url}/chats/{number}/messages", {"userMessage": f"{TOKENS // STREAMS}"}
        async with client.stream("POST", url, json=body, timeout=60.0) as response:
            async for piece in response.aiter_bytes():
                if decode:
                    for line in piece.splitlines():
                        json.loads(line)
                if pause:
                    await asyncio.sleep(pause)

    async with loaded() as load, client:
        return await _used(partial(_all, partial(follow, load))) / TOKENS * 1000


async def split() -> float:
    """Bytes to records: per 1,000 tokens."""
    pieces = [b"".join(_lines()[at : at + 2]) for at in range(0, len(words()), 2)]

    async def work() -> None:
        records = Records()
        for piece in pieces:
            for _ in records.feed(piece):
                pass

    return await _used(work) / len(words()) * 1000


async def decode() -> float:
    """Records to events: per 1,000 tokens."""

    async def work() -> None:
        reader = ReplyReader("reply")
        for line in _lines():
            reader.read(line)

    return await _used(work) / len(words()) * 1000


async def screen() -> float:
    """Events to what may be shown, asked for once in the time between two edits."""
    read_lists()

    async def work() -> None:
        for begin in range(0, len(words()), 1200):
            draft = Draft(Filter("-", explicit=True))
            for number, word in enumerate(words()[begin : begin + 1200]):
                draft.feed(word)
                if number % int(GAP * RATE) == 0:
                    _ = draft.text

    return await _used(work) / len(words()) * 1000


class _Nowhere:
    """A message that costs nothing."""

    costs_budget = True
    takes_previews = True

    def __init__(self, number: int) -> None:
        self.lane = f"channel:{number}"

    async def paint(self, frame: str) -> None:
        """Nothing is sent."""


async def lane() -> float:
    """Looks at the lanes, once per two tokens, and what they decide: per 1,000 tokens."""

    async def work() -> None:
        async with Tasks() as tasks, Lanes(tasks) as lanes:
            surfaces = [_Nowhere(number) for number in range(STREAMS)]
            sketches = [Sketch(lambda: f"{time.monotonic()}") for _ in surfaces]
            for _ in range(int(SECONDS * RATE / 2)):
                for surface, sketch in zip(surfaces, sketches, strict=True):
                    lanes.show(surface, sketch, Urgency.PREVIEW)
                await asyncio.sleep(2 / RATE)

    return await _used(work) / TOKENS * 1000


async def edit() -> float:
    """The bot's surface sends and edits: per request."""

    async def play(bot: Vivant, place: Place) -> None:
        surface = bot.stage.surface(Anchor(channel_id=place.channel_id))
        for number in range(int(SECONDS / GAP)):
            text = f"{number} {TEXT}"
            await surface.paint(ReplyFrame("Mira", text, ReplyState.WRITING))
            await asyncio.sleep(GAP)

    return await _requests(play)


async def discord_alone() -> float:
    """discord.py sends and edits the same: per request."""

    async def play(bot: Vivant, place: Place) -> None:
        post = Post(bot, place)
        for number in range(int(SECONDS / GAP)):
            await post.put(f"{number} {TEXT}")
            await asyncio.sleep(GAP)

    return await _requests(play)


async def _requests(play: Callable[[Vivant, Place], Awaitable[None]]) -> float:
    count = STREAMS - 10  # as many as the limit of all requests lets through at this pace
    async with _in_hand(count) as (bot, places):
        used = await _used(partial(_all, lambda number: play(bot, places[number]), count))
    return used / (count * int(SECONDS / GAP))


@asynccontextmanager
async def _in_hand(count: int) -> AsyncIterator[tuple[Vivant, tuple[Place, ...]]]:
    async with opened("threads", count) as scene, loaded() as load, in_hand(scene, load) as bot:
        yield bot, scene.places


async def _all(play: Callable[[int], Awaitable[None]], count: int = STREAMS) -> None:
    """All streams at once, their starts spread over one gap."""

    async def begin(number: int) -> None:
        await asyncio.sleep(GAP * number / count)
        await play(number)

    async with asyncio.TaskGroup() as group:
        for number in range(count):
            group.create_task(begin(number))


async def _used(work: Callable[[], Awaitable[None]]) -> float:
    """Processor seconds of this process that ``work`` took."""
    used = time.process_time()
    await work()
    return time.process_time() - used


def _lines() -> list[bytes]:
    return [json.dumps({"type": "token", "token": word}).encode() + b"\n" for word in words()]


STAGES = {
    stage.__name__: stage
    for stage in (httpx_alone, read, split, decode, screen, lane, discord_alone, edit)
}

if __name__ == "__main__":
    print(asyncio.run(STAGES[sys.argv[1]]()))
