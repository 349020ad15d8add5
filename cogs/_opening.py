"""Opening a scene: who meets whom, in which place, and what stands on top of it.

Whatever fails on the way leaves nothing behind: no chat without a place, no place without a scene.
"""

import io
import logging
from collections.abc import Iterator
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import discord
from discord import ui

from bot.api.models.characters import Character as Sheet
from bot.api.models.chats import Chat
from bot.app import Vivant
from bot.cards import addressed
from bot.conversation import held
from bot.errors import Busy, Denied, NotFound, NotSent, Unshown
from bot.finding import LOST as CREATE_LOST
from bot.finding import find_chat
from bot.languages import said
from bot.library import GUEST, PERSONA_NAME_LIMIT
from bot.policy import Send
from bot.store.records import Character, Intention, Persona, Scene, now
from cogs._answers import LOST, Click
from cogs._gate import Facts
from cogs._history import recap
from cogs._languages import aloud
from cogs._photo import may_take_photo
from cogs._portraits import portrait
from cogs._present import bare, button, layout, plain
from cogs._sheets import opening_of

log = logging.getLogger(__name__)

THREAD_NAME_LIMIT = 100
CARD_BIO = 900
CLOCKS = timedelta(seconds=5)
"""By how much Discord's clock, which is in its ids, may be behind ours."""

ARCHIVE_MINUTES: Literal[10080] = 10080
"""A thread stays open for a week without messages (Discord allows no longer)."""

HINTS = "Just write; `//` begins an aside."
DEAF_HINTS = "I can't read along here: mention me with what you say, or press Say."
CONTROLS = (
    "Below a reply: ◀ ▶ leaf through its versions, ⟳ writes another, ✎ edits it, ⋯ rewinds. "
    "Reactions do the same: ⬅️ ➡️ 🔁 🗑️, and ⏹️ stops it."
)
PHOTOS = "📷 takes a picture of the moment; Animate lets it move where that is possible."
COMMANDS = "`/chat` has more: `history`, `export`, `persona`, `pause`, `reset`, `end`."
"""What stands on top of a scene, of which ``PHOTOS`` only where pictures may be taken."""

Place = discord.Thread | discord.DMChannel


@dataclass(frozen=True, slots=True)
class Cast:
    """Who meets whom in a scene."""

    character: Character
    sheet: Sheet
    persona: Persona

    @property
    def openings(self) -> list[str]:
        """The ways in which a scene can open, the character's first message first."""
        return openings(self.character, self.sheet, self.persona.name)


@dataclass(frozen=True, slots=True)
class Wished:
    """How a scene shall open: with which opening, in this very place, for some alone.

    Openings count from zero.
    """

    opening: int = 0
    here: bool = False
    private: bool = False


def openings(character: Character, sheet: Sheet, person: str) -> list[str]:
    """The ways in which a character meets somebody, its first message first."""
    texts = [opening_of(sheet) or "…", *character.greetings]
    return [addressed(text, sheet.character_name, person) for text in texts]


async def cast_of(interaction: Click, facts: Facts, wanted: str, persona: str | None) -> Cast:
    """Find the character and the persona, who is one's default where none is named.

    Raises:
        NotFound: There is no such character or persona for this person here.
        Denied: The character may not talk here.
    """
    library, person = interaction.client.library, interaction.user
    character = await library.character(wanted, person.id, interaction.guild_id)
    sheet = await library.sheet(character)
    first = opening_of(sheet)
    await facts.may_meet(sheet.character_bio or "", first, *character.greetings)
    if persona:
        who = await library.own_persona(persona, person.id)
    else:
        who = await default_persona(interaction, facts)
    return Cast(facts.presentable(character), sheet, who)


async def default_persona(interaction: Click, facts: Facts) -> Persona:
    """A person's default persona; who has none gets one.

    Raises:
        Denied: They may have none.
    """
    library, person = interaction.client.library, interaction.user
    if persona := await library.persona(person.id):
        return persona
    return await library.first_persona(person.id, await _persona_name(facts, person.display_name))


