"""The one way from a wish to a running job: ask the policy, store, show, run.

Every command, menu and button that makes something goes through ``submit``, so there is no path
to the AI API without a verdict, and none that is acknowledged before it is stored.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import aiohttp
import discord

from bot.jobs import JobFrame
from bot.operations import Operation
from bot.store.records import Anchor, Job, now
from cogs._answers import Click
from cogs._gate import Facts
from cogs._present import present

TOKEN_LIFE = timedelta(minutes=14)
"""An interaction's token dies after 15 minutes (Discord, Receiving and Responding)."""

UNANSWERED = (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError)
"""What an acknowledgement raises when it fails, or seems to."""

LEAST_SEED, MOST_SEEDS = 10**17, 9 * 10**17
"""Seeds have 18 digits at most (AI API, Create Prompt); all of ours have 18."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants made: the operation, its body by wire names, and for whose eyes.

    ``drawn_names`` are those that the bot drew for an earlier body.
    """

    operation: Operation
    body: dict[str, Any]
    private: bool = False
    drawn_names: tuple[str, ...] = ()


def new_seed() -> str:
    """A seed that nobody else has drawn: by it a prompt is recognised after a crash."""
    return str(LEAST_SEED + secrets.randbelow(MOST_SEEDS))


async def submit(interaction: Click, wish: Wish) -> None:
    """Take a wish on and show its message; the rest happens by itself.

    Raises:
        Denied: The policy said no.
        Invalid: A value breaks a documented limit.
        OverLimit: This person has too many jobs under way.
    """
    bot = interaction.client
    facts = await Facts.of_interaction(interaction)
    verdict = await facts.may_make(wish.operation, wish.body, *wish.drawn_names)
    body = {**wish.body, **verdict.overrides}
    job = Job(
        job_id=secrets.token_hex(8),
        operation=wish.operation.name,
        body=body,
        seed=body["seed"],
        owner_id=interaction.user.id,
        guild_id=interaction.guild_id,
        anchor=anchor_of(interaction, ephemeral=wish.private),
        rating=verdict.rating,
        origin=verdict.origin,
        private=wish.private,
    )
    await bot.jobs.accept(job)
    try:
        await _acknowledge(interaction, job)
    except UNANSWERED:
        # An answer that was lost, or repeated by the library, may stand there all the same.
        if not await bot.stage.locate(job.anchor):
            await bot.jobs.withdraw(job)
            raise
    await bot.jobs.start(job)


async def _acknowledge(interaction: Click, job: Job) -> None:
    card = present(JobFrame(job, job.state), file_limit=job.anchor.file_limit)
    answer = await interaction.response.send_message(view=card.layout, ephemeral=job.private)
    job.anchor.message_id = answer.message_id or (await interaction.original_response()).id


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
    )
