"""Scenes: ``/chat``, and what people write, press and take back in a scene."""

from collections.abc import Mapping
from typing import ClassVar

import discord
from discord import app_commands, ui
from discord.app_commands import Choice
from discord.ext import commands

from bot.app import Vivant
from bot.errors import Denied, NotFound, VivantError
from bot.inbox import Line
from bot.policy import Reason, Verb
from bot.store.records import Scene
from cogs import _history
from cogs._answers import Click, notify, say
from cogs._away import catch_up
from cogs._buttons import Pressed, answers, form, text_field
from cogs._controls import (
    EDIT_FORM,
    ReplyButton,
    RewindButton,
    act,
    confirm_rewind,
    confirmation,
    replay_offer,
    said_in,
    spot_of,
    take_edit,
)
from cogs._forms import Answer, FormCog
from cogs._gate import Facts
from cogs._openings import Wished, openings, reopen, speak_as, start
from cogs._photo import take_photo
from cogs._present import button, layout, plain
from cogs._sheets import opening_of
from cogs._words import words

REACTIONS = {
    "🔁": "regenerate",
    "⬅": "back",
    "➡": "forward",
    "📷": "photo",
    "⏹": "stop",
    "🗑": "rewind",
}
VARIATION = "\ufe0f"
CHOICES = 25
"""Discord offers at most 25 choices (Application Commands)."""

CHOICE_NAME = 100
SAY_FORM = "scene:say"
SAY_LIMIT = 4000
OFFER_SECONDS = 300.0
REWIND_MENU = "Rewind to here"


class AllowButton(Pressed, template=r"scenes:allow:(?P<channel>\d+)"):
    """Lets moderators open a channel for scenes from the refusal they ran into."""

    async def press(self, interaction: Click, found: Mapping[str, str]) -> None:
        """Allow scenes in the channel, and say so."""
        await _allow_scenes(interaction, int(found["channel"]))
        text = f"Scenes may run in <#{found['channel']}> now. Start one with `/chat start`."
        await interaction.response.edit_message(view=layout(ui.TextDisplay(text)))


class SayButton(Pressed, template=r"scene:say"):
    """Asks what somebody says, where the bot cannot read along."""

    async def press(self, interaction: Click, found: Mapping[str, str]) -> None:  # noqa: ARG002
        """Open the form."""
        scene = await interaction.client.chats.scene(interaction.channel_id or 0)
        field = text_field("What do you say?", "text", SAY_LIMIT, long=True)
        title = f"To {scene.character_name}"[:45]
        await interaction.response.send_modal(form(title, SAY_FORM, field))


class ResetButton(Pressed, template=r"scene:reset"):
    """Starts a scene over, once somebody said that they mean it."""

    async def press(self, interaction: Click, found: Mapping[str, str]) -> None:  # noqa: ARG002
        """Take back everything but the opening, and show that again."""
        chats = interaction.client.chats
        scene = await chats.scene(interaction.channel_id or 0)
        facts = await Facts.of_interaction(interaction)
        filtered = await facts.may_repeat(scene, scene.owner_id)
        await interaction.response.defer()
        chat = await chats.revisions.reset(scene.channel_id)
        await chats.open(await chats.scene(scene.channel_id), chat, filtered=filtered)
        await interaction.delete_original_response()


async def _take_words(interaction: Click, _: Mapping[str, str]) -> None:
    """The form behind Say: what was said is shown, then answered."""
    text = answers(interaction)["text"].strip()
    scene = await interaction.client.chats.scene(interaction.channel_id or 0)
    facts = await Facts.of_interaction(interaction)
    filtered = await facts.may_say(scene, text)
    name = interaction.user.display_name
    shown = f"**{plain(name)}:** {plain(text, SAY_LIMIT)}"[:SHOWN_LIMIT]
    answer = await interaction.response.send_message(shown)
    line = Line(interaction.user.id, name, text, answer.message_id or interaction.id, filtered)
    await interaction.client.chats.say(scene, line)


