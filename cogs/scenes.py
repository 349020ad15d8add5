"""What happens in scenes beside commands: what people write, reword, delete and react with.

Buttons and reactions do the same things through the same functions. The record behind a message
says which reply it shows; who pressed is asked each time.
"""

import logging
from collections.abc import Mapping
from typing import ClassVar

import discord
from discord.ext import commands

from bot.app import Vivant
from bot.errors import Denied, NotFound, StoreDown, Unreadable, VivantError
from bot.inbox import Line, spoken
from bot.languages import said
from bot.policy import Show, Shown
from bot.store.records import Scene
from cogs._answers import Click, notify
from cogs._away import catch_up
from cogs._buttons import Pressed, answers, form, text_field
from cogs._controls import EDIT_FORM, STEPS, PartButton, ReplyButton, act, take_edit
from cogs._forms import Answer, FormCog
from cogs._gate import Facts
from cogs._languages import aloud
from cogs._present import CONTENT_LIMIT, bare, plain
from cogs._rewinding import (
    RewindButton,
    confirm_rewind,
    line_of,
    may_confirm_rewind,
    replay_offer,
)

log = logging.getLogger(__name__)

REACTIONS = {
    "🔁": "regenerate",
    "⬅": "back",
    "➡": "forward",
    "📷": "photo",
    "⏹": "stop",
    "🗑": "rewind",
}
FREE = frozenset({*STEPS, "rewind"})
"""What a reaction that is taken away asks for once more: what neither costs nor takes away."""

VARIATION = "\ufe0f"
SAY_FORM = "scene:say"
SAY_LIMIT = 4000
TITLE_LIMIT = 45
"""Characters of a form's title (Discord, Modals)."""

OFFER_SECONDS = 300.0
"""How long a question stands that nobody answers."""

REWIND_MENU = "Rewind to here"


class SayButton(Pressed, template=r"scene:say"):
    """Asks what somebody says, where the bot cannot read along."""

    async def press(self, interaction: Click, found: Mapping[str, str]) -> None:  # noqa: ARG002
        """Open the form."""
        scene = await interaction.client.chats.scene(interaction.channel_id or 0)
        facts = await Facts.of_interaction(interaction)
        await facts.ask(Show(Shown.SCENE, private=False, barred=False))
        field = text_field("What do you say?", "text", SAY_LIMIT, long=True)
        title = bare(said("To {name}", name=facts.readable(scene.character_name)), TITLE_LIMIT)
        await interaction.response.send_modal(form(title, SAY_FORM, field))


async def _take_words(interaction: Click, _: Mapping[str, str]) -> None:
    """The form behind Say: what was said is shown, then answered."""
    typed = answers(interaction).get("text", "").strip()
    if not typed:
        raise Unreadable("speech")
    scene = await interaction.client.chats.scene(interaction.channel_id or 0)
    facts = await Facts.of_interaction(interaction)
    person = interaction.user
    text = spoken(scene, person.id, person.display_name, typed)
    filtered = await facts.may_say(scene, text)
    seen = plain(facts.readable(typed, filtered=scene.filtered), SAY_LIMIT)
    shown = f"**{plain(person.display_name)}:** {seen}"
    answer = await interaction.response.send_message(shown[:CONTENT_LIMIT], suppress_embeds=True)
    line = Line(person.id, text, answer.message_id or interaction.id, filtered)
    await interaction.client.chats.say(scene, line)


