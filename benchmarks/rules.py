"""Whose rules decide when a message is edited: ours, or those of three peers.

The peers' rules are models of what their code does, run on the same discord.py: llmcord's one
clock of a second for the whole process, oobabot's 0.7 s per stream, and the 1.2 s per stream of
openclaw and Character Engine's connector. All three await the edit in the loop that reads tokens.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from types import SimpleNamespace

import aiohttp
import discord
from discord.http import Route

from benchmarks.scene import Scene
from benchmarks.streams import Stream
from bot.errors import Gone, Throttled, Unshown
from bot.live import Lanes, Urgency
from bot.paging import may_paint
from bot.tasks import Tasks

BUDGET = 45.0

Follow = Callable[["Post", Stream], Coroutine[None, None, None]]


class Post:
    """The message of one stream; a surface of the lanes, and what the peers edit."""

    costs_budget = True

    def __init__(
        self, scene: Scene, number: int, client: discord.Client, http: aiohttp.ClientSession
    ) -> None:
        self._channel = client.get_partial_messageable(scene.channels[number])
        self._thread = discord.Object(scene.channels[number])
        self._hook: discord.Webhook | None = None
        self.lane = f"channel:{self._channel.id}"
        if scene.webhook:
            webhook_id, token = scene.webhook
            self._hook = discord.Webhook.partial(webhook_id, token, session=http)
            self.lane = f"webhook:{webhook_id}:{token}"
        self._id: int | None = None
        self.started: dict[tuple[int, int], float] = {}

    async def put(self, text: str) -> None:
        """Send or edit the message, by discord.py."""
        number, count = map(int, text.split(" ", 2)[:2])
        self.started.setdefault((number, count), time.monotonic())
        if self._hook:
            await self._put_by_hook(self._hook, text)
        elif self._id is None:
            self._id = (await self._channel.send(text)).id
        else:
            await self._channel.get_partial_message(self._id).edit(content=text)

    async def paint(self, frame: str) -> None:
        try:
            await self.put(frame)
        except (discord.NotFound, discord.Forbidden) as error:
            raise Gone(str(error)) from error
        except discord.HTTPException as error:
            if error.status == 429:
                raise Throttled("post", 1.0) from error
            raise Unshown(str(error)) from error
        except (aiohttp.ClientError, OSError) as error:
            raise Unshown(str(error)) from error

    async def _put_by_hook(self, hook: discord.Webhook, text: str) -> None:
        if self._id is None:
            self._id = (await hook.send(text, wait=True, thread=self._thread)).id
        else:
            await hook.edit_message(self._id, content=text, thread=self._thread)


@asynccontextmanager
async def ours() -> AsyncIterator[tuple[Follow, list[aiohttp.TraceConfig]]]:
    """The bot's own lanes."""
    async with Tasks() as tasks, Lanes(tasks, budget=BUDGET) as lanes:

        async def follow(post: Post, stream: Stream) -> None:
            shown = False
            async for count in stream.counts():
                waited = stream.sent[count - 1] - stream.sent[0]
                if shown or may_paint(5 * count, waited):
                    urgency = Urgency.PREVIEW if shown else Urgency.FIRST
                    lanes.show(post, stream.text(count), urgency)
                    shown = True
            await lanes.finish(post, stream.text(stream.length))

        yield follow, [_trace(lanes)]


def _trace(lanes: Lanes) -> aiohttp.TraceConfig:
    async def ended(
        _: aiohttp.ClientSession, __: SimpleNamespace, seen: aiohttp.TraceRequestEndParams
    ) -> None:
        headers = seen.response.headers
        lane = _lane(seen.url.parts)
        if lane and seen.response.status == 200 and "X-RateLimit-Limit" in headers:
            lanes.observe(
                lane,
                limit=int(headers["X-RateLimit-Limit"]),
                remaining=int(headers["X-RateLimit-Remaining"]),
                reset_after=float(headers["X-RateLimit-Reset-After"]),
            )

    trace = aiohttp.TraceConfig()
    trace.on_request_end.append(ended)
    return trace


def _lane(path: tuple[str, ...]) -> str | None:
    """The lane of a send or edit, whose path is ``/api/v10/channels/1/messages`` or the like."""
    match path[3:]:
        case ("channels", channel, "messages", *_):
            return f"channel:{channel}"
        case ("webhooks", webhook, token, *_):
            return f"webhook:{webhook}:{token}"
    return None


@asynccontextmanager
async def one_clock() -> AsyncIterator[tuple[Follow, list[aiohttp.TraceConfig]]]:
    """llmcord: at most one edit a second in the whole process, ends aside."""
    last = 0.0

    async def follow(post: Post, stream: Stream) -> None:
        nonlocal last
        async for count in stream.counts():
            if count == stream.length:
                break
            if time.monotonic() - last >= 1.0:
                last = time.monotonic()
                await _tried(post, stream.text(count))
        await _tried(post, stream.text(stream.length))

    yield follow, []


def every(seconds: float) -> Callable[[], object]:
    """A peer that edits each stream every so many seconds."""

    @asynccontextmanager
    async def rule() -> AsyncIterator[tuple[Follow, list[aiohttp.TraceConfig]]]:
        async def follow(post: Post, stream: Stream) -> None:
            last = 0.0
            async for count in stream.counts():
                if count < stream.length and time.monotonic() - last >= seconds:
                    last = time.monotonic()
                    await _tried(post, stream.text(count))
            await _tried(post, stream.text(stream.length))

        yield follow, []

    return rule


async def _tried(post: Post, text: str) -> None:
    """An edit as the peers do it: what fails is lost."""
    with suppress(discord.HTTPException, aiohttp.ClientError, OSError):
        await post.put(text)


RULES = {
    "lanes": ours,
    "one clock of 1 s": one_clock,
    "0.7 s each": every(0.7),
    "1.2 s each": every(1.2),
}


@asynccontextmanager
async def posts(
    scene: Scene, count: int, traces: list[aiohttp.TraceConfig]
) -> AsyncIterator[list[Post]]:
    """Messages to be, by a discord.py client that is logged in."""
    Route.BASE = scene.api_url
    trace = traces[0] if traces else aiohttp.TraceConfig()
    async with (
        discord.Client(intents=discord.Intents.none(), http_trace=trace) as client,
        aiohttp.ClientSession(trace_configs=traces) as http,
    ):
        await client.login(scene.bot_token)
        yield [Post(scene, number, client, http) for number in range(count)]


async def followed(
    follow: Follow, made: list[Post], streams: list[Stream], patience: float
) -> None:
    """Let the rule show every stream, for at most ``patience`` seconds."""
    with suppress(TimeoutError):
        async with asyncio.timeout(patience), asyncio.TaskGroup() as group:
            for post, stream in zip(made, streams, strict=True):
                group.create_task(follow(post, stream))
