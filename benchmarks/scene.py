"""The other side of the benchmark: a local Discord in a process of its own, and its log.

``python -m benchmarks.scene LAYOUT COUNT`` opens one, prints where it is, and ends with its
standard input. Over ``/benchmark`` it tells what messages it accepted and refused, and when.
"""

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Literal

import httpx
from aiohttp import web
from aiohttp.typedefs import Handler

from sandbox.discord import Guild, LocalDiscord
from sandbox.discord.acts import threads, webhooks
from sandbox.discord.model import Channel, ChannelType

Layout = Literal["threads", "channel", "webhook"]


@dataclass(frozen=True, slots=True)
class Seen:
    """One answer to a send or edit; ``stream`` and ``count`` as its content names them.

    ``at`` is on the machine's steady clock, which all its processes share.
    """

    at: float
    status: int
    stream: int
    count: int


@dataclass(frozen=True, slots=True)
class Scene:
    """An open local Discord; stream number i shows itself in ``channels[i]``."""

    api_url: str
    url: str
    bot_token: str
    channels: tuple[int, ...]
    webhook: tuple[int, str] | None

    async def log(self) -> list[Seen]:
        async with httpx.AsyncClient() as client:
            rows = (await client.get(f"{self.url}/benchmark/log", timeout=60)).json()
        return [Seen(*row) for row in rows]


@asynccontextmanager
async def opened(layout: Layout, count: int) -> AsyncIterator[Scene]:
    """Start a local Discord with places for ``count`` streams in a process of its own."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.scene", layout, str(count)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    if not (process.stdin and process.stdout):
        raise RuntimeError("a process without the pipes it was given")
    try:
        told = json.loads(await process.stdout.readline())
        hook = tuple(told["webhook"]) if told["webhook"] else None
        yield Scene(told["api_url"], told["url"], told["bot_token"], tuple(told["channels"]), hook)
    finally:
        process.stdin.close()
        await process.wait()


class _Log:
    """Notes every answer to a send or edit."""

    def __init__(self) -> None:
        self.rows: list[tuple[float, int, int, int]] = []

    def join(self, app: web.Application) -> None:
        app.middlewares.append(self._note)
        app.router.add_get("/benchmark/log", self._tell)

    @web.middleware
    async def _note(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        response = await handler(request)
        if request.method in {"POST", "PATCH"} and request.content_type == "application/json":
            stream, _, rest = (await request.json()).get("content", "").partition(" ")
            if stream.isdigit():
                count = int(rest.partition(" ")[0])
                self.rows.append((time.monotonic(), response.status, int(stream), count))
        return response

    async def _tell(self, _: web.Request) -> web.Response:
        return web.json_response(self.rows)


def _channels(discord: LocalDiscord, guild: Guild, layout: Layout, count: int) -> list[Channel]:
    world = discord.world
    parent = world.channel(guild, "scenes")
    if layout == "channel":
        return [parent] * count
    kind = int(ChannelType.PUBLIC_THREAD)
    bodies = [{"name": f"scene {number}", "type": kind} for number in range(count)]
    return [threads.without_message(world, world.bot.user, parent, body) for body in bodies]


async def _serve(layout: Layout, count: int) -> None:
    log = _Log()
    async with LocalDiscord.open(web=log.join) as discord:
        world = discord.world
        guild = world.guild("Benchmark", world.user("owner"))
        channels = _channels(discord, guild, layout, count)
        hook = None
        if layout == "webhook" and channels[0].parent:
            made = webhooks.create(world, world.bot.user, channels[0].parent, {"name": "character"})
            hook = (made.id, made.token)
        told = {
            "api_url": discord.api_url,
            "url": discord.url,
            "bot_token": world.bot.user.token,
            "channels": [channel.id for channel in channels],
            "webhook": hook,
        }
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    chosen, wanted = sys.argv[1:]
    asyncio.run(_serve(chosen, int(wanted)))  # type: ignore[arg-type]
