"""A whole world for each test: local AliveAI, local Discord, embedded store, and the real bot.

The bot is the one that runs in production, with other addresses. When a test fails, what went
over Discord's wire and what the AI API was asked is printed with it.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Generator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.app import Vivant, open_bot
from bot.telemetry import Metrics
from config.settings import Settings, load
from sandbox.aliveai import AliveAI, Pace
from sandbox.discord import Actor, Channel, Guild, LocalDiscord
from sandbox.discord.wire.buckets import Limit

FAILED = pytest.StashKey[bool]()

SHORT_WAITS = {
    "TURN_WAIT_SECONDS": "0",
    "SEARCH_SECONDS": "2",
    "FETCH_SECONDS": "2",
    "QUEUE_PAUSE_SECONDS": "0.2",
    "DISCORD_GUILD_READY_SECONDS": "0.1",
}


@dataclass
class Town:
    """A server with a channel for everybody and an age-restricted one, and its people."""

    discord: LocalDiscord
    ai: AliveAI
    guild: Guild
    lounge: Channel
    stories: Channel
    alice: Actor
    bob: Actor
    owner: Actor
    variables: dict[str, str]

    @property
    def settings(self) -> Settings:
        """Settings that point the bot at this town."""
        return load(self.variables, env_file=None)

    @asynccontextmanager
    async def bot(self) -> AsyncIterator[Vivant]:
        """The bot, logged in and ready, until the block ends."""
        async with open_bot(self.settings, Metrics()) as bot:
            bot.tasks.start(bot.connect(), name="gateway")
            await asyncio.wait_for(bot.wait_until_ready(), 10)
            yield bot

    def tell(self) -> None:
        """Print what went over the wires; pytest shows it with a failure."""
        print(self.discord.transcript)  # noqa: T201
        print(self.ai.calls.transcript())  # noqa: T201


@pytest.fixture
def data_dir() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="vivant-") as folder:
        yield Path(folder)


@pytest.fixture
async def town(data_dir: Path, request: pytest.FixtureRequest) -> AsyncIterator[Town]:
    """The world without a bot in it yet."""
    async with opened_town(data_dir) as opened:
        yield opened
        if FAILED in request.node.stash:
            opened.tell()


@pytest.fixture
async def bot(town: Town) -> AsyncIterator[Vivant]:
    async with town.bot() as running:
        yield running


@asynccontextmanager
async def opened_town(
    data_dir: Path, *, moved: Mapping[str, str] | None = None
) -> AsyncIterator[Town]:
    """A town for as long as the block lasts; what Discord does not play fails at its end.

    ``moved`` says which rows the AI service serves elsewhere.
    """
    async with (
        AliveAI.open(pace=Pace(speed=0), media_scale=0.1, moved=moved) as ai,
        LocalDiscord.open() as discord,
    ):
        discord.limits.limits |= {"messages": Limit(100, 1), "webhook": Limit(100, 1)}
        yield _settled(discord, ai, data_dir)
        assert discord.faults_seen == []


def _settled(discord: LocalDiscord, ai: AliveAI, data_dir: Path) -> Town:
    world = discord.world
    people = [world.user(name) for name in ("owner", "alice", "bob")]
    guild = world.guild("Town", people[0], members=people[1:])
    lounge = world.channel(guild, "lounge")
    stories = world.channel(guild, "stories", nsfw=True)
    owner, alice, bob = (discord.actor(person) for person in people)
    variables = {
        "DISCORD_TOKEN": discord.world.bot.token,
        "DISCORD_API_URL": discord.api_url,
        "DISCORD_GATEWAY_URL": discord.gateway_url,
        "DISCORD_CDN_URL": discord.cdn_url,
        "ALIVEAI_API_KEY": ai.api_key,
        "ALIVEAI_URL": ai.url,
        "ALIVEAI_WS_URL": ai.ws_url,
        "DATA_DIR": str(data_dir),
        "OPS_PORT": "0",
        **SHORT_WAITS,
    }
    return Town(discord, ai, guild, lounge, stories, alice, bob, owner, variables)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Lets fixtures know whether their test failed."""
    report = yield
    if report.failed:
        item.stash[FAILED] = True
    return report
