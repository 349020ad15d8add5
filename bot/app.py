"""The composition root: opens everything in order, hands it down, closes it in reverse.

This is the only module outside ``cogs`` that knows the Discord library: how it is pointed at a
server, what it may keep in memory, and how its rate-limit headers reach the lanes.
"""

import asyncio
import gc
import hashlib
import json
import logging
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from types import SimpleNamespace
from typing import Any

import aiohttp
import discord
import yarl
from discord.ext import commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot import screen
from bot.api import Api
from bot.catalogue import Catalogue
from bot.chats import Chats
from bot.doctor import Check
from bot.errors import Busy, NotConnected, VivantError
from bot.intentions import Intentions
from bot.jobs import Jobs
from bot.languages import Languages
from bot.library import Library
from bot.live import Lanes
from bot.moderation import Moderation
from bot.parts import Parts
from bot.privacy import Privacy
from bot.stage import Stage
from bot.store import Store
from bot.tasks import Tasks
from bot.telemetry import Metrics, Telemetry
from config.settings import Settings

log = logging.getLogger(__name__)

COGS = "cogs"
"""The package that holds everything a Discord user can see; it is loaded by this name alone."""

RESUME_SECONDS = 30.0
"""Pause between two looks for work that was left unfinished."""

PERMISSIONS = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    create_public_threads=True,
    create_private_threads=True,
    manage_threads=True,
    manage_messages=True,
    manage_webhooks=True,
    embed_links=True,
    attach_files=True,
    read_message_history=True,
    add_reactions=True,
    external_emojis=True,
)
"""What the invite link asks for."""

RETRY_SECONDS = 5.0
"""Pause after a 429 that does not say how long to wait."""

VISIT_SECONDS = 20.0
"""Longest that the doctor waits for Discord."""

INTENT_OFF = "the message-content intent is not granted"
INTENT_ON = (
    "Switch it on under Bot in the developer portal, or set DISCORD_MESSAGE_CONTENT=false: "
    "people then have to mention the bot in their scenes."
)

_CHANNEL = re.compile(r"/channels/(\d+)/messages(?:/\d+)?$")
_WEBHOOK = re.compile(r"/webhooks/(\d+)/([^/]+)(?:/messages/[^/]+)?$")


