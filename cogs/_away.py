"""What was written while the bot was away: the newest message of each open scene is answered."""

import logging
from contextlib import suppress
from datetime import timedelta

import discord

from bot.app import Vivant
from bot.errors import VivantError
from bot.inbox import Line
from bot.store.records import Scene, now
from cogs._controls import said_in
from cogs._gate import Facts

log = logging.getLogger(__name__)

LOOKED_AT = 25
"""Messages of a channel that are looked through for one that nobody answered."""


async def catch_up(bot: Vivant) -> None:
    """Answer the newest message of each open scene, if nobody has and it is not too old."""
    for scene in await bot.store.scenes.open():
        if scene.paused or not _may_have_news(bot, scene):
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
    facts = await Facts.of_message(bot, message)
    text = said_in(bot, message)
    filtered = await facts.may_say(scene, text)
    name = message.author.display_name
    await bot.chats.say(scene, Line(message.author.id, name, text, message.id, filtered))


async def _unanswered(bot: Vivant, scene: Scene) -> discord.Message | None:
    """What was said last to the character, unless it was heard or something came after it."""
    place = bot.get_channel(scene.channel_id)
    if not isinstance(place, discord.Thread | discord.DMChannel):
        place = None
        with suppress(discord.NotFound, discord.Forbidden):
            fetched = await bot.fetch_channel(scene.channel_id)
            place = fetched if isinstance(fetched, discord.Thread | discord.DMChannel) else None
    if place is None:
        return None
    async for message in place.history(limit=LOOKED_AT):
        if message.author.bot or message.webhook_id or _too_old(bot, message.id):
            return None
        if said_in(bot, message):
            return None if await _heard(bot, scene, message.id) else message
    return None


async def _heard(bot: Vivant, scene: Scene, message_id: int) -> bool:
    """Whether a message became part of a turn, answered or still under way."""
    if await bot.store.replies.of_asked(message_id):
        return True
    turns = await bot.store.turns.of_channel(scene.channel_id)
    return any(message_id in turn.asked_in for turn in turns)