async def open_scene(
    interaction: Click, intention: Intention, cast: Cast, wished: Wished, *, filtered: bool
) -> Place:
    """Open a scene with a new chat.

    Raises:
        NotFound: Here is no place for a scene.
        Busy: A scene is on in that very place.
    """
    chats, ways = interaction.client.chats, cast.openings
    async with AsyncExitStack() as undo:
        place = await _place(interaction, undo, intention, cast.character.name, wished)
        opening = ways[min(wished.opening, len(ways) - 1)]
        chat = await _begun(interaction.client, intention, cast, opening)
        undo.push_async_callback(chats.discard, chat.chat_id)
        scene = Scene(
            channel_id=place.id,
            parent_id=_parent_of(place),
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
        facts = await Facts.of_interaction(interaction)
        await _show_card(facts, place, scene, cast.character, "")
        await chats.open(scene, chat, filtered=filtered)
        undo.pop_all()
    return place


async def _begun(bot: Vivant, intention: Intention, cast: Cast, opening: str) -> Chat:
    """A new chat; one whose answer was lost is looked for."""
    character, persona = cast.character, cast.persona
    ids = {"chatCharacterId": character.character_id, "personaId": persona.persona_id}
    intention.body, intention.sent = ids, True
    await bot.store.intentions.save(intention)
    try:
        chat = await bot.chats.begin(character, persona, opening)
    except NotSent:
        raise
    except CREATE_LOST:
        within = bot.settings.limits.search_seconds
        chat = await held(bot.api, await find_chat(bot.api, bot.store, intention, within))
    intention.made_id = chat.chat_id
    await bot.store.intentions.save(intention)
    return chat


def waits_in(name: str, channel_id: int) -> str:
    """Where to find the character."""
    return said("{name} waits in {place}.", name=plain(name), place=f"<#{channel_id}>")


async def reopen_scene(
    interaction: Click, intention: Intention, scene: Scene, wished: Wished, *, filtered: bool
) -> Place:
    """Open a scene again with the chat it had, and a recap, in a place of its own.

    Raises:
        Busy: As ``open_scene``; or a reply is being written where the scene was.
        NotFound: The API no longer has its chat, or here is no place for a scene.
    """
    bot, facts = interaction.client, await Facts.of_interaction(interaction)
    chat = await bot.chats.held(scene)
    async with AsyncExitStack() as undo:
        name = facts.readable(scene.character_name)
        intention.kept = {"chat_id": scene.chat_id}
        place = await _place(interaction, undo, intention, name, wished)
        await bot.chats.leave(scene)
        changes = {
            "channel_id": place.id,
            "parent_id": _parent_of(place),
            "guild_id": interaction.guild_id,
            "application_id": interaction.application_id,
            "character_name": name,
            "persona_name": facts.readable(scene.persona_name),
            "ended": None,
            "paused": False,
            "filtered": filtered,
        }
        again = scene.model_copy(update=changes)
        character = await bot.store.characters.get(scene.character_id)
        await _show_card(facts, place, again, character, recap(facts, again, chat))
        await bot.chats.open(again, chat, filtered=filtered)
        undo.pop_all()
    return place


async def _place(
    interaction: Click, undo: AsyncExitStack, intention: Intention, name: str, wished: Wished
) -> Place:
    """The place of a scene: this one, or a thread that is made, and listed in ``undo``.

    A post of a forum is a place of its own; beside it nothing but another post could be made.
    """
    bot, channel = interaction.client, interaction.channel
    if isinstance(channel, discord.DMChannel):
        await _check_free(bot, channel)
        return channel
    parent = channel.parent if isinstance(channel, discord.Thread) else channel
    threads_beside = isinstance(parent, discord.TextChannel)
    if isinstance(channel, discord.Thread) and (wished.here or not threads_beside):
        await _check_free(bot, channel)
        if wished.private and not channel.is_private():
            raise NotFound("private thread")
        return await _opened(bot, channel)
    if not isinstance(parent, discord.TextChannel):
        raise NotFound("place for a thread")
    kind = _kind_in(parent, private=wished.private)
    title = intention.title = bare(name, THREAD_NAME_LIMIT)
    intention.parent_id = parent.id
    await bot.store.intentions.save(intention)
    asked = now()
    bot.lanes.spend()
    try:
        thread = await parent.create_thread(
            name=title,
            type=kind,
            auto_archive_duration=ARCHIVE_MINUTES,
        )
    except LOST as error:
        found = await find_thread(bot, parent, title, asked)
        if found is None:
            raise Unshown("thread") from error
        thread = found
    undo.push_async_callback(remove_thread, bot, thread)
    intention.thread_id = thread.id
    await bot.store.intentions.save(intention)
    bot.lanes.spend()
    with suppress(discord.HTTPException):  # they can find the thread without being in it
        await thread.add_user(interaction.user)
    return thread


def _kind_in(
    parent: discord.TextChannel, *, private: bool
) -> Literal[
    discord.ChannelType.news_thread,
    discord.ChannelType.public_thread,
    discord.ChannelType.private_thread,
]:
    """The kind of thread that a channel has (Discord, Threads).

    Raises:
        NotFound: It has no private ones.
    """
    if not parent.is_news():
        kinds = discord.ChannelType
        return kinds.private_thread if private else kinds.public_thread
    if private:
        raise NotFound("private thread")
    return discord.ChannelType.news_thread


async def find_thread(
    bot: Vivant, parent: discord.TextChannel, title: str, since: datetime
) -> discord.Thread | None:
    """The thread that the bot made for a scene since then, though it never heard of it."""
    bot.lanes.spend()
    for thread in await parent.guild.active_threads():
        ours = thread.owner_id == bot.application_id and thread.parent_id == parent.id
        young = discord.utils.snowflake_time(thread.id) >= since - CLOCKS
        if (
            ours
            and young
            and thread.name == title
            and not await bot.store.scenes.of_channel(thread.id)
        ):
            return thread
    return None


async def _check_free(bot: Vivant, place: Place) -> None:
    if await bot.store.scenes.of_channel(place.id):
        raise Busy("scene")


async def _opened(bot: Vivant, thread: discord.Thread) -> discord.Thread:
    """A thread that can be written in; an archived one is taken out of the archive."""
    if thread.locked and not thread.permissions_for(thread.guild.me).manage_threads:
        raise NotFound("open thread")
    if not thread.archived:
        return thread
    bot.lanes.spend()
    return await thread.edit(archived=False)


async def remove_thread(bot: Vivant, thread: discord.Thread) -> None:
    """Delete the thread of a scene that did not open; one that stays is logged."""
    bot.lanes.spend()
    try:
        await thread.delete()
    except discord.HTTPException as error:
        log.warning("the thread of a scene that did not open stays: %s", error)


def _parent_of(place: Place) -> int | None:
    return place.parent_id if isinstance(place, discord.Thread) else None


async def _show_card(
    facts: Facts, place: Place, scene: Scene, character: Character | None, before: str
) -> None:
    """What stands on top of a scene: who it is with, how it works, and what was before."""
    picture = await portrait(facts, character) if character else None
    async with aloud(facts.bot, scene.guild_id):
        view, files = _card(facts, scene, character, before, picture)
    facts.bot.lanes.spend()
    await place.send(view=view, files=files)


def _card(
    facts: Facts, scene: Scene, character: Character | None, before: str, picture: bytes | None
) -> tuple[ui.LayoutView, list[discord.File]]:
    files = [discord.File(io.BytesIO(picture), filename="portrait.png")] if picture else []
    about = facts.readable(character.short_bio) if character else ""
    title: ui.TextDisplay[Any] = ui.TextDisplay(
        f"## {plain(scene.character_name)}\n{plain(about, CARD_BIO)}"
    )
    head: ui.Item[Any] = title
    if picture:
        alt = bare(said("Picture of {name}", name=scene.character_name), CARD_BIO)
        head = ui.Section(
            title, accessory=ui.Thumbnail("attachment://portrait.png", description=alt)
        )
    items = [head, *(ui.TextDisplay(text) for text in _notes(facts, scene, before))]
    if not facts.bot.settings.discord.message_content:
        items.append(ui.ActionRow(button("Say", "scene:say", emoji="💬")))
    return layout(*items), files


def _notes(facts: Facts, scene: Scene, before: str) -> Iterator[str]:
    settings = facts.bot.settings
    if before:
        yield f"**{said('Before')}**\n{before}"
    ways = [said(HINTS if settings.discord.message_content else DEAF_HINTS), said(CONTROLS)]
    ways += [said(PHOTOS)] if may_take_photo(facts, scene) else []
    hints = "\n-# ".join([*ways, said(COMMANDS)])
    texts = [
        said("You are {name} here.", name=plain(facts.readable(scene.persona_name))),
        said("What you write here goes to an AI service."),
    ]
    if url := settings.rules.privacy_url:
        texts.append(f"[{said('Privacy')}]({url})")
    if scene.filtered:
        texts.append(said("Explicit sentences are left out here."))
    yield f"-# {hints}\n-# {' '.join(texts)}"


async def _persona_name(facts: Facts, display_name: str) -> str:
    """A person's name for the AI API, or a neutral one if the policy refuses theirs."""
    name = display_name.strip()[:PERSONA_NAME_LIMIT].strip() or GUEST
    with suppress(Denied):
        await facts.ask(Send("create_chat_persona", {"name": name}))
        return name
    await facts.ask(Send("create_chat_persona", {"name": GUEST}))
    return GUEST