SHOWN_LIMIT = 2000
"""Characters of a plain message (Discord, Create Message)."""


class Chat(FormCog):
    """Opens and ends scenes, and listens in them."""

    forms: ClassVar[Mapping[str, Answer]] = {SAY_FORM: _take_words, EDIT_FORM: take_edit}

    chat = app_commands.Group(name="chat", description="Scenes with characters")

    def __init__(self, bot: Vivant) -> None:
        self._bot = bot
        self._rewind = app_commands.ContextMenu(name=REWIND_MENU, callback=_rewind_to)
        bot.tree.add_command(self._rewind)

    async def cog_unload(self) -> None:
        """Called by the library; takes the menu along."""
        self._bot.tree.remove_command(self._rewind.name, type=self._rewind.type)

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
        opening: app_commands.Range[int, 1, 21] = 1,
        here: bool = False,
        private: bool = False,
    ) -> None:
        """Open a scene: a thread in which a character answers what you write."""
        if not await _may_open(interaction):
            return
        library, person = self._bot.library, interaction.user
        chosen = await library.character(character, person.id, interaction.guild_id)
        who = await (
            library.own_persona(persona, person.id)
            if persona
            else library.persona(person.id, person.display_name)
        )
        place = await start(interaction, chosen, who, opening - 1, Wished(here, private))
        await interaction.edit_original_response(
            content=f"{plain(chosen.name)} waits in <#{place.id}>."
        )

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
        if not await _may_open(interaction):
            return
        found = await self._bot.store.scenes.get(scene)
        if found is None or found.owner_id != interaction.user.id:
            raise NotFound("chat of yours")
        place = await reopen(interaction, found, Wished(here, private))
        await interaction.edit_original_response(
            content=f"{plain(found.character_name)} waits in <#{place.id}>."
        )

    @chat.command()
    async def end(self, interaction: Click) -> None:
        """End the scene here; the chat itself is kept."""
        scene = await self._managed(interaction)
        await self._bot.chats.end(scene.channel_id)
        name = plain(scene.character_name)
        await interaction.response.send_message(
            f"The scene with {name} has ended. `/chat resume` brings it back."
        )

    @chat.command()
    async def reset(self, interaction: Click) -> None:
        """Start the scene here over: everything but the opening is taken back."""
        scene = await self._bot.chats.scene(interaction.channel_id or 0)
        facts = await Facts.of_interaction(interaction)
        await facts.may_repeat(scene, scene.owner_id)
        row: ui.ActionRow[ui.LayoutView] = ui.ActionRow(
            button("Start over", "scene:reset", style=discord.ButtonStyle.danger)
        )
        text = "Everything after the opening is deleted at the AI service. Start over?"
        await say(interaction, layout(ui.TextDisplay(text), row))

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
        scene = await self._bot.chats.scene(interaction.channel_id or 0)
        facts = await Facts.of_interaction(interaction)
        await facts.may_manage(Verb.EDIT, scene.owner_id, scene.guild_id)
        chosen = await self._bot.library.own_persona(persona, interaction.user.id)
        await interaction.response.defer(ephemeral=True, thinking=True)
        await speak_as(interaction, scene, chosen)
        text = f"You are {plain(chosen.name)} now. What was before is kept: `/chat resume`."
        await interaction.edit_original_response(content=text)

    @chat.command()
    async def photo(self, interaction: Click) -> None:
        """Have a picture of this moment taken."""
        scene = await self._bot.chats.scene(interaction.channel_id or 0)
        await interaction.response.defer(ephemeral=True, thinking=True)
        await take_photo(await Facts.of_interaction(interaction), scene)
        await interaction.delete_original_response()

    @chat.command()
    async def pause(self, interaction: Click) -> None:
        """Let the character hear nothing for a while; once more, and they hear again."""
        scene = await self._managed(interaction)
        paused = not scene.paused
        await self._bot.chats.pause(scene.channel_id, paused=paused)
        heard = "hears nothing until `/chat pause` is used again" if paused else "is listening"
        await interaction.response.send_message(f"{plain(scene.character_name)} {heard}.")

    @start.autocomplete("character")
    async def characters(self, interaction: Click, current: str) -> list[Choice[str]]:
        """The characters that this person may use here."""
        found = await self._bot.library.characters(interaction.user.id, interaction.guild_id)
        return [
            Choice(name=each.name, value=each.character_id)
            for each in found
            if current.casefold() in each.name.casefold()
        ][:CHOICES]

    @start.autocomplete("persona")
    @persona.autocomplete("persona")
    async def personas(self, interaction: Click, current: str) -> list[Choice[str]]:
        """One's own personas."""
        return [
            Choice(name=each.name, value=each.persona_id)
            for each in await self._bot.library.personas(interaction.user.id)
            if current.casefold() in each.name.casefold()
        ][:CHOICES]

    @start.autocomplete("opening")
    async def ways(self, interaction: Click, current: str) -> list[Choice[int]]:  # noqa: ARG002
        """The chosen character's openings; what is typed is only a number."""
        wanted = str(getattr(interaction.namespace, "character", ""))
        person = interaction.user
        try:
            chosen = await self._bot.library.character(wanted, person.id, interaction.guild_id)
            sheet = await self._bot.library.sheet(chosen)
        except VivantError:
            return []
        who = await self._bot.library.persona(person.id, person.display_name)
        return [
            Choice(name=plain(f"{number}: {text}", CHOICE_NAME)[:CHOICE_NAME], value=number)
            for number, text in enumerate(openings(chosen, opening_of(sheet), who), start=1)
        ][:CHOICES]

    @resume.autocomplete("scene")
    async def scenes(self, interaction: Click, current: str) -> list[Choice[str]]:
        """One's own chats, newest first."""
        return [
            Choice(name=_called(each), value=each.chat_id)
            for each in await self._bot.store.scenes.of_owner(interaction.user.id)
            if current.casefold() in _called(each).casefold()
        ][:CHOICES]

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """Answer what was written while nobody was listening."""
        await catch_up(self._bot)

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """Hear what people write in a scene."""
        if message.author.bot or message.webhook_id or message.is_system():
            return
        if isinstance(message.channel, discord.abc.GuildChannel):
            return  # scenes live in threads; one that is not known yet is no guild channel
        try:
            await hear(self._bot, message)
        except VivantError as error:
            await notify(message, error)

    @commands.Cog.listener()
    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        """Offer to replay from what somebody reworded; what still waits is simply changed."""
        message = payload.message
        if message.edited_at is None or message.author.bot or message.webhook_id:
            return
        await self._reworded(payload.channel_id, payload.message_id, said_in(self._bot, message))

    @commands.Cog.listener()
    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        """Offer to replay without what somebody deleted."""
        await self._reworded(payload.channel_id, payload.message_id, None)

    @commands.Cog.listener()
    async def on_raw_reaction_add(self, payload: discord.RawReactionActionEvent) -> None:
        """A reaction is a button."""
        await self._react(payload)

    @commands.Cog.listener()
    async def on_raw_reaction_remove(self, payload: discord.RawReactionActionEvent) -> None:
        """Taking a reaction away presses it once more: nobody has to remove it first."""
        await self._react(payload)

    @commands.Cog.listener()
    async def on_raw_thread_delete(self, payload: discord.RawThreadDeleteEvent) -> None:
        """A deleted thread ends its scene."""
        if await self._bot.store.scenes.of_channel(payload.thread_id):
            await self._bot.chats.end(payload.thread_id)

    async def _managed(self, interaction: Click) -> Scene:
        """The scene here, if whoever asks may stop it."""
        scene = await self._bot.chats.scene(interaction.channel_id or 0)
        facts = await Facts.of_interaction(interaction)
        await facts.may_manage(Verb.STOP, scene.owner_id, scene.guild_id)
        return scene

    async def _reworded(self, channel_id: int, message_id: int, text: str | None) -> None:
        if await self._bot.chats.unsay(channel_id, message_id, text or None):
            return
        reply = await self._bot.store.replies.of_asked(message_id)
        scene = await self._bot.store.scenes.of_channel(channel_id)
        if reply is None or scene is None or reply.user_message_id is None:
            return
        offered = f"offered:{message_id}"
        if await self._bot.store.options.get(offered):
            return
        await self._bot.store.options.put(offered, value=True, seconds=OFFER_SECONDS)
        place = self._bot.get_partial_messageable(channel_id, guild_id=scene.guild_id)
        await place.send(view=replay_offer(message_id), delete_after=OFFER_SECONDS)

    async def _react(self, payload: discord.RawReactionActionEvent) -> None:
        action = REACTIONS.get(str(payload.emoji).replace(VARIATION, ""))
        if action is None or self._bot.user is None or payload.user_id == self._bot.user.id:
            return
        if await self._bot.store.scenes.of_channel(payload.channel_id) is None:
            return
        place = self._bot.get_partial_messageable(payload.channel_id, guild_id=payload.guild_id)
        try:
            facts = await Facts.of_reaction(self._bot, payload)
            if action == "rewind":
                await spot_of(self._bot, payload.channel_id, payload.message_id)
                await place.send(view=confirmation(payload.message_id), delete_after=OFFER_SECONDS)
            else:
                await act(facts, payload.channel_id, payload.message_id, action)
        except VivantError as error:
            if isinstance(error, NotFound) and error.what == "reply":
                return  # somebody reacted to something else, as people do
            await notify(place.get_partial_message(payload.message_id), error)


