"""The AliveAI API on a local socket: what a client sees, and what a test may do to it."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Self

from aiohttp import web

from sandbox.aliveai import characters, chats, files, lists, members, personas, talk, writing
from sandbox.aliveai import prompts as prompts_section
from sandbox.aliveai import sockets as sockets_section
from sandbox.aliveai.background import Background
from sandbox.aliveai.calls import Calls
from sandbox.aliveai.catalogue import stock
from sandbox.aliveai.dialect import Dialect
from sandbox.aliveai.dispatch import Dispatch
from sandbox.aliveai.faults import Faults
from sandbox.aliveai.feeds import QUEUE, Feeds
from sandbox.aliveai.gates import PATIENCE, Bell, Gate
from sandbox.aliveai.pace import Clock, Pace
from sandbox.aliveai.queue import Queue
from sandbox.aliveai.seals import Seals
from sandbox.aliveai.state import Account, State
from sandbox.aliveai.studio import Studio
from sandbox.aliveai.world import Responder, Sent, World

SHUTDOWN_SECONDS = 0.2


def responders(queue: Queue) -> dict[str, Responder]:
    """Every responder by operation."""
    return {
        **members.RESPONDERS,
        **characters.RESPONDERS,
        **personas.RESPONDERS,
        **chats.RESPONDERS,
        **talk.RESPONDERS,
        **files.RESPONDERS,
        **lists.RESPONDERS,
        **writing.RESPONDERS,
        **prompts_section.responders(queue),
        **sockets_section.responders(queue),
    }


def _unheard(*_token: str) -> None:
    """Nobody wants to know what is sent."""


class AliveAI:
    """One running service with one account. Open it with ``async with AliveAI.open() as ai``.

    Attributes:
        state: Its records, to look at and to prepare.
        faults: What is to go wrong.
        pace: How fast it works; may be changed while it runs.
        clock: Its time of day, which decides when tokens and addresses expire.
        calls: What it was asked.
    """

    def __init__(self, world: World, queue: Queue, calls: Calls) -> None:
        self._world = world
        self._queue = queue
        self.state = world.state
        self.faults = world.faults
        self.pace = world.pace
        self.clock = world.clock
        self.calls = calls

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        *,
        port: int = 0,
        host: str = "127.0.0.1",
        dialect: Dialect | None = None,
        pace: Pace | None = None,
        credits_: float = 1000,
        workers: int = 1,
        media_scale: float = 1.0,
        token_seconds: float = 3600,
        address_seconds: float = 3600,
        moved: Mapping[str, str] | None = None,
        sent: Sent = _unheard,
    ) -> AsyncIterator[Self]:
        """Start it on ``port`` (0: any free one) and stop it at the end.

        Args:
            port: TCP port.
            host: Address to listen on.
            dialect: How it answers where nobody knows.
            pace: How fast it works; ``Pace(speed=0)`` never waits.
            credits_: What the account has.
            workers: Generations at a time.
            media_scale: Share of the full size at which media are drawn.
            token_seconds: How long a bearer token holds.
            address_seconds: How long a media address holds.
            moved: Rows that are served elsewhere, "/path" or "METHOD /path" by operation.
            sent: Told every token that is sent: chat id, message id, text.
        """
        seals = Seals(clock := Clock(), token_seconds, address_seconds)
        async with AsyncExitStack() as stack:
            background = await stack.enter_async_context(Background())
            world = _world(clock, seals, credits_, background, sent)
            world.dialect, world.pace = dialect or world.dialect, pace or world.pace
            world.studio = Studio(media_scale)
            queue = Queue(world)
            dispatch = Dispatch(world, responders(queue), moved or {})
            listening = _listening(dispatch.application(), host, port)
            world.url = await stack.enter_async_context(listening)
            stack.callback(world.feeds.close)
            for _ in range(workers):
                background.start(queue.run())
            yield cls(world, queue, dispatch.calls)

    @property
    def url(self) -> str:
        """Base of all HTTP addresses."""
        return self._world.url

    @property
    def ws_url(self) -> str:
        """Base of the sockets' addresses."""
        return self._world.url.replace("http", "ws", 1)

    @property
    def api_key(self) -> str:
        """The account's API key, to be sent under ``Key``."""
        return self.state.account.api_key

    @property
    def dialect(self) -> Dialect:
        """How it speaks; may be replaced while it runs."""
        return self._world.dialect

    @dialect.setter
    def dialect(self, dialect: Dialect) -> None:
        self._world.dialect = dialect

    def hold(self, what: str = "") -> None:
        """Let work stand before its next step: "reply", "generation", a chat's or prompt's id."""
        self._world.gate.hold(what)

    def release(self, what: str = "") -> None:
        """Let held work run again."""
        self._world.gate.release(what)

    async def step(self, what: str = "", times: int = 1) -> None:
        """Let held work take one step (a token, a progress event) and wait for its effects."""
        await self._world.gate.step(what, times)

    async def until(self, fact: Callable[[], bool], seconds: float = PATIENCE) -> None:
        """Wait until ``fact()`` is true; looked at after every call, event and step."""
        await self._world.bell.until(fact, seconds)

    def listeners(self, prompt_id: str = QUEUE) -> int:
        """How many sockets listen to that prompt, or to the account's queue."""
        return self._world.feeds.listeners(prompt_id)

    def pending(self) -> int:
        """How many generations wait or run."""
        return len(self._queue)


def _world(
    clock: Clock, seals: Seals, credits_: float, background: Background, sent: Sent
) -> World:
    state, bell = State(_account(clock, credits_)), Bell()
    stock(state)
    return World(
        state=state,
        dialect=Dialect(),
        pace=Pace(),
        clock=clock,
        bell=bell,
        gate=Gate(bell),
        seals=seals,
        faults=Faults(state, seals),
        studio=Studio(),
        feeds=Feeds(),
        start=background.start,
        sent=sent,
    )


def _account(clock: Clock, credits_: float) -> Account:
    return Account(
        user_id="r9orK",
        email="member@example.com",
        password="sandbox password",  # noqa: S106  # the sandbox's own, known to everybody
        api_key="sandbox-api-key",
        credits=credits_,
        created=clock.now(),
    )


@asynccontextmanager
async def _listening(app: web.Application, host: str, port: int) -> AsyncIterator[str]:
    runner = web.AppRunner(app, shutdown_timeout=SHUTDOWN_SECONDS, access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        await site.start()
        yield f"http://{host}:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
