"""Scenes: ``/chat``, what people write in a scene, and the controls under replies.

Buttons and reactions do the same things through the same functions. The record behind a message
says which reply it shows; who pressed is asked each time.
"""

import logging
from collections.abc import Mapping

import discord
from discord import app_commands, ui
from discord.app_commands import Choice
from discord.ext import commands

from bot.app import Vivant
from bot.errors import Denied, NotFound, StoreDown, VivantError
from bot.inbox import Line, spoken
from bot.policy import Reason, Verb
from bot.store.records import Scene
from cogs._answers import Click, notify
from cogs._buttons import Pressed
from cogs._gate import Facts
from cogs._opening import cast_of, open_scene
from cogs._present import bare, button, layout, plain
from cogs._words import words

log = logging.getLogger(__name__)

REACTIONS = {"🔁": "regenerate", "⬅": "back", "➡": "forward"}
STEPS = {"back": -1, "forward": 1}
VARIATION = "\ufe0f"
ASIDE = "//"
NAME_LIMIT = 100
"""Characters of a choice's name (Application Commands)."""

CHOICES = 25
"""Discord offers at most 25 choices (Application Commands)."""


class ReplyButton(Pressed, template=r"reply:(?P<action>back|forward|regenerate)"):
    """A control under a reply; which reply it is, the record of the message says."""

    async def press(self, interaction: Click, found: Mapping[str, str]) -> None:
        """Swipe or regenerate."""
        if interaction.message is None:
            raise NotFound("reply")
        facts = await Facts.of_interaction(interaction)
        await interaction.response.defer()
        message = interaction.message
        await change(interaction.client, message.id, message.channel.id, found["action"], facts)


class AllowButton(Pressed, template=r"scenes:allow:(?P<channel>\d+)"):
    """Lets moderators open a channel for scenes from the refusal they ran into."""

    async def press(self, interaction: Click, found: Mapping[str, str]) -> None:
        """Allow scenes in the channel, and say so."""
        await _allow_scenes(interaction, int(found["channel"]))
        text = f"Scenes may run in <#{found['channel']}> now. Start one with `/chat start`."
        await interaction.response.edit_message(view=layout(ui.TextDisplay(text)))


async def change(bot: Vivant, message_id: int, channel_id: int, action: str, facts: Facts) -> None:
    """Do with the reply that a message shows what a button or reaction asks for.

    Raises:
        NotFound: The message shows no reply that is known.
        Denied: It is not theirs, or may not be shown here.
    """
    reply = await bot.chats.reply_shown(message_id, channel_id)
    scene = await bot.chats.scene(reply.channel_id)
    filtered = await facts.may_repeat(scene, reply.asker_id)
    if action == "regenerate":
        await bot.chats.regenerate(reply, facts.person.person_id, filtered=filtered)
    else:
        await bot.chats.swipe(reply, STEPS[action], filtered=filtered)


