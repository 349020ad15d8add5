"""Opens the local Discord: one HTTP server with REST, gateway, CDN and, if wanted, a page."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from aiohttp import web

from sandbox.discord.actors.actor import Actor
from sandbox.discord.acts import interactions, threads
from sandbox.discord.clock import Clock
from sandbox.discord.model import User
from sandbox.discord.wire.buckets import Buckets
from sandbox.discord.wire.cdn import Cdn
from sandbox.discord.wire.faults import Faults
from sandbox.discord.wire.gateway import Gateway
from sandbox.discord.wire.rest import Rest
from sandbox.discord.wire.transcript import Transcript
from sandbox.discord.world import World

T = TypeVar("T")

API_PATH, GATEWAY_PATH, CDN_PATH = "/api/v10", "/gateway", "/cdn"
HOST = "127.0.0.1"
WATCH_SECONDS = 0.1
SWEEP_SECONDS = 5.0
LARGEST_REQUEST = 1 << 30


class LocalDiscord:
    """A running Discord.

    Attributes:
        world: State and builders.
        gateway: Sessions, and trouble on demand (drop, reconnect, invalidate).
        limits: Rate limits; ``limits.enabled = False`` switches them off.
        faults: Planned failures of REST calls.
        transcript: All traffic.
    """

    def __init__(self, clock: Clock, *, bot_name: str, rate_limits: bool) -> None:
        self.clock = clock
        self.world = World(clock, bot_name=bot_name)
        self.transcript = Transcript()
        self.limits = Buckets(enabled=rate_limits)
        self.faults = Faults()
        self.gateway = Gateway(self.world, self.transcript)
        self._rest = Rest(self.world, self.transcript, self.limits, self.faults)
        self._cdn = Cdn(self.world, self.transcript, self.faults)
        self.url = self.api_url = self.gateway_url = self.cdn_url = ""

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        *,
        port: int = 0,
        host: str = HOST,
        clock: Clock | None = None,
        bot_name: str = "Vivant",
        rate_limits: bool = True,
        web: Callable[[web.Application], None] | None = None,
    ) -> "AsyncIterator[LocalDiscord]":
        """Serve until the block ends.

        Args:
            port: 0 takes any free one.
            host: The address to listen on.
            clock: Where the time comes from, if not from a clock of its own.
            bot_name: Username of the application's account.
            rate_limits: Whether limits are enforced from the start.
            web: Adds routes of its own to the aiohttp application, which holds this object under
                ``LOCAL_DISCORD``.
        """
        discord = cls(clock or Clock(), bot_name=bot_name, rate_limits=rate_limits)
        runner = await discord._listen(host, port, web)
        watch = asyncio.get_running_loop().create_task(discord._watch(), name="due")
        try:
            yield discord
        finally:
            watch.cancel()
            await asyncio.gather(watch, return_exceptions=True)
            await discord.gateway.close()
            await runner.cleanup()

    @property
    def faults_seen(self) -> list[str]:
        """What was asked of this Discord that it does not play; empty in a healthy test."""
        return self._rest.faults_seen

    def actor(self, user: User) -> Actor:
        """Somebody who acts as ``user``, with that account's rights."""
        return Actor(self.world, user)

    async def until(
        self,
        condition: Callable[[], T | None],
        *,
        timeout: float = 5,  # noqa: ASYNC109
        what: str = "",
    ) -> T:
        """The first true value of ``condition``; NotSeen after ``timeout`` seconds."""
        return await self.world.until(condition, timeout=timeout, what=what)

    async def ready(self, *, timeout: float = 10) -> None:  # noqa: ASYNC109
        """Wait until the bot has a gateway session."""
        bot = self.world.bot.user
        await self.until(
            lambda: self.gateway.is_connected(bot), timeout=timeout, what="the bot's session"
        )

    async def _listen(
        self, host: str, port: int, extra: Callable[[web.Application], None] | None
    ) -> web.AppRunner:
        app = web.Application(client_max_size=LARGEST_REQUEST)
        app[LOCAL_DISCORD] = self
        app.router.add_route("*", API_PATH + "/{tail:.*}", self._rest.serve)
        app.router.add_get(GATEWAY_PATH, self.gateway.serve)
        app.router.add_routes(self._cdn.routes(CDN_PATH))
        if extra:
            extra(app)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        site = web.TCPSite(runner, host, port)
        await site.start()
        self._place(host, runner.addresses[0][1])
        return runner

    def _place(self, host: str, port: int) -> None:
        self.url = f"http://{host}:{port}"
        self.api_url = self.url + API_PATH
        self.gateway_url = f"ws://{host}:{port}{GATEWAY_PATH}"
        self.cdn_url = self.world.cdn_url = self.url + CDN_PATH
        self.gateway.url = self._rest.gateway_url = self.gateway_url

    async def _watch(self) -> None:
        """Let fall due what falls due by time alone."""
        swept = 0.0
        while True:
            interactions.give_up_overdue(self.world)
            if self.clock.now() - swept > SWEEP_SECONDS:
                swept = self.clock.now()
                threads.archive_idle(self.world)
            await self.clock.pulse.next(WATCH_SECONDS)


LOCAL_DISCORD = web.AppKey("local_discord", LocalDiscord)
