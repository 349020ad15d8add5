"""What was written while the bot was away: the newest message of each open scene is answered."""

import asyncio
import logging
from contextlib import suppress
from datetime import timedelta

import discord

from bot.app import Vivant
from bot.errors import VivantError
from bot.store.records import Scene, now
from cogs._gate import Facts
from cogs._rewinding import line_of, said_in

log = logging.getLogger(__name__)

PAUSE = 0.1
"""Seconds between two looks whether Discord's limits have room for one more: what is shown goes
first, and after a long absence there may be very many scenes to look at."""

LOOKED_AT = 25
"""Messages of a channel that are looked through for one that nobody answered."""


async def catch_up(bot: Vivant) -> None:
    """Answer the newest message of each open scene, if nobody has and it is not too old."""
    for scene in await bot.store.scenes.open():
        ours = bot.stage.speaks_as(scene.application_id)
        if not ours or scene.paused or not _may_have_news(bot, scene):
            continue
        try:
            await _catch_up(bot, scene)
        except (VivantError, discord.HTTPException) as error:
            log.info("could not catch up in channel %d: %s", scene.channel_id, error)


def _may_have_news(bot: Vivant, scene: Scene) -> bool:
    """Whether the newest message that Discord told of is young enough; direct ones are not told."""
    channel = bot.get_channel(scene.channel_id)
    newest = getattr(channel, "last_message_id", None)
    if scene.guild_id is not None and channel is None:
        return False
    return newest is None or not _too_old(bot, newest)


def _too_old(bot: Vivant, message_id: int) -> bool:
    age = now() - discord.utils.snowflake_time(message_id)
    return age > timedelta(seconds=bot.settings.limits.away_seconds)


async def _catch_up(bot: Vivant, scene: Scene) -> None:
    message = await _unanswered(bot, scene)
    if message is None:
        return
    line = await line_of(await Facts.of_message(bot, message), scene, message)
    if line:
        await bot.chats.say(scene, line)


async def _unanswered(bot: Vivant, scene: Scene) -> discord.Message | None:
    """What was said last to the character, unless it was heard or something came after it."""
    place = await _place(bot, scene)
    if place is None:
        return None
    while not bot.lanes.afford():  # noqa: ASYNC110 - nothing tells when there is room
        await asyncio.sleep(PAUSE)
    async for message in place.history(limit=LOOKED_AT):
        if message.author.bot or message.webhook_id or _too_old(bot, message.id):
            return None
        if said_in(bot, message):
            return None if await bot.chats.heard(scene, message.id) else message
    return None


async def _place(bot: Vivant, scene: Scene) -> discord.Thread | discord.DMChannel | None:
    place: object = bot.get_channel(scene.channel_id)
    if place is None:
        bot.lanes.spend()
        with suppress(discord.NotFound, discord.Forbidden):
            place = await bot.fetch_channel(scene.channel_id)
    return place if isinstance(place, discord.Thread | discord.DMChannel) else None