class Vivant(commands.AutoShardedBot):
    """The Discord client with everything that the cogs may use."""

    stage: Stage
    languages: Languages
    jobs: Jobs
    chats: Chats
    privacy: Privacy
    moderation: Moderation
    intentions: Intentions

    def __init__(
        self,
        settings: Settings,
        api: Api,
        store: Store,
        lanes: Lanes,
        tasks: Tasks,
        metrics: Metrics,
    ) -> None:
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            intents=_intents(message_content=settings.discord.message_content),
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=100,
            guild_ready_timeout=settings.discord.guild_ready_seconds,
            shard_count=settings.service.shard_count,
            shard_ids=settings.service.shard_ids,  # type: ignore[arg-type] # any sequence does
            http_trace=_trace(lanes, metrics),
        )
        self.settings = settings
        self.api = api
        self.store = store
        self.lanes = lanes
        self.tasks = tasks
        self.metrics = metrics
        self.library = Library(api, store, settings.limits.search_seconds)
        self._upkeep: asyncio.Task[None] | None = None
        self.catalogue = Catalogue(api, store)

    def perform_on(self, stage: Stage, languages: Languages) -> None:
        """Take words from the cogs, and the stage that jobs and scenes show themselves on."""
        self.stage, self.languages = stage, languages
        parts = Parts(
            self.api,
            self.store,
            self.lanes,
            stage,
            self.tasks,
            self.metrics,
            self.settings.rules,
            self.settings.limits,
        )
        self.jobs, self.chats = Jobs(parts), Chats(parts)
        self.privacy = Privacy(parts, self.jobs, self.chats)
        self.moderation = Moderation(parts, self.jobs)
        self.intentions = Intentions(parts)

    async def setup_hook(self) -> None:
        """Load the cogs, register their commands if they changed, and count the shards."""
        await self.load_extension(COGS)
        await self._register_commands()
        if self.shard_count is None:
            self.shard_count = await self._count_shards()

    async def on_ready(self) -> None:
        """Begin to look after what was left unfinished; a later READY finds it under way."""
        log.info("ready as %s in %d servers", self.user, len(self.guilds))
        if self._upkeep is None:
            self._upkeep = self.tasks.start(self._look_after(), name="resume")
        here = {guild.id for guild in self.guilds}
        compared = self.privacy.compare(self.application_id or 0, here, self._would_see)
        self.tasks.start(compared, name="servers that came and went")

    async def _look_after(self) -> None:
        """Take up what an earlier process, or trouble on the way, left; again and again."""
        while True:
            for left in (self.jobs, self.chats, self.intentions, self.privacy):
                try:
                    await left.resume()
                except VivantError as error:
                    log.warning("could not look for unfinished work: %s", error)
            await asyncio.sleep(RESUME_SECONDS)

    async def process_commands(self, message: discord.Message, /) -> None:
        """There are no text commands: every message belongs to the cogs."""

    def _would_see(self, guild_id: int) -> bool:
        """Whether a server belongs to a shard of this process (Discord, Sharding)."""
        return (guild_id >> 22) % (self.shard_count or 1) in self.shards

    async def _register_commands(self) -> None:
        """Send the command definitions to Discord, by one process and only if they changed."""
        definitions = await self._definitions()
        drawn = json.dumps([self.application_id, Route.BASE, definitions], sort_keys=True)
        digest = hashlib.sha256(drawn.encode()).hexdigest()
        try:
            async with self.store.leases.hold("commands"):
                if await self.store.options.get("commands") != digest:
                    await self.tree.sync()
                    await self.store.options.put("commands", digest)
        except Busy:
            log.info("another process registers the commands")

    async def _definitions(self) -> list[dict[str, Any]]:
        """Every command as Discord is told of it, in all languages."""
        tree, translator = self.tree, self.tree.translator
        found = tree.get_commands()
        if translator is None:
            return [each.to_dict(tree) for each in found]
        return [await each.get_translated_payload(tree, translator) for each in found]

    async def _count_shards(self) -> int:
        """How many shards Discord wants; one where the server does not say."""
        try:
            return (await self.http.get_bot_gateway())[0]
        except discord.GatewayNotFound:
            return 1


@asynccontextmanager
async def open_bot(settings: Settings, metrics: Metrics) -> AsyncIterator[Vivant]:
    """Everything the bot needs, opened in order; logged in, not yet connected.

    Raises:
        StoreDown: No store can be reached or started.
        NotConnected: Discord is out of reach, or does not accept the token.
    """
    _point_at(settings)
    screen.load()
    async with AsyncExitStack() as stack:
        upkeep = await stack.enter_async_context(Tasks())
        store = await stack.enter_async_context(
            Store.open(settings.service, upkeep, retention_days=settings.limits.retention_days)
        )
        api = await stack.enter_async_context(
            Api.open(settings.aliveai, media_hosts=settings.service.media_hosts)
        )
        sending = await stack.enter_async_context(Tasks())
        lanes = Lanes(sending, budget=settings.discord.budget)
        work = Tasks()
        bot = Vivant(settings, api, store, lanes, work, metrics)
        await stack.enter_async_context(bot)
        await stack.enter_async_context(lanes)
        await stack.enter_async_context(work)
        await _log_in(bot, settings)
        yield bot


async def _log_in(client: discord.Client, settings: Settings) -> None:
    try:
        await client.login(settings.discord.token.get_secret_value())
    except discord.LoginFailure as error:
        raise NotConnected("DISCORD_TOKEN is not accepted by Discord") from error
    except (OSError, aiohttp.ClientError, discord.HTTPException) as error:
        problem = f"DISCORD_API_URL does not answer as Discord does ({type(error).__name__})"
        raise NotConnected(problem) from error


async def serve(settings: Settings) -> None:
    """Run the bot until it is cancelled.

    If Discord refuses the message-content intent, it starts once more without it: scenes then
    need a mention, and the operator is told.
    """
    try:
        await _serve(settings)
    except discord.PrivilegedIntentsRequired:
        log.warning(
            "Discord refused the message-content intent: switch it on for the application. "
            "Going on without it; people have to mention the bot in their scenes."
        )
        await _serve(settings.without_message_content())


