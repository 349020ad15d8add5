"""What can be done with a reply: by button, form, menu or reaction, all through the same way.

The record behind a message says which reply it shows; who asks is asked each time.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import discord
from discord import ui

from bot.app import Vivant
from bot.errors import NotFound
from bot.inbox import Line
from bot.policy import Send, Verb
from bot.replies import PAGE_LIMIT
from bot.store.records import Reply, Scene
from cogs._answers import Click, say
from cogs._buttons import Pressed, answers, form, text_field
from cogs._gate import Facts
from cogs._photo import take_photo
from cogs._present import button, layout

EDIT_FORM = r"reply:edit:(?P<id>\d+)"
ASIDE = "//"
STEPS = {"back": -1, "forward": 1}
EDIT_LIMIT = 4000
"""Characters that one input of a modal takes (Discord)."""

CONFIRM = "Everything from there on is deleted, at the AI service too."


@dataclass(frozen=True, slots=True)
class Spot:
    """A message here that is part of a chat: with which reply it goes, and its id at the API."""

    reply: Reply
    message_id: str


class ReplyButton(
    Pressed, template=r"reply:(?P<action>back|forward|regenerate|edit|photo|more|stop)"
):
    """A control under a reply; which reply it is, the record of the message says."""

    async def press(self, interaction: Click, found: Mapping[str, str]) -> None:
        """Do what the button says."""
        if interaction.message is None:
            raise NotFound("reply")
        match found["action"]:
            case "edit":
                await _open_form(interaction, interaction.message.id)
            case "more":
                await _offer_more(interaction, interaction.message.id)
            case action:
                facts = await Facts.of_interaction(interaction)
                await interaction.response.defer()
                channel_id = interaction.channel_id or 0
                await act(facts, channel_id, interaction.message.id, action)


class RewindButton(Pressed, template=r"rewind:(?P<action>ask|do|keep|replay):(?P<id>\d+)"):
    """Takes back what was said from a message on; asks first."""

    async def press(self, interaction: Click, found: Mapping[str, str]) -> None:
        """Ask, do it, or leave everything as it is."""
        message_id = int(found["id"])
        match found["action"]:
            case "ask":
                await confirm_rewind(interaction, message_id)
            case "do":
                await _dismissing(interaction, rewind, message_id)
            case "replay":
                await _dismissing(interaction, replay, message_id)
            case _:
                await _dismissing(interaction, _nothing, message_id)


async def act(facts: Facts, channel_id: int, message_id: int, action: str) -> None:
    """Do with the reply that a message shows what a button or reaction asks for.

    Raises:
        NotFound: The message shows no reply that is known.
        Denied: It is not theirs, or may not be shown here.
    """
    chats = facts.bot.chats
    scene = await chats.scene(channel_id)
    if action == "stop":
        await _stop(facts, scene)
        return
    if action == "photo":
        await take_photo(facts, scene)
        return
    reply = await facts.bot.chats.reply_shown(message_id, channel_id)
    filtered = await facts.may_repeat(scene, reply.asker_id)
    if action != "regenerate":
        await chats.revisions.swipe(reply, STEPS[action], filtered=filtered)
        return
    if reply.pictured:
        await facts.ask(Send("regenerate_chat_image", unfiltered=not scene.filtered))
    await chats.regenerate(reply, facts.person.person_id, filtered=filtered)


async def spot_of(bot: Vivant, channel_id: int, message_id: int) -> Spot:
    """Where in its chat a message stands, be it a reply or what somebody said.

    Raises:
        NotFound: It is no part of a chat that is known.
        Busy: It is, or may be, part of a reply that is still being written.
    """
    asked = await bot.store.replies.of_asked(message_id)
    if asked and asked.user_message_id:
        return Spot(asked, asked.user_message_id)
    reply = await bot.chats.reply_shown(message_id, channel_id)
    return Spot(reply, reply.message_id)


async def take_edit(interaction: Click, found: Mapping[str, str]) -> None:
    """The form with a reply's other words."""
    message_id, words = int(found["id"]), answers(interaction).get("words", "")
    facts = await Facts.of_interaction(interaction)
    reply = await interaction.client.chats.reply_shown(message_id, interaction.channel_id or 0)
    scene = await interaction.client.chats.scene(reply.channel_id)
    filtered = await facts.may_repeat(scene, reply.asker_id)
    body = {"message": words}
    await facts.ask(Send("update_candidate_message", body, unfiltered=not scene.filtered))
    await interaction.response.defer()
    await interaction.client.chats.revisions.edit(reply, message_id, words, filtered=filtered)


async def confirm_rewind(interaction: Click, message_id: int) -> None:
    """Ask privately whether everything from a message on shall go."""
    await _may_rewind(await Facts.of_interaction(interaction), message_id)
    view = confirmation(message_id)
    if interaction.type is discord.InteractionType.component:
        await interaction.response.edit_message(view=view)
    else:
        await say(interaction, view)


