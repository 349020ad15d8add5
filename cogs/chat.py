"""``/chat``: opens, ends, and goes back over scenes."""

from collections.abc import Mapping
from functools import partial

import discord
from discord import app_commands, ui
from discord.app_commands import Choice
from discord.ext import commands

from bot.app import Vivant
from bot.errors import Denied, NotFound, VivantError
from bot.languages import said
from bot.policy import Reason, Verb
from bot.store.records import Scene
from cogs import _completing, _history
from cogs._answers import Click, defer, say, undertaken
from cogs._buttons import Pressed
from cogs._completing import CHOICES, NAME_LIMIT, matching
from cogs._gate import Facts
from cogs._languages import aloud
from cogs._leftovers import end_scene
from cogs._opening import (
    Place,
    Wished,
    cast_of,
    open_scene,
    openings,
    reopen_scene,
    waits_in,
)
from cogs._photo import take_photo
from cogs._present import bare, button, layout, plain, question
from cogs._words import words

OPENINGS = 21
"""A character's first message, and the further greetings that a card may bring."""


ENDED = "The scene with {name} has ended. `/chat resume` brings it back."
PAUSED = "{name} hears nothing until `/chat pause` is used again."


class AllowButton(Pressed, template=r"scenes:allow:(?P<channel>\d+)"):
    """Lets moderators open a channel for scenes from the refusal they ran into."""

    async def press(self, interaction: Click, found: Mapping[str, str]) -> None:
        """Allow scenes in the channel, and say so."""
        await _allow_scenes(interaction, int(found["channel"]))
        text = said(
            "Scenes may run in {channel} now. Start one with `/chat start`.",
            channel=f"<#{found['channel']}>",
        )
        await interaction.response.edit_message(view=layout(ui.TextDisplay(text)))


class ResetButton(Pressed, template=r"scene:reset"):
    """Starts a scene over, once somebody said that they mean it."""

    async def press(self, interaction: Click, found: Mapping[str, str]) -> None:  # noqa: ARG002
        """Take back everything but the opening, and show that again."""
        chats = interaction.client.chats
        scene = await chats.scene(interaction.channel_id or 0)
        filtered = await _may_reset(interaction, scene)
        await defer(interaction)
        await chats.revisions.reset(scene, filtered=filtered)
        await interaction.delete_original_response()


