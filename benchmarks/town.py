"""A local Discord full of scenes for the real bot, and what stood in them when.

Unlike ``scene``, this has the bot's own process in front of it: people write, the bot's gateway,
store, turns, screen, pages and lanes do the rest.
"""

import json
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.scene import variables_of
from benchmarks.tokens import Load
from bot.store import Store
from bot.store.records import Scene
from bot.store.server import serve
from bot.switches import SERVER
from bot.tasks import Tasks
from config.settings import load as settings_of
from sandbox.discord import Actor, Channel, Guild, LocalDiscord
from sandbox.discord.acts import threads
from sandbox.discord.events import Event, Viewer
from sandbox.discord.model import ChannelType, User

CURSOR = " ▌"
NAME = "**Mira**\n"
CONTROLS = "reply:regenerate"
"""What stands under a reply once it is whole."""


@dataclass(frozen=True, slots=True)
class Stood:
    """So many characters of a thread's newest reply stood ``at`` a moment; ``whole``: all."""

    at: float
    characters: int
    whole: bool


@dataclass
class Watch:
    """Hears every message of the bot, and adds up what stands of each thread's newest reply."""

    viewer: User
    stood: dict[int, list[Stood]] = field(default_factory=dict)
    edits: list[float] = field(default_factory=list)
    sends: list[float] = field(default_factory=list)
    _lengths: dict[int, dict[str, int]] = field(default_factory=dict)

    def begin(self, channel_id: int) -> None:
        """Forget what stood in a thread: a new reply is about to come."""
        self._lengths[channel_id], self.stood[channel_id] = {}, []

    def note(self, event: Event) -> None:
        if event.name not in {"MESSAGE_CREATE", "MESSAGE_UPDATE"} or event.channel is None:
            return
        lengths = self._lengths.get(event.channel.id)
        message = event.body(Viewer(self.viewer))
        if lengths is None or not message["author"].get("bot"):
            return
        now = time.monotonic()
        (self.sends if event.name == "MESSAGE_CREATE" else self.edits).append(now)
        text = message["content"].removeprefix(NAME)
        lengths[message["id"]] = len(text.removesuffix(CURSOR))
        # White space at the cut between two messages is dropped: two characters, mostly.
        total = sum(lengths.values()) + 2 * (len(lengths) - 1)
        whole = CONTROLS in json.dumps(message["components"])
        self.stood.setdefault(event.channel.id, []).append(Stood(now, total, whole))


@dataclass
class Town:
    """The world before the bot; scene i lives in ``scenes[i]`` and is chat i at the AI service."""

    discord: LocalDiscord
    guild: Guild
    scenes: list[Channel]
    lounge: Channel
    alice: Actor
    watch: Watch
    folder: Path
    variables: dict[str, str]


@asynccontextmanager
async def settled(
    load: Load, scenes: int, folder: Path, *, webhook: bool = True
) -> AsyncIterator[Town]:
    """A town with so many scenes, each in a thread of its own, until the block ends.

    ``webhook``: whether characters speak under their own names, as far as they can.
    """
    async with AsyncExitStack() as stack:
        discord = await stack.enter_async_context(LocalDiscord.open())
        url = await stack.enter_async_context(serve(folder / "store"))
        watch = Watch(discord.world.bot.user)
        discord.world.listeners.append(watch.note)
        town = _built(discord, scenes, watch, folder)
        town.variables = variables_of(discord) | {
            "REDIS_URL": url,
            "ALIVEAI_URL": load.url,
            "ALIVEAI_API_KEY": "a key",
            "TURN_WAIT_SECONDS": "0",
            "OPS_PORT": "0",
            "LOG_LEVEL": "WARNING",
        }
        await _seed(town, webhook=webhook)
        yield town


def _built(discord: LocalDiscord, scenes: int, watch: Watch, folder: Path) -> Town:
    world = discord.world
    alice = world.user("alice")
    guild = world.guild("Benchmark", alice)
    lounge = world.channel(guild, "lounge")
    parent = world.channel(guild, "stories", nsfw=True)
    kind = int(ChannelType.PUBLIC_THREAD)
    made = [
        threads.without_message(world, alice, parent, {"name": f"scene {number}", "type": kind})
        for number in range(scenes)
    ]
    return Town(discord, guild, made, lounge, discord.actor(alice), watch, folder, {})


async def _seed(town: Town, *, webhook: bool) -> None:
    """Put into the store what ``/settings`` and, for each scene, ``/chat start`` leave there."""
    settings = settings_of(town.variables, env_file=None)
    async with Tasks() as tasks, Store.open(settings.service, tasks) as store:
        async with store.server(town.guild.id) as server:
            server.switches[SERVER] = {"identity": webhook}
        for number, thread in enumerate(town.scenes):
            scene = Scene(
                channel_id=thread.id,
                parent_id=thread.parent.id if thread.parent else None,
                guild_id=town.guild.id,
                owner_id=town.alice.user.id,
                chat_id=str(number),
                character_id="c",
                character_name="Mira",
                persona_id="p",
                persona_name="Alice",
                application_id=town.discord.world.bot.id,
                filtered=True,
            )
            await store.scenes.save(scene)
