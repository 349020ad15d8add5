"""Answers to the one person who asked: ephemeral where Discord can, short-lived where it cannot.

An answer that Discord took may seem to have failed, if its own answer was lost. So whoever
acknowledges does it through ``defer``, and nothing is answered twice before it was looked up.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, Literal, TypeVar

import aiohttp
import discord
from discord import app_commands, ui

from bot.app import Vivant
from bot.errors import Denied, Unreachable, Unshown, VivantError
from bot.languages import said, spoken
from bot.policy import Reason
from bot.store.records import Anchor, Intention, now
from cogs._why import key_of
from cogs._words import MISSING_PERMISSION, UNFORESEEN, words

log = logging.getLogger(__name__)

T = TypeVar("T")

Click = discord.Interaction[Vivant]

MISSING: Any = discord.utils.MISSING

FORM_SECONDS = 2.0
"""How long the AI API has to say what a form is filled with."""

THINKING = discord.InteractionResponseType.deferred_channel_message

TOKEN_LIFE = timedelta(minutes=14)
"""An interaction's token dies after 15 minutes (Discord, Receiving and Responding)."""

UPDATING = discord.InteractionResponseType.deferred_message_update

UNANSWERED = (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError)
"""What an answer raises when it fails, or seems to."""

LOST = (discord.DiscordServerError, aiohttp.ClientError, OSError, TimeoutError)
"""Those of them after which it may stand there all the same."""

TOO_LATE, ALREADY_ANSWERED = 10062, 40060
"""Discord's codes for an interaction that is over, or was answered already."""

FOUND = "found"
"""Where an interaction notes how it was answered, although that seemed to fail."""

NOTICE_SECONDS = 30.0
"""How long a notice stands where nothing is ephemeral."""


async def defer(interaction: Click, *, ephemeral: bool = False, thinking: bool = False) -> None:
    """Acknowledge, and answer later; an acknowledgement whose own answer was lost counts.

    Raises:
        Unshown: Discord did not take it.
    """
    try:
        await interaction.response.defer(ephemeral=ephemeral, thinking=thinking)
    except UNANSWERED as error:
        if not _is_lost(error):
            raise
        if not await _stands(interaction):
            raise Unshown("acknowledgement") from error


def _is_lost(error: BaseException) -> bool:
    """Whether an answer may stand although it raised this: at once, or when it was repeated."""
    return isinstance(error, LOST) or getattr(error, "code", None) == ALREADY_ANSWERED


@asynccontextmanager
async def undertaken(
    interaction: Click, kind: Literal["character", "scene"], *, thinking: bool = True
) -> AsyncIterator[Intention]:
    """Note what is to be made, acknowledge, and drop the note when the block has made and told it.

    Raises:
        Unshown: Discord did not take the acknowledgement.
    """
    anchor = anchor_of(interaction, ephemeral=True)
    intention = Intention(kind=kind, owner_id=interaction.user.id, anchor=anchor)
    async with interaction.client.intentions.noted(intention):
        await defer(interaction, ephemeral=True, thinking=thinking)
        yield intention


def anchor_of(interaction: Click, *, ephemeral: bool) -> Anchor:
    """Where the answer to an interaction will stand, and how it can be reached."""
    return Anchor(
        channel_id=interaction.channel_id or 0,
        guild_id=interaction.guild_id,
        application_id=interaction.application_id,
        token=interaction.token,
        token_until=now() + TOKEN_LIFE,
        ephemeral=ephemeral,
        file_limit=interaction.filesize_limit,
        language=spoken().code if ephemeral or interaction.guild_id is None else None,
    )


async def tell_later(bot: Vivant, anchor: Anchor, text: str) -> None:
    """Answer an interaction that another process acknowledged; too late is fine."""
    webhook = discord.Webhook.partial(anchor.application_id or 0, anchor.token or "", client=bot)
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.TextDisplay(text))
    view.stop()
    if anchor.message_id:
        try:
            await webhook.edit_message(anchor.message_id, view=view)
        except UNANSWERED as error:
            log.info("an answer came too late: %s", error)


async def _stands(interaction: Click) -> bool:
    """Whether an answer that seemed to fail is there; that is noted."""
    try:
        message = await interaction.original_response()
    except UNANSWERED:
        return False
    interaction.extras[FOUND] = THINKING if message.flags.loading else UPDATING
    return True


def _answered(interaction: Click) -> discord.InteractionResponseType | None:
    """How an interaction was answered, if it was."""
    found: discord.InteractionResponseType | None = interaction.extras.get(FOUND)
    return interaction.response.type or found


async def tell(interaction: Click, text: str, view: ui.View = MISSING) -> None:
    """Answer privately, whether or not the interaction was answered before."""
    try:
        if _answered(interaction) is THINKING:
            await interaction.edit_original_response(content=text, view=view or None)
        elif _answered(interaction):
            await interaction.followup.send(text, view=view, ephemeral=True)
        else:
            await interaction.response.send_message(text, view=view, ephemeral=True)
    except UNANSWERED as error:
        log.warning("could not answer an interaction: %s", error or type(error).__name__)


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
    if _answered(interaction):
        await interaction.edit_original_response(view=view)
    else:
        await interaction.response.send_message(view=view, ephemeral=True)


async def tell_error(interaction: Click, error: BaseException) -> None:
    """Word an error for the person who asked; what nobody foresaw is logged whole.

    Where only their confirmation to be an adult is missing, they get the button to give it. If it
    was the answer itself that seemed to fail, and it stands, it says all there is to say.
    """
    if _is_lost(error) and not _answered(interaction) and await _stands(interaction):
        log.info("an answer to an interaction stands, though its own answer was lost")
        if _answered(interaction) is not THINKING:
            return
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
    """Answer a message or reaction, with a way to ask why; the notice goes away by itself."""
    try:
        await message.reply(
            f"-# ⚠️ {error_words(error)}",
            view=_asking_why(error),
            delete_after=NOTICE_SECONDS,
            mention_author=False,
        )
    except discord.HTTPException as refused:
        log.warning("could not answer a message: %s", refused)


def _asking_why(error: BaseException) -> ui.View:
    """The button that tells more, privately; ``cogs.account`` answers it."""
    view = ui.View(timeout=None)
    view.add_item(ui.Button(label=said("Why?"), custom_id=f"why:{key_of(error)}"))
    view.stop()
    return view


def error_words(error: BaseException) -> str:
    """The words for any error that reached the edge."""
    if isinstance(error, VivantError):
        return words(error)
    if isinstance(error, discord.Forbidden):
        return said(MISSING_PERMISSION)
    if _is_lost(error) or getattr(error, "code", None) == TOO_LATE:
        log.warning("Discord was out of reach: %s", error or type(error).__name__)
        return words(Unshown("answer"))
    log.error("unforeseen", exc_info=error)
    return said(UNFORESEEN)
