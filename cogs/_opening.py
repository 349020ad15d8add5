"""Opening a scene: who meets whom, in which thread, and what stands on top of it."""

import logging
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass

import discord
from discord import ui

from bot.api.models.characters import Character as Sheet
from bot.app import Vivant
from bot.errors import Busy, Denied, NotFound
from bot.library import GUEST, PERSONA_NAME_LIMIT
from bot.policy import Send
from bot.store.records import Character, Persona, Scene
from cogs._answers import Click
from cogs._gate import Facts
from cogs._present import bare, layout, plain

log = logging.getLogger(__name__)

THREAD_NAME_LIMIT = 100
CARD_BIO = 900


@dataclass(frozen=True, slots=True)
class Cast:
    """Who meets whom in a scene."""

    character: Character
    sheet: Sheet
    persona: Persona

    @property
    def opening(self) -> str:
        """The character's first message, with the placeholders of character cards filled in."""
        text = _first_words(self.sheet)
        names = {"{{char}}": self.sheet.character_name, "{{user}}": self.persona.name}
        for placeholder, name in names.items():
            text = text.replace(placeholder, name)
        return text


async def cast_of(interaction: Click, facts: Facts, wanted: str) -> Cast:
    """Find the character, and the person's default persona; who has none gets one.

    Raises:
        NotFound: There is no such character for this person here.
        Denied: The character may not talk here.
    """
    library, person = interaction.client.library, interaction.user
    character = await library.character(wanted, person.id, interaction.guild_id)
    sheet = await library.sheet(character)
    await facts.may_meet(sheet.character_bio or "", _first_words(sheet))
    persona = await library.persona(person.id)
    if persona is None:
        name = await _persona_name(facts, person.display_name)
        persona = await library.first_persona(person.id, name)
    return Cast(facts.presentable(character), sheet, persona)


async def open_scene(
    interaction: Click, cast: Cast, *, filtered: bool, here: bool, private: bool
) -> discord.Thread:
    """Open a scene in this thread or a new one; one that fails leaves no thread and no chat."""
    async with AsyncExitStack() as undo:
        thread = await _thread(interaction, undo, cast, here=here, private=private)
        await _begin(interaction, undo, cast, thread, filtered=filtered)
        undo.pop_all()
    return thread


async def _begin(
    interaction: Click,
    undo: AsyncExitStack,
    cast: Cast,
    thread: discord.Thread,
    *,
    filtered: bool,
) -> None:
    """Let a scene begin in a thread; what was made for one that fails goes into ``undo``."""
    bot = interaction.client
    chats = bot.chats
    chat = await chats.begin(cast.character, cast.persona, cast.opening)
    undo.push_async_callback(chats.discard, chat.chat_id)
    scene = Scene(
        channel_id=thread.id,
        parent_id=thread.parent_id,
        guild_id=interaction.guild_id,
        owner_id=interaction.user.id,
        chat_id=chat.chat_id,
        character_id=cast.character.character_id,
        character_name=cast.character.name,
        persona_id=cast.persona.persona_id,
        persona_name=cast.persona.name,
        application_id=interaction.application_id,
        filtered=filtered,
    )
    bot.lanes.spend()
    await thread.send(view=_card(bot, cast.character, filtered=filtered))
    await chats.open(scene, chat, filtered=filtered)


async def _thread(
    interaction: Click,
    undo: AsyncExitStack,
    cast: Cast,
    *,
    here: bool,
    private: bool,
) -> discord.Thread:
    """The thread of a new scene: this one, or one that is made, and listed in ``undo``."""
    bot, channel = interaction.client, interaction.channel
    if isinstance(channel, discord.Thread) and (here or not channel.parent):
        if await bot.store.scenes.of_channel(channel.id):
            raise Busy("scene")
        return channel
    parent = channel.parent if isinstance(channel, discord.Thread) else channel
    if not isinstance(parent, discord.TextChannel):
        raise NotFound("place for a thread")
    kind = discord.ChannelType.private_thread if private else discord.ChannelType.public_thread
    bot.lanes.spend()
    name = bare(cast.character.name, THREAD_NAME_LIMIT)
    thread = await parent.create_thread(name=name, type=kind)
    undo.push_async_callback(_remove, bot, thread)
    bot.lanes.spend()
    with suppress(discord.HTTPException):  # they can find the thread without being in it
        await thread.add_user(interaction.user)
    return thread


async def _remove(bot: Vivant, thread: discord.Thread) -> None:
    bot.lanes.spend()
    try:
        await thread.delete()
    except discord.HTTPException as error:
        log.warning("the thread of a scene that did not open stays: %s", error)


def _card(bot: Vivant, character: Character, *, filtered: bool) -> ui.LayoutView:
    """What stands on top of a scene: who it is with, and how it works."""
    notes = "Just write. 🔁 writes another reply, ⬅️ ➡️ leaf through them. `//` is an aside."
    texts = "What you write here goes to an AI service."
    if url := bot.settings.rules.privacy_url:
        texts += f" [Privacy]({url})"
    kept = " Explicit sentences are left out here." if filtered else ""
    return layout(
        ui.TextDisplay(f"## {plain(character.name)}\n{plain(character.short_bio, CARD_BIO)}"),
        ui.TextDisplay(f"-# {notes}\n-# {texts}{kept}"),
    )


def _first_words(sheet: Sheet) -> str:
    return (sheet.first_message and sheet.first_message.text) or "…"


async def _persona_name(facts: Facts, display_name: str) -> str:
    """A person's name for the AI API, or a neutral one if the policy refuses theirs."""
    name = display_name.strip()[:PERSONA_NAME_LIMIT].strip() or GUEST
    try:
        await facts.ask(Send("create_chat_persona", {"name": name}))
    except Denied:
        return GUEST
    return name