def confirmation(message_id: int) -> ui.LayoutView:
    """The question, with its two answers."""
    row: ui.ActionRow[Any] = ui.ActionRow(
        button(
            "Delete from here on",
            f"rewind:do:{message_id}",
            emoji="🗑️",
            style=discord.ButtonStyle.danger,
        ),
        button("Leave it", f"rewind:keep:{message_id}"),
    )
    return layout(ui.TextDisplay(f"Rewind to here? {CONFIRM}"), row)


def replay_offer(message_id: int) -> ui.LayoutView:
    """The offer after somebody changed what they said."""
    row: ui.ActionRow[Any] = ui.ActionRow(
        button("Replay from there", f"rewind:replay:{message_id}", emoji="⏪"),
        button("Leave it", f"rewind:keep:{message_id}"),
    )
    return layout(ui.TextDisplay(f"You changed what you said. {CONFIRM}"), row)


async def rewind(facts: Facts, message_id: int) -> None:
    """Take back everything from a message on.

    Raises:
        Denied: The scene is not theirs.
    """
    spot = await _may_rewind(facts, message_id)
    await facts.bot.chats.revisions.rewind(spot.reply, spot.message_id)


async def replay(facts: Facts, message_id: int) -> None:
    """Take back a turn and what followed, and say it again as it reads now.

    Raises:
        Denied: The scene is not theirs, or what it reads now may not be said.
    """
    spot = await _may_rewind(facts, message_id)
    reply, bot = spot.reply, facts.bot
    scene = await bot.chats.scene(reply.channel_id)
    lines = [line async for line in _lines(facts, scene, reply)]
    said = spot.reply.user_message_id or reply.message_id
    keep = [line.message_id for line in lines]
    await bot.chats.revisions.rewind(reply, said, keep=keep)
    for line in lines:
        await bot.chats.say(scene, line, again=True)


async def _lines(facts: Facts, scene: Scene, reply: Reply) -> AsyncIterator[Line]:
    """What a turn's messages read now; deleted ones, asides and empty ones say nothing."""
    place = facts.bot.get_partial_messageable(scene.channel_id, guild_id=scene.guild_id)
    for message_id in reply.asked_in:
        try:
            message = await place.fetch_message(message_id)
        except discord.NotFound:
            continue
        text = said_in(facts.bot, message)
        if text:
            filtered = await facts.may_say(scene, text)
            name = message.author.display_name
            yield Line(message.author.id, name, text, message_id, filtered)


def said_in(bot: Vivant, message: discord.Message) -> str:
    """What a message says to the character: nothing for an aside.

    A mention of the bot in front, which is how to speak without the intent, is not said.
    """
    text = message.content.strip()
    for mention in (f"<@{bot.application_id}>", f"<@!{bot.application_id}>"):
        text = text.removeprefix(mention)
    text = text.strip()
    return "" if text.startswith(ASIDE) else text


async def _may_rewind(facts: Facts, message_id: int) -> Spot:
    spot = await spot_of(facts.bot, facts.place.channel_id or 0, message_id)
    scene = await facts.bot.chats.scene(spot.reply.channel_id)
    await facts.may_repeat(scene, spot.reply.asker_id)
    return spot


async def _stop(facts: Facts, scene: Scene) -> None:
    """Stop what is being written; whoever asked for it may, the scene's owner and moderators."""
    turns = await facts.bot.store.turns.of_channel(scene.channel_id)
    asker = turns[0].person_id if turns else scene.owner_id
    if facts.person.person_id != scene.owner_id:
        await facts.may_manage(Verb.STOP, asker, scene.guild_id)
    if not await facts.bot.chats.stop(scene.channel_id):
        raise NotFound("running reply")


async def _open_form(interaction: Click, message_id: int) -> None:
    """Open the form with the words that a message shows."""
    facts = await Facts.of_interaction(interaction)
    reply = await interaction.client.chats.reply_shown(message_id, interaction.channel_id or 0)
    scene = await interaction.client.chats.scene(reply.channel_id)
    filtered = await facts.may_repeat(scene, reply.asker_id)
    if reply.pictured:
        raise NotFound("words")
    words = await interaction.client.chats.revisions.page(reply, message_id, filtered=filtered)
    field = text_field("Its words", "words", EDIT_LIMIT, long=True, value=words[:PAGE_LIMIT])
    await interaction.response.send_modal(form("Edit the reply", f"reply:edit:{message_id}", field))


async def _offer_more(interaction: Click, message_id: int) -> None:
    """What else can be done, for the eyes of whoever pressed."""
    await interaction.client.chats.reply_shown(message_id, interaction.channel_id or 0)
    row: ui.ActionRow[Any] = ui.ActionRow(
        button("Rewind to before it", f"rewind:ask:{message_id}", emoji="🗑️"),
        button("History", "history:0", emoji="📜"),
    )
    await say(interaction, layout(ui.TextDisplay("What next?"), row))


async def _dismissing(
    interaction: Click, act_on: Callable[[Facts, int], Awaitable[None]], message_id: int
) -> None:
    """Do something and take the question away."""
    facts = await Facts.of_interaction(interaction)
    await interaction.response.defer()
    await act_on(facts, message_id)
    await interaction.delete_original_response()


async def _nothing(facts: Facts, message_id: int) -> None:
    """Leave everything as it is, if it is theirs to decide."""
    await _may_rewind(facts, message_id)
