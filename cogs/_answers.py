"""Answers to the one person who asked: ephemeral where Discord can, short-lived where it cannot."""

import asyncio
import logging
from collections.abc import Awaitable
from typing import Any, TypeVar

import discord
from discord import app_commands, ui

from bot.app import Vivant
from bot.errors import Denied, Unreachable, VivantError
from bot.languages import said
from bot.policy import Reason
from cogs._words import MISSING_PERMISSION, UNFORESEEN, words

log = logging.getLogger(__name__)

T = TypeVar("T")

Click = discord.Interaction[Vivant]

MISSING: Any = discord.utils.MISSING

FORM_SECONDS = 2.0
"""How long the AI API has to say what a form is filled with."""

THINKING = discord.InteractionResponseType.deferred_channel_message

NOTICE_SECONDS = 30.0
"""How long a notice stands where nothing is ephemeral."""


async def tell(interaction: Click, text: str, view: ui.View = MISSING) -> None:
    """Answer privately, whether or not the interaction was answered before."""
    try:
        if interaction.response.type is THINKING:
            await interaction.edit_original_response(content=text, view=view or None)
        elif interaction.response.is_done():
            await interaction.followup.send(text, view=view, ephemeral=True)
        else:
            await interaction.response.send_message(text, view=view, ephemeral=True)
    except discord.HTTPException as error:
        log.warning("could not answer an interaction: %s", error)


async def in_time(work: Awaitable[T]) -> T:
    """What a form needs before it opens, which has to be within three seconds (Discord).

    Raises:
        Unreachable: The AI API took longer.
    """
    try:
        async with asyncio.timeout(FORM_SECONDS):
            return await work
    except TimeoutError:
        raise Unreachable("form") from None


async def say(interaction: Click, view: ui.LayoutView) -> None:
    """Answer privately with a card, whether or not an answer is being waited for."""
    if interaction.response.is_done():
        await interaction.edit_original_response(view=view)
    else:
        await interaction.response.send_message(view=view, ephemeral=True)


async def tell_error(interaction: Click, error: BaseException) -> None:
    """Word an error for the person who asked; what nobody foresaw is logged whole.

    Where only their confirmation to be an adult is missing, they get the button to give it.
    """
    asks = isinstance(error, Denied) and error.reason == Reason.NOT_ADULT
    await tell(interaction, f"⚠️ {error_words(error)}", consent() if asks else MISSING)


def consent() -> ui.View:
    """The button by which somebody confirms to be an adult; ``cogs.account`` answers it."""
    view = ui.View(timeout=None)
    view.add_item(ui.Button(label=said("I am 18 or older"), custom_id="adult:yes", emoji="🔞"))
    view.stop()
    return view


async def tell_command_error(interaction: Click, error: app_commands.AppCommandError) -> None:
    """The command tree's handler: what a command raised is the cause of what arrives here."""
    await tell_error(interaction, error.__cause__ or error)


async def notify(message: discord.PartialMessage | discord.Message, error: BaseException) -> None:
    """Answer a message or reaction; the notice goes away by itself."""
    try:
        await message.reply(
            f"-# ⚠️ {error_words(error)}", delete_after=NOTICE_SECONDS, mention_author=False
        )
    except discord.HTTPException as refused:
        log.warning("could not answer a message: %s", refused)


def error_words(error: BaseException) -> str:
    """The words for any error that reached the edge."""
    if isinstance(error, VivantError):
        return words(error)
    if isinstance(error, discord.Forbidden):
        return said(MISSING_PERMISSION)
    log.error("unforeseen", exc_info=error)
    return said(UNFORESEEN)
