"""The other side of the benchmark: a local Discord in a process of its own, and its log.

``python -m benchmarks.scene LAYOUT COUNT`` opens one, prints where it is, and ends with its
standard input. Over ``/benchmark`` it tells what messages it accepted and refused, and when.
"""

import asyncio
import json
import re
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
from sandbox.discord.model import ChannelType
from sandbox.discord.rules import drafts

Layout = Literal["threads", "channel", "webhook"]

SHOWN = re.compile(r"(\d+) (\d+)(?: word|\b)")
"""How a text begins, below its name line: the stream's number and its tokens."""


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
class Place:
    """Where a stream shows itself: a message to be sent there, or one of a webhook's to edit."""

    channel_id: int
    message_id: int | None = None
    webhook: tuple[int, str] | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """An open local Discord; stream number i shows itself in ``places[i]``."""

    url: str
    variables: dict[str, str]
    places: tuple[Place, ...]

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
        places = (
            Place(channel, message, tuple(hook) if hook else None)
            for channel, message, hook in told["places"]
        )
        yield Scene(told["url"], told["variables"], tuple(places))
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
            content = (await request.json()).get("content") or ""
            if found := SHOWN.search(content):
                told = (int(found[1]), int(found[2]))
                self.rows.append((time.monotonic(), response.status, *told))
        return response

    async def _tell(self, _: web.Request) -> web.Response:
        return web.json_response(self.rows)


def _places(discord: LocalDiscord, guild: Guild, layout: Layout, count: int) -> list[Place]:
    world = discord.world
    parent = world.channel(guild, "scenes")
    if layout == "channel":
        return [Place(parent.id)] * count
    if layout == "webhook":
        made = webhooks.create(world, world.bot.user, parent, {"name": "character"})
        draft = drafts.read({"content": "…"}, (), drafts.WEBHOOK)
        return [
            Place(parent.id, message.id, (made.id, made.token))
            for message in (webhooks.execute(world, made, parent, draft) for _ in range(count))
        ]
    kind = int(ChannelType.PUBLIC_THREAD)
    bodies = [{"name": f"scene {number}", "type": kind} for number in range(count)]
    made_threads = [threads.without_message(world, world.bot.user, parent, body) for body in bodies]
    return [Place(thread.id) for thread in made_threads]


def variables_of(discord: LocalDiscord) -> dict[str, str]:
    """The settings that point the bot at a local Discord."""
    return {
        "DISCORD_TOKEN": discord.world.bot.token,
        "DISCORD_API_URL": discord.api_url,
        "DISCORD_GATEWAY_URL": discord.gateway_url,
        "DISCORD_CDN_URL": discord.cdn_url,
        "DISCORD_GUILD_READY_SECONDS": "0.1",
    }


async def _serve(layout: Layout, count: int) -> None:
    log = _Log()
    async with LocalDiscord.open(web=log.join) as discord:
        world = discord.world
        guild = world.guild("Benchmark", world.user("owner"))
        places = _places(discord, guild, layout, count)
        told = {
            "url": discord.url,
            "variables": variables_of(discord),
            "places": [(one.channel_id, one.message_id, one.webhook) for one in places],
        }
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    chosen, wanted = sys.argv[1:]
    asyncio.run(_serve(chosen, int(wanted)))  # type: ignore[arg-type]
