"""How a scene comes to stand somewhere: its place, the card on top, and its chat.

Whatever fails on the way leaves nothing behind: no chat without a place, no place without a scene.
"""

import io
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal

import discord
from discord import ui

from bot.api.models.chats import Chat
from bot.app import Vivant
from bot.cards import addressed
from bot.errors import Busy, NotFound, VivantError
from bot.store.records import Character, Persona, Scene
from cogs._answers import Click
from cogs._gate import Facts
from cogs._history import recap
from cogs._present import button, layout, plain
from cogs._sheets import opening_of
from cogs._sources import portrait, readable

THREAD_NAME_LIMIT = 100
CARD_BIO = 900
ARCHIVE_MINUTES: Literal[10080] = 10080
"""A thread stays open for a week without messages (Discord allows no longer)."""

HINTS = (
    "Just write; `//` begins an aside. Below a reply: ◀ ▶ leaf through its versions, ⟳ writes "
    "another, ✏️ edits it. Reactions do the same: 🔁 ⬅️ ➡️ 🗑️ 📷 ⏹️."
)
HINTS_WITHOUT_CONTENT = (
    "I can't read along here: mention me with what you say, or press Say. Below a reply: ◀ ▶ "
    "leaf through its versions, ⟳ writes another, ✏️ edits it."
)

Place = discord.Thread | discord.DMChannel


@dataclass(frozen=True, slots=True)
class Wished:
    """Where a scene shall be: in this very thread, or in one that only some see."""

    here: bool = False
    private: bool = False


def openings(character: Character, first: str, persona: Persona) -> list[str]:
    """The ways in which a scene can open, the character's first message first."""
    texts = [first or "…", *character.greetings]
    return [addressed(text, character.name, persona.name) for text in texts]


async def start(
    interaction: Click, character: Character, persona: Persona, number: int, wished: Wished
) -> Place:
    """Open a scene with a new chat that begins with the opening of that number.

    Raises:
        Denied: Scenes may not run here.
        NotFound: The character is gone, or here is no place for a scene.
        Busy: A scene is on in that very place.
    """
    bot, facts = interaction.client, await Facts.of_interaction(interaction)
    filtered = await facts.may_open()
    sheet = await bot.library.sheet(character)
    ways = openings(character, opening_of(sheet), persona)
    chat = await bot.chats.begin(character, persona, ways[min(number, len(ways) - 1)])
    scene = Scene(
        channel_id=0,
        parent_id=None,
        guild_id=interaction.guild_id,
        owner_id=interaction.user.id,
        chat_id=chat.chat_id,
        character_id=character.character_id,
        character_name=character.name,
        persona_id=persona.persona_id,
        persona_name=persona.name,
        filtered=filtered,
    )
    try:
        place = await _placed(interaction, scene, wished)
        await _show_card(facts, place, scene, character, "")
    except (VivantError, discord.HTTPException):
        await bot.chats.discard(chat.chat_id)
        raise
    await bot.chats.open(scene, chat, filtered=filtered)
    return place


async def reopen(interaction: Click, scene: Scene, wished: Wished) -> Place:
    """Open a scene again with the chat it had, and a recap, in a place of its own.

    Raises:
        Denied, Busy: As ``start`` says.
        NotFound: The API no longer has its chat, or here is no place for a scene.
    """
    bot, facts = interaction.client, await Facts.of_interaction(interaction)
    filtered = await facts.may_open()
    chat = await bot.chats.held(scene)
    if not scene.ended:
        await bot.chats.end(scene.channel_id)
    again = scene.model_copy(
        update={"ended": None, "paused": False, "filtered": filtered, "newest": None}
    )
    place = await _placed(interaction, again, wished)
    character = await bot.store.characters.get(scene.character_id)
    await _show_card(facts, place, again, character, recap(facts, again, chat))
    await bot.chats.open(again, chat, filtered=filtered)
    return place


async def _placed(interaction: Click, scene: Scene, wished: Wished) -> Place:
    """The place for a scene, which from now on knows it."""
    place = await _place(interaction, scene.character_name, wished)
    scene.channel_id = place.id
    scene.parent_id = place.parent_id if isinstance(place, discord.Thread) else None
    scene.guild_id = interaction.guild_id
    return place