class Chat(commands.Cog):
    """Opens and ends scenes, and listens in them."""

    chat = app_commands.Group(name="chat", description="Scenes with characters", guild_only=True)

    def __init__(self, bot: Vivant) -> None:
        self._bot = bot

    @chat.command()
    @app_commands.describe(
        character="Who you want to meet",
        here="In this thread instead of a new one",
        private="In a thread that only you and moderators see",
    )
    async def start(
        self, interaction: Click, character: str, here: bool = False, private: bool = False
    ) -> None:
        """Open a scene: a thread in which a character answers what you write."""
        facts = await Facts.of_interaction(interaction)
        try:
            filtered = await facts.may_open()
        except Denied as error:
            await _offer_to_allow(interaction, error)
            return
        await interaction.response.defer(ephemeral=True, thinking=True)
        cast = await cast_of(interaction, facts, character)
        thread = await open_scene(interaction, cast, filtered=filtered, here=here, private=private)
        text = f"{plain(cast.character.name)} waits in {thread.mention}."
        await interaction.edit_original_response(content=text)

    @start.autocomplete("character")
    async def characters(self, interaction: Click, current: str) -> list[Choice[str]]:
        """The characters that this person may use here."""
        found = await self._bot.library.characters(interaction.user.id, interaction.guild_id)
        return [
            Choice(name=bare(each.name, NAME_LIMIT), value=each.character_id)
            for each in found
            if current.casefold() in each.name.casefold()
        ][:CHOICES]

    @chat.command()
    async def end(self, interaction: Click) -> None:
        """End the scene in this thread; the chat itself is kept."""
        scene = await self._bot.chats.scene(interaction.channel_id or 0)
        facts = await Facts.of_interaction(interaction)
        await facts.may_manage(Verb.STOP, scene.owner_id, scene.guild_id)
        await self._bot.chats.end(scene.channel_id)
        name = plain(scene.character_name)
        await interaction.response.send_message(f"The scene with {name} has ended.")

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """Hear what people write in scenes; in other threads nothing is ever answered."""
        if message.author.bot or message.guild is None or message.is_system():
            return
        if isinstance(message.channel, discord.abc.GuildChannel):
            return  # scenes live in threads; one that is not known yet is no guild channel
        if scene := await self._scene_in(message.channel.id):
            try:
                await self._hear(scene, message)
            except VivantError as error:
                await notify(message, error)

    @commands.Cog.listener()
    async def on_raw_reaction_add(self, payload: discord.RawReactionActionEvent) -> None:
        """A reaction is a button."""
        if action := self._pressed(payload):
            await self._react(payload, action)

    @commands.Cog.listener()
    async def on_raw_reaction_remove(self, payload: discord.RawReactionActionEvent) -> None:
        """Taking an arrow away leafs once more, so that nobody has to remove it first.

        Discord says whose reaction it was and not who took it away, which moderators can. So it
        counts only where it was the asker's or the owner's, and never for what costs: nobody's
        tidying up starts a new version.
        """
        action = self._pressed(payload)
        if action in STEPS:
            await self._react(payload, action)

    @commands.Cog.listener()
    async def on_raw_thread_delete(self, payload: discord.RawThreadDeleteEvent) -> None:
        """A deleted thread ends its scene."""
        if await self._scene_in(payload.thread_id):
            await self._bot.chats.end(payload.thread_id)

    async def _scene_in(self, channel_id: int) -> Scene | None:
        """The scene of a channel, if it is known to have one that this application opened."""
        try:
            scene = await self._bot.store.scenes.of_channel(channel_id)
        except StoreDown as error:
            log.warning("cannot tell whether a scene runs in %d: %s", channel_id, error)
            return None
        return scene if scene and self._bot.stage.speaks_as(scene.application_id) else None

    async def _hear(self, scene: Scene, message: discord.Message) -> None:
        said = self._said(message)
        if not said or said.startswith(ASIDE):
            return
        text = spoken(scene, message.author.id, message.author.display_name, said)
        facts = await Facts.of_message(self._bot, message)
        filtered = await facts.may_say(scene, text)
        await self._bot.chats.say(scene, Line(message.author.id, text, message.id, filtered))

    def _said(self, message: discord.Message) -> str:
        """The text without a mention of the bot in front, which is how to speak without intent."""
        text = message.content.strip()
        for mention in (f"<@{self._bot.application_id}>", f"<@!{self._bot.application_id}>"):
            text = text.removeprefix(mention)
        return text.strip()

    def _pressed(self, payload: discord.RawReactionActionEvent) -> str | None:
        """What a person's reaction asks for, if anything."""
        if self._bot.user is None or payload.user_id == self._bot.user.id:
            return None
        return REACTIONS.get(str(payload.emoji).replace(VARIATION, ""))

    async def _react(self, payload: discord.RawReactionActionEvent, action: str) -> None:
        if await self._scene_in(payload.channel_id) is None:
            return
        try:
            facts = await Facts.of_reaction(self._bot, payload)
            await change(self._bot, payload.message_id, payload.channel_id, action, facts)
        except VivantError as error:
            if _is_beside_the_point(payload, error):
                return
            place = self._bot.get_partial_messageable(payload.channel_id)
            await notify(place.get_partial_message(payload.message_id), error)


def _is_beside_the_point(payload: discord.RawReactionActionEvent, error: VivantError) -> bool:
    """Whether nothing was meant: a reaction to something else, or a stranger's that goes away."""
    if isinstance(error, NotFound) and error.what == "reply":
        return True
    return isinstance(error, Denied) and payload.event_type == "REACTION_REMOVE"


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
    bot.add_dynamic_items(ReplyButton, AllowButton)
    await bot.add_cog(Chat(bot))