class Chat(commands.Cog):
    """Opens and ends scenes, and looks back on them."""

    chat = app_commands.Group(name="chat", description="Scenes with characters")

    def __init__(self, bot: Vivant) -> None:
        self._bot = bot

    @chat.command()
    @app_commands.describe(
        character="Who you want to meet",
        persona="Who you are; your default if left out",
        opening="How the scene begins",
        here="In this thread instead of a new one",
        private="In a thread that only you and moderators see",
    )
    async def start(
        self,
        interaction: Click,
        character: str,
        persona: str | None = None,
        opening: app_commands.Range[int, 1, OPENINGS] = 1,
        here: bool = False,
        private: bool = False,
    ) -> None:
        """Open a scene: a thread in which a character answers what you write."""
        facts = await Facts.of_interaction(interaction)
        filtered = await _may_open(interaction, facts)
        if filtered is None:
            return
        async with undertaken(interaction, "scene") as intention:
            cast = await cast_of(interaction, facts, character, persona)
            wished = Wished(opening - 1, here, private)
            place = await open_scene(interaction, intention, cast, wished, filtered=filtered)
            await _tell_where(interaction, cast.character.name, place)

    @chat.command()
    @app_commands.describe(
        scene="Which of your chats",
        here="In this thread instead of a new one",
        private="In a thread that only you and moderators see",
    )
    async def resume(
        self, interaction: Click, scene: str, here: bool = False, private: bool = False
    ) -> None:
        """Go on with one of your chats in a new thread, with a recap."""
        facts = await Facts.of_interaction(interaction)
        filtered = await _may_open(interaction, facts)
        if filtered is None:
            return
        async with undertaken(interaction, "scene") as intention:
            found = await self._bot.store.scenes.get(scene)
            if found is None or found.owner_id != interaction.user.id:
                raise NotFound("chat of yours")
            wished = Wished(here=here, private=private)
            place = await reopen_scene(interaction, intention, found, wished, filtered=filtered)
            await _tell_where(interaction, facts.readable(found.character_name), place)

    @chat.command()
    async def end(self, interaction: Click) -> None:
        """End the scene here; the chat itself is kept."""
        facts, scene = await self._managed(interaction)
        await self._bot.chats.end(scene.channel_id)
        name = plain(facts.readable(scene.character_name))
        async with aloud(self._bot, interaction.guild_id):
            text = said(ENDED, name=name)
        await interaction.response.send_message(text, suppress_embeds=True)

    @chat.command()
    async def reset(self, interaction: Click) -> None:
        """Start the scene here over: everything but the opening is taken back."""
        await _may_reset(interaction, await self._bot.chats.scene(interaction.channel_id or 0))
        text = said("Everything after the opening is deleted at the AI service. Start over?")
        await say(interaction, question(text, "Start over", "scene:reset"))

    @chat.command()
    async def history(self, interaction: Click) -> None:
        """Leaf through everything that was said here, with all versions."""
        await _history.show_history(interaction)

    @chat.command()
    @app_commands.describe(kind="A page with pictures, or plain Markdown")
    async def export(self, interaction: Click, kind: _history.Kind = "HTML") -> None:
        """Get the chat of the scene here as a file."""
        await _history.export(interaction, kind)

    @chat.command()
    @app_commands.describe(persona="Which of yours")
    async def persona(self, interaction: Click, persona: str) -> None:
        """Go on as another persona: a new chat from the character's last words on."""
        chats, scene = self._bot.chats, await self._bot.chats.scene(interaction.channel_id or 0)
        facts = await Facts.of_interaction(interaction)
        await facts.may_manage(Verb.EDIT, scene.owner_id, scene.guild_id)
        filtered = await facts.may_open() or scene.filtered
        chosen = await self._bot.library.own_persona(persona, interaction.user.id)
        character = await self._bot.store.characters.get(scene.character_id)
        if character is None:
            raise NotFound("character")
        await defer(interaction, ephemeral=True, thinking=True)
        await chats.go_on_as(scene.channel_id, character, chosen, filtered=filtered)
        name = plain(facts.readable(chosen.name))
        text = said("You are {name} now. What was before is kept: `/chat resume`.", name=name)
        await say(interaction, layout(ui.TextDisplay(text)))

    @chat.command()
    async def photo(self, interaction: Click) -> None:
        """Have a picture of this moment taken."""
        scene = await self._bot.chats.scene(interaction.channel_id or 0)
        facts = await Facts.of_interaction(interaction)
        await defer(interaction, ephemeral=True, thinking=True)
        await take_photo(facts, scene)
        await interaction.delete_original_response()

    @chat.command()
    async def pause(self, interaction: Click) -> None:
        """Let the character hear nothing for a while; once more, and they hear again."""
        facts, scene = await self._managed(interaction)
        paused = not scene.paused
        await self._bot.chats.pause(scene.channel_id, paused=paused)
        name = plain(facts.readable(scene.character_name))
        async with aloud(self._bot, interaction.guild_id):
            text = said(PAUSED if paused else "{name} is listening.", name=name)
        await interaction.response.send_message(text, suppress_embeds=True)

    @start.autocomplete("character")
    async def characters(self, interaction: Click, current: str) -> list[Choice[str]]:
        """The characters that this person may use here."""
        return await _completing.characters(interaction, current, shared=True)

    @start.autocomplete("persona")
    @persona.autocomplete("persona")
    async def personas(self, interaction: Click, current: str) -> list[Choice[str]]:
        """One's own personas."""
        return await _completing.personas(interaction, current)

    @start.autocomplete("opening")
    async def ways(self, interaction: Click, current: str) -> list[Choice[int]]:  # noqa: ARG002
        """The chosen character's openings; what is typed is only a number."""
        wanted, library = str(getattr(interaction.namespace, "character", "")), self._bot.library
        person = interaction.user
        try:
            chosen = await library.character(wanted, person.id, interaction.guild_id)
            facts = await Facts.of_interaction(interaction)
            await facts.may_touch(Verb.USE, chosen)
            sheet = await library.sheet(chosen)
        except VivantError:
            return []
        who = await library.persona(person.id)
        ways = openings(chosen, sheet, who.name if who else person.display_name)
        return [
            Choice(name=bare(f"{number}: {facts.readable(text)}", NAME_LIMIT), value=number)
            for number, text in enumerate(ways, start=1)
        ][:CHOICES]

    @resume.autocomplete("scene")
    async def scenes(self, interaction: Click, current: str) -> list[Choice[str]]:
        """One's own chats, newest first."""
        facts = await Facts.of_interaction(interaction)
        if not facts.may_look:
            return []
        found = await self._bot.store.scenes.of_owner(interaction.user.id)
        return matching(((_called(facts, each), each.chat_id) for each in found), current)

    async def _managed(self, interaction: Click) -> tuple[Facts, Scene]:
        """The scene here, if whoever asks may stop it."""
        scene = await self._bot.chats.scene(interaction.channel_id or 0)
        facts = await Facts.of_interaction(interaction)
        await facts.may_manage(Verb.STOP, scene.owner_id, scene.guild_id)
        return facts, scene


