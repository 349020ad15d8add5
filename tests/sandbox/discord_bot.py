"""A local Discord with a home in it, a small real discord.py bot, and raw requests."""

import asyncio
import io
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import discord
import yarl
from discord.ext import commands

from sandbox.discord import Actor, Channel, Guild, LocalDiscord, Message, User
from tests.sandbox.discord_description import misfits

Setup = Callable[["Bot"], None]
PIXEL = bytes.fromhex("89504e470d0a1a0a0000000d4948445200000003000000020802000000")


class Bot(commands.Bot):
    """Remembers every event it hears under its name."""

    def __init__(self, setup: Setup, intents: discord.Intents, **options: Any) -> None:
        super().__init__(command_prefix="!", intents=intents, help_command=None, **options)
        self.heard: list[tuple[str, tuple[Any, ...]]] = []
        self._arrange = setup

    async def setup_hook(self) -> None:
        self._arrange(self)
        if self.tree.get_commands():
            await self.tree.sync()

    def dispatch(self, event_name: str, /, *args: Any, **kwargs: Any) -> None:
        self.heard.append((event_name, args))
        super().dispatch(event_name, *args, **kwargs)

    def last(self, name: str) -> Any:
        """The newest event of that name: its only argument, or all of them."""
        found = [args for heard, args in self.heard if heard == name]
        if not found:
            return None
        return found[-1][0] if len(found[-1]) == 1 else found[-1] or True

    def count(self, name: str) -> int:
        return sum(heard == name for heard, _ in self.heard)


@dataclass
class Home:
    """A server with one channel, its owner Alice, and Bob."""

    local: LocalDiscord
    guild: Guild
    channel: Channel
    alice: Actor
    bob: Actor
    http: aiohttp.ClientSession

    @property
    def bot_user(self) -> User:
        return self.local.world.bot.user

    async def heard(self, bot: Bot, name: str) -> Any:
        """Wait for an event to reach the bot."""
        return await self.local.until(lambda: bot.last(name), what=name)

    async def said(self, bot: Bot, message: Message) -> Any:
        """The message as it reached the bot."""

        def arrived() -> Any:
            heard = [args[0] for name, args in bot.heard if name == "message"]
            return next((one for one in heard if one.id == message.id), None)

        return await self.local.until(arrived, what=f"message {message.content!r}")

    async def place(self, bot: Bot, channel: Channel | None = None) -> Any:
        """discord.py's object for a channel."""
        return await bot.fetch_channel((channel or self.channel).id)

    async def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        by: User | None = None,
        files: dict[str, bytes] | None = None,
    ) -> tuple[int, Any]:
        """A raw request, as the bot unless ``by`` a person: status and JSON."""
        who = by or self.bot_user
        headers = {"Authorization": f"Bot {who.token}" if who.bot else who.token}
        content: dict[str, Any] = {} if body is None else {"json": body}
        if files:
            form = aiohttp.FormData()
            form.add_field("payload_json", json.dumps(body), content_type="application/json")
            for index, (name, data) in enumerate(files.items()):
                form.add_field(f"files[{index}]", io.BytesIO(data), filename=name)
            content = {"data": form}
        url = yarl.URL(self.local.api_url + path, encoded=True)
        async with self.http.request(method, url, headers=headers, **content) as answer:
            text = await answer.text()
            return answer.status, json.loads(text) if text else None


@asynccontextmanager
async def home(*, nsfw: bool = False, rate_limits: bool = False) -> AsyncIterator[Home]:
    """A fresh local Discord; its transcript shows if the test fails."""
    async with (
        LocalDiscord.open(rate_limits=rate_limits) as local,
        aiohttp.ClientSession() as http,
    ):
        alice, bob = local.world.user("alice"), local.world.user("bob")
        guild = local.world.guild("Home", alice, members=[bob])
        channel = local.world.channel(guild, "general", nsfw=nsfw)
        try:
            yield Home(local, guild, channel, local.actor(alice), local.actor(bob), http)
            if problems := misfits(local):
                raise AssertionError("\n".join(problems))
        finally:
            local.transcript.tell()


def point_at(local: LocalDiscord) -> None:
    """Direct discord.py to the local servers."""
    discord.http.Route.BASE = local.api_url
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(local.gateway_url)
    discord.Asset.BASE = local.cdn_url


def wanted(*, content: bool = True, members: bool = False) -> discord.Intents:
    intents = discord.Intents.default()
    intents.message_content = content
    intents.members = members
    return intents


@asynccontextmanager
async def running(
    local: LocalDiscord,
    setup: Setup = lambda _: None,
    *,
    intents: discord.Intents | None = None,
    **options: Any,
) -> AsyncIterator[Bot]:
    """A bot that is logged in and ready."""
    point_at(local)
    bot = Bot(setup, intents or wanted(), guild_ready_timeout=0.01, **options)
    async with bot:
        await bot.login(local.world.bot.token)
        connection = asyncio.get_running_loop().create_task(bot.connect())
        try:
            await asyncio.wait_for(bot.wait_until_ready(), timeout=10)
            yield bot
        finally:
            await bot.close()
            await asyncio.gather(connection, return_exceptions=True)