async def _serve(settings: Settings) -> None:
    async with (
        Telemetry.open(settings.service) as telemetry,
        open_bot(settings, telemetry.metrics) as bot,
    ):
        telemetry.ready = bot.is_ready
        gc.collect()
        gc.freeze()  # what is here stays; looking at it again, the collector would stop all streams
        await bot.connect()


class _Visitor(discord.Client):
    """A client that leaves the gateway as soon as it is let in."""

    async def on_connect(self) -> None:
        """Called by the library once the gateway took the token and the intents."""
        await self.close()


async def examine_discord(settings: Settings) -> Check:
    """Whether the token is good, the intents are granted and the gateway answers.

    It opens a session beside that of a bot that may run, closes it, and sends nothing.
    """
    _point_at(settings)
    wanted = settings.discord.message_content
    try:
        async with (
            asyncio.timeout(VISIT_SECONDS),
            _Visitor(intents=_intents(message_content=wanted)) as visitor,
        ):
            await _log_in(visitor, settings)
            if wanted and not _may_read(visitor.application_flags):
                return Check("Discord", ok=False, found=INTENT_OFF, mend=INTENT_ON)
            await visitor.connect(reconnect=False)
            return Check("Discord", ok=True, found=f"logged in as {visitor.user}, intents granted")
    except NotConnected as error:
        return Check("Discord", ok=False, found=str(error))
    except discord.PrivilegedIntentsRequired:
        return Check("Discord", ok=False, found=INTENT_OFF, mend=INTENT_ON)
    except (OSError, aiohttp.ClientError, discord.DiscordException) as error:
        found = f"the gateway does not let the bot in ({type(error).__name__})"
        return Check("Discord", ok=False, found=found, mend="Check DISCORD_GATEWAY_URL.")


def _may_read(flags: discord.ApplicationFlags) -> bool:
    return flags.gateway_message_content or flags.gateway_message_content_limited


def _point_at(settings: Settings) -> None:
    """Point the library at a server: it keeps these addresses in class attributes."""
    Route.BASE = settings.discord.api_url
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(settings.discord.gateway_url)
    discord.Asset.BASE = settings.discord.cdn_url


def _intents(*, message_content: bool) -> discord.Intents:
    return discord.Intents(
        guilds=True,
        guild_messages=True,
        dm_messages=True,
        guild_reactions=True,
        dm_reactions=True,
        message_content=message_content,
    )


def _trace(lanes: Lanes, metrics: Metrics) -> aiohttp.TraceConfig:
    """Counts every answer, and lets the lanes see the headers of sends and edits."""

    async def ended(
        _: aiohttp.ClientSession, __: SimpleNamespace, seen: aiohttp.TraceRequestEndParams
    ) -> None:
        metrics.discord_requests.labels(seen.method, seen.response.status).inc()
        if lane := lane_of(seen.method, seen.url.path):
            _observe(lanes, lane, seen.response)

    trace = aiohttp.TraceConfig()
    trace.on_request_end.append(ended)
    return trace


def lane_of(method: str, path: str) -> str | None:
    """The lane whose bucket a request used; ``None`` unless it sent or edited a message."""
    if method not in {"POST", "PATCH"}:
        return None
    if found := _CHANNEL.search(path):
        return f"channel:{found[1]}"
    if found := _WEBHOOK.search(path):
        return f"webhook:{found[1]}:{found[2]}"
    return None


def _observe(lanes: Lanes, lane: str, response: aiohttp.ClientResponse) -> None:
    headers = response.headers
    if response.status == 429:
        everywhere = headers.get("X-RateLimit-Global") == "true"
        lanes.throttled(
            None if everywhere else lane,
            retry_after=float(headers.get("Retry-After", RETRY_SECONDS)),
        )
    elif "X-RateLimit-Limit" in headers:
        lanes.observe(
            lane,
            limit=int(headers["X-RateLimit-Limit"]),
            remaining=int(headers["X-RateLimit-Remaining"]),
            reset_after=float(headers["X-RateLimit-Reset-After"]),
        )
