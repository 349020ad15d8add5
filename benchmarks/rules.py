"""Whose rules decide when a message is edited: ours, or those of three peers.

Ours is the bot's own code, from the reading of tokens through pages and lanes to the surface of
``cogs/_stage.py``. The peers' rules are models of what their source does, on the same discord.py
and with the same reading of tokens: llmcord's one clock of a second for the whole process, and
oobabot's groups of 0.7 s, both awaiting the edit where tokens are read, and openclaw's loop per
stream, which lets at least 1.2 s pass and then edits to the newest text.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial

import aiohttp
import discord

from benchmarks.scene import Place
from bot.api import routes
from bot.api.models.chats import SendMessage
from bot.api.models.events import Complete, Token
from bot.app import Vivant
from bot.listening import LOOK_SECONDS, pause_between_reads
from bot.paging import may_paint
from bot.replies import Pages, ReplyState
from bot.store.records import Anchor

TAIL_WORDS = 300
"""A text names the stream and the number of tokens, and has no more words than these: it is long
as a message is, and stays one."""

FAR = timedelta(days=1)


@dataclass(slots=True)
class Reply:
    """One of so many ``streams``: its tokens as they are read, and the text of a message."""

    bot: Vivant
    number: int
    streams: int
    length: int
    count: int = 0
    gather: Callable[[], float] = field(default=lambda: LOOK_SECONDS)

    @property
    def text(self) -> str:
        """What a message shows by now."""
        return f"{self.number} {self.count}" + " word" * min(self.count, TAIL_WORDS)

    async def tokens(self) -> AsyncIterator[None]:
        """Read the next token, until the reply is complete."""
        events = self.bot.api.stream(
            routes.SEND_CHAT_MESSAGE,
            path={"chatId": str(self.number)},
            body=SendMessage(user_message=f"{self.length}"),
            gather=self.gather,
        )
        async with aclosing(events):
            async for event in events:
                if isinstance(event, Token):
                    self.count += 1
                    yield
                elif isinstance(event, Complete):
                    return


Rule = Callable[[Reply, Place], Awaitable[None]]


async def ours(reply: Reply, place: Place) -> None:
    """The bot's own way."""
    lanes = reply.bot.lanes
    reply.gather = partial(pause_between_reads, reply.streams)
    began = looked = time.monotonic()
    with Pages(reply.bot.stage, lanes, "Mira", [_anchor(place)]) as pages:
        async for _ in reply.tokens():
            if (now := time.monotonic()) - looked >= LOOK_SECONDS:
                looked = now
                if may_paint(5 * reply.count, now - began):
                    pages.follow(lambda: reply.text)
        await pages.settle(reply.text, ReplyState.DONE)


def _anchor(place: Place) -> Anchor:
    anchor = Anchor(channel_id=place.channel_id, message_id=place.message_id)
    if place.webhook:
        # A webhook is edited as an interaction's token is: by the same requests, in a like bucket.
        anchor.application_id, anchor.token = place.webhook
        anchor.token_until = datetime.now(UTC) + FAR
    return anchor


class Post:
    """The message of a peer's stream."""

    def __init__(self, bot: Vivant, place: Place) -> None:
        self._channel = bot.get_partial_messageable(place.channel_id)
        self._id = place.message_id
        self._hook = discord.Webhook.partial(*place.webhook, client=bot) if place.webhook else None

    async def put(self, text: str) -> None:
        """Send or edit the message, by discord.py."""
        content = f"**Mira**\n{text}"
        if self._hook and self._id:
            await self._hook.edit_message(self._id, content=content)
        elif self._id is None:
            self._id = (await self._channel.send(content)).id
        else:
            await self._channel.get_partial_message(self._id).edit(content=content)


class OneClock:
    """llmcord: at most one edit a second in the whole process, the first and the last aside.

    The clock is set once an edit is over; what fails ends the reply (its ``llmcord.py``, 2026).
    """

    def __init__(self) -> None:
        self._last = 0.0

    async def __call__(self, reply: Reply, place: Place) -> None:
        post, begun = Post(reply.bot, place), False
        with suppress(discord.HTTPException, aiohttp.ClientError, OSError):
            async for _ in reply.tokens():
                if not begun or time.monotonic() - self._last >= 1.0:
                    begun = True
                    await self._put(post, reply)
            await asyncio.sleep(1.0 - (time.monotonic() - self._last))
            await self._put(post, reply)

    async def _put(self, post: Post, reply: Reply) -> None:
        await post.put(reply.text)
        self._last = time.monotonic()


async def grouped(reply: Reply, place: Place) -> None:
    """oobabot: tokens in groups of 0.7 s, each shown before the next is read."""
    post, last = Post(reply.bot, place), time.monotonic()
    with suppress(discord.HTTPException, aiohttp.ClientError, OSError):
        async for _ in reply.tokens():
            if (now := time.monotonic()) - last >= 0.7:
                last = now
                await post.put(reply.text)
        await post.put(reply.text)


async def throttled(reply: Reply, place: Place) -> None:
    """openclaw: beside the reading, the newest text, at least 1.2 s after the edit before."""
    post, grown, editing = Post(reply.bot, place), asyncio.Event(), asyncio.Lock()

    async def show() -> None:
        while True:
            await grown.wait()
            grown.clear()
            async with editing:
                await _tried(partial(post.put, reply.text))
            await asyncio.sleep(1.2)

    async with asyncio.TaskGroup() as group:
        showing = group.create_task(show())
        async for _ in reply.tokens():
            grown.set()
        async with editing:
            showing.cancel()
            await _tried(partial(post.put, reply.text))


async def _tried(edit: Callable[[], Awaitable[None]]) -> None:
    with suppress(discord.HTTPException, aiohttp.ClientError, OSError):
        await edit()


def rules() -> dict[str, Callable[[], Rule]]:
    """Every rule by name, each made anew for a run."""
    return {
        "lanes": lambda: ours,
        "one clock of 1 s": OneClock,
        "0.7 s each": lambda: grouped,
        "1.2 s each": lambda: throttled,
    }
