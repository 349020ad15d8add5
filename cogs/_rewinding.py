"""Taking back what was said, and saying it again: asked for first, then done at the AI API.

Also what a message says to the character, which is what a replay says once more.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import discord
from discord import ui

from bot.app import Vivant
from bot.inbox import Line, spoken
from bot.languages import said
from bot.store.records import Reply, Scene
from bot.versions import message_in
from cogs._answers import Click, defer, say
from cogs._buttons import Pressed
from cogs._controls import reply_here
from cogs._gate import Facts
from cogs._present import button, layout, question

ASIDE = "//"
CONFIRM = "Everything from there on is deleted, at the AI service too."


@dataclass(frozen=True, slots=True)
class Spot:
    """A message here that is part of a chat: with which reply it goes, and its id at the API."""

    reply: Reply
    message_id: str


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


async def confirm_rewind(interaction: Click, message_id: int) -> None:
    """Ask privately whether everything from a message on shall go."""
    view = await may_confirm_rewind(await Facts.of_interaction(interaction), message_id)
    if interaction.type is discord.InteractionType.component:
        await interaction.response.edit_message(view=view)
    else:
        await say(interaction, view)


async def may_confirm_rewind(facts: Facts, message_id: int) -> ui.LayoutView:
    """The question whether everything from a message on shall go, for whoever may do it.

    Raises:
        NotFound, Busy: As for any control of a reply.
        Denied: Something of it is not theirs.
    """
    await _may_rewind(facts, message_id)
    return confirmation(message_id)


def confirmation(message_id: int) -> ui.LayoutView:
    """The question, with its two answers."""
    do, keep = f"rewind:do:{message_id}", f"rewind:keep:{message_id}"
    text = f"{said('Rewind to here?')} {said(CONFIRM)}"
    return question(text, "Delete from here on", do, "Leave it", keep)


def replay_offer(message_id: int) -> ui.LayoutView:
    """The offer after somebody changed what they said."""
    row: ui.ActionRow[Any] = ui.ActionRow(
        button("Replay from there", f"rewind:replay:{message_id}", emoji="⏪"),
        button("Leave it", f"rewind:keep:{message_id}"),
    )
    return layout(ui.TextDisplay(f"{said('You changed what you said.')} {said(CONFIRM)}"), row)


async def rewind(facts: Facts, message_id: int) -> None:
    """Take back everything from a message on.

    Raises:
        Denied: The scene is not theirs.
    """
    _, spot = await _may_rewind(facts, message_id)
    await facts.bot.chats.revisions.rewind(spot.reply, spot.message_id)


async def replay(facts: Facts, message_id: int) -> None:
    """Take back a turn and what followed, and say it again as it reads now.

    Raises:
        Denied: The scene is not theirs, or what it reads now may not be said.
    """
    scene, spot = await _may_rewind(facts, message_id)
    reply = spot.reply
    lines = [line async for line in _lines(facts, scene, reply)]
    said = reply.user_message_id or reply.message_id
    await facts.bot.chats.revisions.rewind(reply, said, again=lines)


async def _lines(facts: Facts, scene: Scene, reply: Reply) -> AsyncIterator[Line]:
    """What a turn's messages read now; deleted ones, asides and empty ones say nothing."""
    place = facts.bot.get_partial_messageable(scene.channel_id, guild_id=scene.guild_id)
    for message_id in reply.asked_in:
        facts.bot.lanes.spend()
        with suppress(discord.NotFound):
            message = await place.fetch_message(message_id)
            if message.author.id == facts.bot.application_id:
                yield await _relayed(facts, scene, reply, message_id)
                return  # the chat knows all of it
            if line := await line_of(facts, scene, message):
                yield line


async def _relayed(facts: Facts, scene: Scene, reply: Reply, message_id: int) -> Line:
    """What somebody said by a form, which the bot wrote here for them: only the chat knows it."""
    chat = await facts.bot.chats.held(scene)
    text = message_in(chat, reply.user_message_id).text or ""
    return Line(reply.asker_id, text, message_id, await facts.may_say(scene, text))


async def line_of(facts: Facts, scene: Scene, message: discord.Message) -> Line | None:
    """What a message says to the character, as it is sent; None for an aside and for nothing.

    Raises:
        Denied: It may not be said there.
    """
    said = said_in(facts.bot, message)
    if not said:
        return None
    text = spoken(scene, message.author.id, message.author.display_name, said)
    filtered = await facts.may_say(scene, text)
    return Line(message.author.id, text, message.id, filtered)


def said_in(bot: Vivant, message: discord.Message) -> str:
    """What a message says to the character: nothing for an aside.

    A mention of the bot in front, which is how to speak without the intent, is not said.
    """
    text = message.content.strip()
    for mention in (f"<@{bot.application_id}>", f"<@!{bot.application_id}>"):
        text = text.removeprefix(mention)
    text = text.strip()
    return "" if text.startswith(ASIDE) else text


async def _may_rewind(facts: Facts, message_id: int) -> tuple[Scene, Spot]:
    """Where everything is to be taken back from, which has to be theirs to the end."""
    scene, spot = await _spot_of(facts, message_id)
    replies = await facts.bot.store.replies.of_chat(spot.reply.chat_id)
    askers = {each.asker_id for each in replies if each.created >= spot.reply.created}
    for asker_id in sorted(askers | {spot.reply.asker_id}):
        await facts.may_repeat(scene, asker_id)
    return scene, spot


async def _spot_of(facts: Facts, message_id: int) -> tuple[Scene, Spot]:
    """The scene here, and where in its chat a message stands, be it a reply or what was said.

    Raises:
        NotFound, Busy: As ``reply_here``.
    """
    asked = await facts.bot.store.replies.of_asked(message_id)
    if asked and asked.user_message_id:
        scene = await facts.bot.chats.scene(facts.place.channel_id or 0)
        if asked.chat_id == scene.chat_id:
            return scene, Spot(asked, asked.user_message_id)
    scene, reply = await reply_here(facts, message_id)
    return scene, Spot(reply, reply.message_id)


async def _dismissing(
    interaction: Click, act_on: Callable[[Facts, int], Awaitable[None]], message_id: int
) -> None:
    """Do something and take the question away."""
    facts = await Facts.of_interaction(interaction)
    await defer(interaction)
    await act_on(facts, message_id)
    await interaction.delete_original_response()


async def _nothing(facts: Facts, message_id: int) -> None:
    """Leave everything as it is, if it is theirs to decide."""
    await _may_rewind(facts, message_id)
