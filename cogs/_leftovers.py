"""What a process that died left of a scene that it was opening: kept if it is open, else undone."""

from contextlib import suppress

import discord

from bot.app import Vivant
from bot.errors import Uncertain
from bot.finding import find_chat
from bot.languages import said, speaking
from bot.store.records import Intention
from cogs._answers import tell_later
from cogs._opening import find_thread, remove_thread, waits_in


async def end_scene(bot: Vivant, intention: Intention) -> None:
    """Keep a scene that a process left if it is open, else take back what there is of it; tell."""
    if intention.sent and not intention.made_id:
        within = bot.settings.limits.search_seconds
        with suppress(Uncertain):
            intention.made_id = await find_chat(bot.api, bot.store, intention, within)
    scene = await bot.store.scenes.get(intention.made_id or intention.kept.get("chat_id", ""))
    here = scene and (not intention.parent_id or scene.channel_id == intention.thread_id)
    with speaking(bot.languages.first(intention.anchor.language)):
        if scene and here and not scene.ended and await bot.store.replies.of_chat(scene.chat_id):
            text = waits_in(scene.character_name, scene.channel_id)
        else:
            await _take_back(bot, intention)
            text = said(
                "I was restarted while I opened the scene, and took it back. Please try again."
            )
    await tell_later(bot, intention.anchor, text)


async def _take_back(bot: Vivant, intention: Intention) -> None:
    """Delete the chat and the thread that were made; a chat that was there before is kept."""
    if intention.thread_id:
        await bot.store.scenes.end(intention.thread_id)
    if intention.made_id:
        await bot.chats.discard(intention.made_id)
        await bot.store.scenes.delete(intention.made_id)
    thread = None
    with suppress(discord.HTTPException):
        if intention.thread_id:
            thread = await bot.fetch_channel(intention.thread_id)
        elif intention.parent_id:
            parent = await bot.fetch_channel(intention.parent_id)
            if isinstance(parent, discord.TextChannel):
                thread = await find_thread(bot, parent, intention.title, intention.created)
    if isinstance(thread, discord.Thread):
        await remove_thread(bot, thread)
