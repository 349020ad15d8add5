"""What can be done with a reply: by button, form, menu or reaction, all through the same way.

The record behind a message says which reply it shows; who asks is asked each time.
"""

from collections.abc import Mapping
from typing import Any

import discord
from discord import ui

from bot.errors import NotFound
from bot.languages import said
from bot.operations import ANIMATE
from bot.policy import Send, Verb
from bot.provenance import offered
from bot.replies import PAGE_LIMIT
from bot.store.records import Reply, Scene
from cogs._answers import Click, defer, in_time, say
from cogs._buttons import Pressed, answers, form, text_field
from cogs._gate import Facts
from cogs._media import kinds_of, mine
from cogs._photo import take_photo
from cogs._present import button, layout
from cogs._scripts import begin
from cogs._sources import in_message

EDIT_FORM = r"reply:edit:(?P<id>\d+)"
STEPS = {"back": -1, "forward": 1}
ROW = 5
"""Buttons in a row (Discord, Action Row)."""

EDIT_LIMIT = 4000
"""Characters that one input of a modal takes (Discord)."""


class ReplyButton(
    Pressed, template=r"reply:(?P<action>back|forward|regenerate|edit|photo|animate|more|stop)"
):
    """A control under a reply; which reply it is, the record of the message says."""

    async def press(self, interaction: Click, found: Mapping[str, str]) -> None:
        """Do what the button says."""
        if interaction.message is None:
            raise NotFound("reply")
        match found["action"]:
            case "edit":
                await _open_form(interaction, interaction.message.id)
            case "animate":
                await _animate(interaction, interaction.message)
            case "more":
                await _offer_more(interaction, interaction.message.id)
            case action:
                facts = await Facts.of_interaction(interaction)
                await defer(interaction)
                channel_id = interaction.channel_id or 0
                await act(facts, channel_id, interaction.message.id, action)


class PartButton(Pressed, template=r"part:edit:(?P<id>\d+)"):
    """Opens the words of one part of a long reply, whose controls are below its last one."""

    async def press(self, interaction: Click, found: Mapping[str, str]) -> None:
        """Open the form."""
        await _open_form(interaction, int(found["id"]))


async def act(facts: Facts, channel_id: int, message_id: int, action: str) -> None:
    """Do with the reply that a message shows what a button or reaction asks for.

    Raises:
        NotFound: The message shows no reply that is known.
        Denied: It is not theirs, or may not be shown here.
    """
    chats = facts.bot.chats
    if action == "stop":
        await _stop(facts, await chats.scene(channel_id))
        return
    if action == "photo":
        await take_photo(facts, await chats.scene(channel_id))
        return
    scene, reply = await reply_here(facts, message_id)
    filtered = await facts.may_repeat(scene, reply.asker_id)
    if action != "regenerate":
        await chats.revisions.swipe(reply, STEPS[action], filtered=filtered)
        return
    if reply.pictured:
        await facts.ask(Send("regenerate_chat_image", unfiltered=not scene.filtered))
    await chats.regenerate(reply, facts.person.person_id, filtered=filtered)


async def reply_here(facts: Facts, message_id: int) -> tuple[Scene, Reply]:
    """The scene here, and the reply in it that a message shows; an id alone gives no right.

    Raises:
        NotFound: There is none here.
        Busy: The message is, or may be, part of a reply that is still being written.
    """
    chats, channel_id = facts.bot.chats, facts.place.channel_id or 0
    reply = await chats.reply_shown(message_id, channel_id)
    scene = await chats.scene(channel_id)
    if (reply.channel_id, reply.chat_id) != (channel_id, scene.chat_id):
        raise NotFound("reply")
    return scene, reply


async def _may_edit(facts: Facts, message_id: int) -> tuple[Scene, Reply]:
    """The scene and the reply whose words may be changed: only by who they were written for."""
    scene, reply = await reply_here(facts, message_id)
    if facts.person.person_id != scene.owner_id:
        await facts.may_manage(Verb.EDIT, reply.asker_id, scene.guild_id)
    if reply.pictured:
        raise NotFound("words")
    return scene, reply


async def take_edit(interaction: Click, found: Mapping[str, str]) -> None:
    """The form with a reply's other words."""
    message_id, words = int(found["id"]), answers(interaction).get("words", "")
    facts = await Facts.of_interaction(interaction)
    scene, reply = await _may_edit(facts, message_id)
    filtered = await facts.may_repeat(scene, reply.asker_id)
    body = {"message": words}
    await facts.ask(Send("update_candidate_message", body, unfiltered=not scene.filtered))
    await defer(interaction)
    await interaction.client.chats.revisions.edit(reply, message_id, words, filtered=filtered)


async def _stop(facts: Facts, scene: Scene) -> None:
    """Stop what is being written; whoever asked for it may, the scene's owner and moderators."""
    turns = await facts.bot.store.turns.of_channel(scene.channel_id)
    asker = next((turn.person_id for turn in turns if turn.sent), scene.owner_id)
    if facts.person.person_id != scene.owner_id:
        await facts.may_manage(Verb.STOP, asker, scene.guild_id)
    await facts.bot.chats.stop(scene.channel_id)


async def _open_form(interaction: Click, message_id: int) -> None:
    """Open the form with the words that a message shows."""
    facts = await Facts.of_interaction(interaction)
    scene, reply = await _may_edit(facts, message_id)
    filtered = await facts.may_repeat(scene, reply.asker_id)
    revisions = interaction.client.chats.revisions
    words = await in_time(revisions.page(reply, message_id, filtered=filtered))
    field = text_field("Its words", "words", EDIT_LIMIT, long=True, value=words[:PAGE_LIMIT])
    await interaction.response.send_modal(form("Edit the reply", f"reply:edit:{message_id}", field))


async def _offer_more(interaction: Click, message_id: int) -> None:
    """What else can be done, for the eyes of whoever pressed."""
    facts = await Facts.of_interaction(interaction)
    _, reply = await reply_here(facts, message_id)
    row: ui.ActionRow[Any] = ui.ActionRow(
        button("Rewind to before it", f"rewind:ask:{message_id}", emoji="🗑️"),
        button("History", "history:0", emoji="📜"),
        *await _motion(facts, reply, message_id),
    )
    await say(interaction, layout(ui.TextDisplay(said("What next?")), row, *_parts(reply)))


async def _animate(interaction: Click, message: discord.Message) -> None:
    """Lead from a picture of the moment to a video that begins with it."""
    await mine(interaction, Verb.USE)
    source = await in_message(interaction, message, kinds_of(ANIMATE))
    await begin(interaction, ANIMATE, source, f"from:{ANIMATE.name}:{message.id}")


async def _motion(facts: Facts, reply: Reply, message_id: int) -> list[ui.Button[Any]]:
    """The way from a picture to a video, where it is open to whoever pressed."""
    medium = await facts.bot.store.media.get(reply.media_id or "")
    rules = facts.bot.settings.rules
    if medium is None or ANIMATE.name not in offered(medium, facts.place, facts.person, rules):
        return []
    what = f"from:{ANIMATE.name}:{message_id}"
    return [button(ANIMATE.label, what, emoji=ANIMATE.button)]


def _parts(reply: Reply) -> list[ui.ActionRow[Any]]:
    """A button for each part of a long reply; the last has its own, below it."""
    buttons = [
        button(said("✎ Part {number}", number=number), f"part:edit:{shown}")
        for number, shown in enumerate(reply.shown[:-1][:ROW], start=1)
    ]
    return [ui.ActionRow(*buttons)] if buttons else []