class Scenes(FormCog):
    """Listens in scenes."""

    forms: ClassVar[Mapping[str, Answer]] = {SAY_FORM: _take_words, EDIT_FORM: take_edit}

    def __init__(self, bot: Vivant) -> None:
        self._bot = bot
        self._rewind = discord.app_commands.ContextMenu(name=REWIND_MENU, callback=_rewind_to)
        bot.tree.add_command(self._rewind)

    async def cog_unload(self) -> None:
        """Called by the library; takes the menu along."""
        self._bot.tree.remove_command(self._rewind.name, type=self._rewind.type)

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """Answer what was written while nobody was listening."""
        self._bot.tasks.start(catch_up(self._bot), name="catch up")

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """Hear what people write in scenes; in other places nothing is ever answered."""
        if message.author.bot or message.webhook_id or message.is_system():
            return
        if isinstance(message.channel, discord.abc.GuildChannel):
            return  # scenes live in threads; one that is not known yet is no guild channel
        if scene := await self._scene_in(message.channel.id):
            try:
                await self._hear(scene, message)
            except VivantError as error:
                await self._notify(message, scene.guild_id, error)

    @commands.Cog.listener()
    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        """Offer to replay from what somebody reworded; what still waits is simply changed."""
        message = payload.message
        if message.edited_at is None or message.author.bot or message.webhook_id:
            return
        if scene := await self._scene_in(payload.channel_id):
            try:
                await self._reworded(scene, message)
            except VivantError as error:
                await self._notify(message, scene.guild_id, error)

    @commands.Cog.listener()
    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        """Offer to replay without what somebody deleted; what still waits is not said."""
        if scene := await self._scene_in(payload.channel_id):
            await self._deleted(scene, payload.message_id, offer=True)

    @commands.Cog.listener()
    async def on_raw_bulk_message_delete(self, payload: discord.RawBulkMessageDeleteEvent) -> None:
        """Follow a moderator's cleaning up, which asks for nothing to be said again."""
        if scene := await self._scene_in(payload.channel_id):
            for message_id in sorted(payload.message_ids):
                await self._deleted(scene, message_id, offer=False)

    @commands.Cog.listener()
    async def on_raw_reaction_add(self, payload: discord.RawReactionActionEvent) -> None:
        """A reaction is a button."""
        if action := self._pressed(payload):
            await self._react(payload, action)

    @commands.Cog.listener()
    async def on_raw_reaction_remove(self, payload: discord.RawReactionActionEvent) -> None:
        """Taking an arrow away leafs once more, so that nobody has to remove it first.

        Discord says whose reaction it was and not who took it away, which moderators can. So it
        counts only where it was the asker's or the owner's, and never for what costs or is lost:
        nobody's tidying up starts a new version.
        """
        action = self._pressed(payload)
        if action in FREE:
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
        """Take what somebody wrote into the scene.

        Raises:
            Denied: It may not be said there.
            OverLimit: It is longer than a turn may be.
            NotFound: There are files with it, which characters cannot see.
        """
        if scene.paused:
            return
        facts = await Facts.of_message(self._bot, message)
        line = await line_of(facts, scene, message)
        if line:
            await self._bot.chats.say(scene, line)
        if message.attachments and (line or not message.content):
            raise NotFound("eyes")

    async def _reworded(self, scene: Scene, message: discord.Message) -> None:
        """Change what waits, or offer to say it again as it reads now."""
        facts = await Facts.of_message(self._bot, message)
        line = await line_of(facts, scene, message)
        text = line.text if line else None
        if not await self._bot.chats.unsay(scene.channel_id, message.id, text):
            await self._offer_replay(scene, message.id)

    async def _deleted(self, scene: Scene, message_id: int, *, offer: bool) -> None:
        """Take out what waits, or offer to replay; what showed a reply shows it no more."""
        chats = self._bot.chats
        try:
            waited = await chats.unsay(scene.channel_id, message_id, None)
            if not waited and offer:
                await self._offer_replay(scene, message_id)
            if not waited:
                await chats.lose(scene.channel_id, message_id)
        except VivantError as error:
            log.info("a deletion in channel %d is not followed: %s", scene.channel_id, error)

    async def _offer_replay(self, scene: Scene, message_id: int) -> None:
        """Ask, once in a while, whether what was changed shall be said again."""
        chats = self._bot.chats
        # In this order: what is taken back is forgotten before the change is over.
        if await chats.is_changing(scene.channel_id) or not await chats.heard(scene, message_id):
            return
        offered, options = f"offered:{message_id}", self._bot.store.options
        if await options.get(offered):
            return
        await options.put(offered, value=True, seconds=OFFER_SECONDS)
        async with aloud(self._bot, scene.guild_id):
            offer = replay_offer(message_id)
        await self._ask(scene.channel_id, offer)

    async def _ask(self, channel_id: int, question: discord.ui.LayoutView) -> None:
        """Ask where everybody sees it, for a while: who answers is asked who they are."""
        self._bot.lanes.spend()
        try:
            place = self._bot.get_partial_messageable(channel_id)
            await place.send(view=question, delete_after=OFFER_SECONDS)
        except discord.HTTPException as error:
            log.info("could not ask in channel %d: %s", channel_id, error)

    async def _notify(
        self,
        message: discord.Message | discord.PartialMessage,
        guild_id: int | None,
        error: VivantError,
    ) -> None:
        async with aloud(self._bot, guild_id):
            await notify(message, error)

    def _pressed(self, payload: discord.RawReactionActionEvent) -> str | None:
        """What a person's reaction asks for, if anything."""
        if self._bot.user is None or payload.user_id == self._bot.user.id:
            return None
        return REACTIONS.get(str(payload.emoji).replace(VARIATION, ""))

    async def _react(self, payload: discord.RawReactionActionEvent, action: str) -> None:
        if await self._scene_in(payload.channel_id) is None:
            return
        place = self._bot.get_partial_messageable(payload.channel_id, guild_id=payload.guild_id)
        try:
            facts = await Facts.of_reaction(self._bot, payload)
            if action == "rewind":
                async with aloud(self._bot, payload.guild_id):
                    question = await may_confirm_rewind(facts, payload.message_id)
                await self._ask(payload.channel_id, question)
            else:
                await act(facts, payload.channel_id, payload.message_id, action)
        except VivantError as error:
            if not _is_beside_the_point(payload, error):
                message = place.get_partial_message(payload.message_id)
                await self._notify(message, payload.guild_id, error)


def _is_beside_the_point(payload: discord.RawReactionActionEvent, error: VivantError) -> bool:
    """Whether nothing was meant: a reaction to something else, or a stranger's that goes away."""
    if isinstance(error, NotFound) and error.what == "reply":
        return True
    return isinstance(error, Denied) and payload.event_type == "REACTION_REMOVE"


async def _rewind_to(interaction: Click, message: discord.Message) -> None:
    """The message menu: take back everything from a message on."""
    await confirm_rewind(interaction, message.id)


async def setup(bot: Vivant) -> None:
    """Called by the library when the cog is loaded."""
    bot.add_dynamic_items(ReplyButton, PartButton, RewindButton, SayButton)
    await bot.add_cog(Scenes(bot))
