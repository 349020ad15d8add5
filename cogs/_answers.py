"""Answers to the one person who asked: ephemeral where Discord can, short-lived where it cannot."""

import logging

import discord
from discord import app_commands, ui

from bot.app import Vivant
from bot.errors import VivantError
from cogs._words import MISSING_PERMISSION, UNFORESEEN, words

log = logging.getLogger(__name__)

Click = discord.Interaction[Vivant]

THINKING = discord.InteractionResponseType.deferred_channel_message

NOTICE_SECONDS = 30.0
"""How long a notice stands where nothing is ephemeral."""


async def tell(interaction: Click, text: str) -> None:
    """Answer privately, whether or not the interaction was answered before."""
    try:
        if interaction.response.type is THINKING:
            await interaction.edit_original_response(content=text)
        elif interaction.response.is_done():
            await interaction.followup.send(text, ephemeral=True)
        else:
            await interaction.response.send_message(text, ephemeral=True)
    except discord.HTTPException as error:
        log.warning("could not answer an interaction: %s", error)


async def say(interaction: Click, view: ui.LayoutView) -> None:
    """Answer privately with a card, whether or not an answer is being waited for."""
    if interaction.response.is_done():
        await interaction.edit_original_response(view=view)
    else:
        await interaction.response.send_message(view=view, ephemeral=True)


async def tell_error(interaction: Click, error: BaseException) -> None:
    """Word an error for the person who asked; what nobody foresaw is logged whole."""
    await tell(interaction, f"⚠️ {error_words(error)}")


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
        return MISSING_PERMISSION
    log.error("unforeseen", exc_info=error)
    return UNFORESEEN