async def _may_open(interaction: Click, facts: Facts) -> bool | None:
    """Whether a scene runs filtered here; None if none may, which is answered already."""
    try:
        return await facts.may_open()
    except Denied as error:
        await _offer_to_allow(interaction, error)
        return None


async def _may_reset(interaction: Click, scene: Scene) -> bool:
    """Ask whether a scene may be started over; returns whether it is filtered."""
    facts = await Facts.of_interaction(interaction)
    await facts.may_manage(Verb.EDIT, scene.owner_id, scene.guild_id)
    return await facts.may_repeat(scene, scene.owner_id)


async def _tell_where(interaction: Click, name: str, place: Place) -> None:
    text = waits_in(name, place.id)
    if not interaction.client.settings.discord.message_content:
        text += " " + said("I can't read along there: mention me with what you say, or press Say.")
    await say(interaction, layout(ui.TextDisplay(text)))


def _called(facts: Facts, scene: Scene) -> str:
    """A chat as its owner would know it."""
    state = said("ended" if scene.ended else "open")
    name = facts.readable(scene.character_name)
    return f"{name} · {scene.created:%d %b %H:%M} · {state}"


async def _offer_to_allow(interaction: Click, error: Denied) -> None:
    """Word a refusal; moderators who could lift it get a button that does."""
    liftable = error.reason == Reason.CHAT_NOT_HERE
    if not (liftable and interaction.permissions.manage_guild):
        raise error
    place = interaction.channel
    parent = place.parent_id if isinstance(place, discord.Thread) else interaction.channel_id
    row: ui.ActionRow[ui.LayoutView] = ui.ActionRow(
        button("Allow scenes in this channel", f"scenes:allow:{parent}", emoji="✅")
    )
    view = layout(ui.TextDisplay(f"⚠️ {words(error)}"), row)
    await interaction.response.send_message(view=view, ephemeral=True)


async def _allow_scenes(interaction: Click, channel_id: int) -> None:
    """Note that scenes may run in a channel of this server.

    Raises:
        Denied: Whoever pressed does not manage the server.
    """
    facts = await Facts.of_interaction(interaction)
    await facts.may_manage(Verb.CONFIGURE, 0, interaction.guild_id)
    async with interaction.client.store.server(interaction.guild_id or 0) as server:
        server.scenes_in = sorted({*server.scenes_in, channel_id})
    await facts.note("settings")


async def setup(bot: Vivant) -> None:
    """Called by the library when the cog is loaded."""
    bot.add_dynamic_items(AllowButton, ResetButton, _history.HistoryButton)
    bot.intentions.ends_by("scene", partial(end_scene, bot))
    await bot.add_cog(Chat(bot))