async def hear(bot: Vivant, message: discord.Message) -> None:
    """Take what somebody wrote into the scene of its channel, if there is one.

    Raises:
        Denied: It may not be said there.
        OverLimit: It is longer than a turn may be.
        NotFound: There is nothing in it but files, which characters cannot see.
    """
    scene = await bot.store.scenes.of_channel(message.channel.id)
    if scene is None or scene.paused:
        return
    text = said_in(bot, message)
    if not text:
        if message.attachments and not message.content:
            raise NotFound("eyes")
        return
    facts = await Facts.of_message(bot, message)
    filtered = await facts.may_say(scene, text)
    name = message.author.display_name
    await bot.chats.say(scene, Line(message.author.id, name, text, message.id, filtered))


@app_commands.guild_only()
async def _rewind_to(interaction: Click, message: discord.Message) -> None:
    """The message menu: take back everything from a message on."""
    await confirm_rewind(interaction, message.id)


async def _may_open(interaction: Click) -> bool:
    """Whether a scene may run here; a refusal is answered, an answer is otherwise begun."""
    facts = await Facts.of_interaction(interaction)
    try:
        await facts.may_open()
    except Denied as error:
        await _offer_to_allow(interaction, error)
        return False
    await interaction.response.defer(ephemeral=True, thinking=True)
    return True


def _called(scene: Scene) -> str:
    """A chat as its owner would know it."""
    state = "ended" if scene.ended else "open"
    return f"{scene.character_name} · {scene.created:%d %b %H:%M} · {state}"[:CHOICE_NAME]


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
    if interaction.guild_id is None or not interaction.permissions.manage_guild:
        raise Denied(Reason.NOT_OWNER)
    server = await interaction.client.store.servers.get(interaction.guild_id)
    if channel_id not in server.scenes_in:
        server.scenes_in.append(channel_id)
        await interaction.client.store.servers.save(server)


async def setup(bot: Vivant) -> None:
    """Called by the library when the cog is loaded."""
    bot.add_dynamic_items(
        ReplyButton, RewindButton, AllowButton, SayButton, ResetButton, _history.HistoryButton
    )
    await bot.add_cog(Chat(bot))