async def _place(interaction: Click, name: str, wished: Wished) -> Place:
    channel = interaction.channel
    if isinstance(channel, discord.DMChannel):
        await _check_free(interaction.client, channel.id)
        return channel
    if isinstance(channel, discord.Thread) and (wished.here or not channel.parent):
        await _check_free(interaction.client, channel.id)
        return await _opened(channel)
    parent = channel.parent if isinstance(channel, discord.Thread) else channel
    if not isinstance(parent, discord.TextChannel):
        raise NotFound("place for a thread")
    public, private = discord.ChannelType.public_thread, discord.ChannelType.private_thread
    thread = await parent.create_thread(
        name=name[:THREAD_NAME_LIMIT],
        type=private if wished.private else public,
        auto_archive_duration=ARCHIVE_MINUTES,
    )
    with suppress(discord.HTTPException):  # they can find the thread without being in it
        await thread.add_user(interaction.user)
    return thread


async def _check_free(bot: Vivant, channel_id: int) -> None:
    if await bot.store.scenes.of_channel(channel_id):
        raise Busy("scene")


async def _opened(thread: discord.Thread) -> discord.Thread:
    """A thread that can be written in; an archived one is taken out of the archive."""
    if thread.locked and not thread.permissions_for(thread.guild.me).manage_threads:
        raise NotFound("open thread")
    return await thread.edit(archived=False) if thread.archived else thread


async def _show_card(
    facts: Facts, place: Place, scene: Scene, character: Character | None, before: str
) -> None:
    """What stands on top of a scene: who it is with, how it works, and what was before."""
    picture = await portrait(facts, character) if character else None
    files = [discord.File(io.BytesIO(picture), filename="portrait.png")] if picture else []
    about = readable(facts, character.short_bio) if character else ""
    title: ui.TextDisplay[Any] = ui.TextDisplay(
        f"## {plain(scene.character_name)}\n{plain(about, CARD_BIO)}"
    )
    head: ui.Item[Any] = title
    if picture:
        alt = f"Picture of {scene.character_name}"
        head = ui.Section(
            title, accessory=ui.Thumbnail("attachment://portrait.png", description=alt)
        )
    items = [head, *(ui.TextDisplay(text) for text in _notes(facts, scene, before))]
    if not facts.bot.settings.discord.message_content:
        items.append(ui.ActionRow(button("Say", "scene:say", emoji="💬")))
    await place.send(view=layout(*items), files=files)


def _notes(facts: Facts, scene: Scene, before: str) -> Iterable[str]:
    settings = facts.bot.settings
    if before:
        yield f"**Before**\n{before}"
    hints = HINTS if settings.discord.message_content else HINTS_WITHOUT_CONTENT
    texts = "What you write here goes to an AI service."
    if url := settings.rules.privacy_url:
        texts += f" [Privacy]({url})"
    kept = " Explicit sentences are left out here." if scene.filtered else ""
    who = f"You are {plain(scene.persona_name)} here."
    yield f"-# {hints}\n-# {who} {texts}{kept}"


async def speak_as(interaction: Click, scene: Scene, persona: Persona) -> Chat:
    """Go on as another persona, in a new chat that opens with what the character said last.

    The AI API ties a chat to its persona for good; the chat until now can be resumed.

    Raises:
        NotFound: The character, or the chat until now, is gone.
    """
    bot = interaction.client
    character = await bot.store.characters.get(scene.character_id)
    if character is None:
        raise NotFound("character")
    old = await bot.chats.held(scene)
    spoken = [each.text for each in old.messages if each.message_id == scene.newest]
    chat = await bot.chats.begin(character, persona, (spoken[0] if spoken else None) or "…")
    await bot.chats.end(scene.channel_id)
    again = scene.model_copy(
        update={
            "chat_id": chat.chat_id,
            "persona_id": persona.persona_id,
            "persona_name": persona.name,
        }
    )
    again.ended = None
    await bot.chats.open(again, chat, filtered=scene.filtered)
    return chat
