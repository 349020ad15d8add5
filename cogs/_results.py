"""Results shown once more: Details with the family tree, and any own result with its buttons."""

from collections.abc import Iterable

import discord
from discord import ui

from bot.errors import NotFound
from bot.frames import JobFrame, SheetFrame
from bot.languages import said
from bot.operations import OPERATIONS
from bot.policy import Verb
from bot.provenance import offered
from bot.store.records import Anchor, Job, JobState
from cogs._answers import Click, defer
from cogs._frames import present
from cogs._gate import Facts
from cogs._jobcards import in_rows, label_of, title_of
from cogs._languages import aloud
from cogs._present import button, layout, plain

DETAIL_LIMIT = 450
"""Characters of one parameter."""

CARD_LIMIT = 3800
"""Characters of all of them, below a layout's 4,000 (Discord, Components)."""

TREE_LIMIT = 8
"""Relatives that Details names on each side."""


async def details(interaction: Click, job: Job) -> None:
    """Everything that went into it, where it comes from and what became of it."""
    facts = await Facts.of_interaction(interaction)
    await facts.may_see(job, alone=True)
    row = OPERATIONS[job.operation]
    lines = [f"**{said('Operation:')}** {said(row.label)}"]
    for option in row.options:
        value = job.body.get(option.field)
        if value is not None and option.field not in {"base64Png", "maskMediaId"}:
            lines.append(f"**{said(option.title)}:** {plain(_spoken(value), DETAIL_LIMIT)}")
    if job.body.get("blockExplicitContent"):
        lines.append(said("**Clean:** yes"))
    by = said("by {person}", person=f"<@{job.owner_id}>")
    lines.append(f"-# {by} · {discord.utils.format_dt(job.created, 'R')}")
    lines += [line for line in await _family(facts, job) if line]
    here = button("Show here", f"job:here:{job.job_id}", emoji="📌")
    text = "\n".join(_within(lines, CARD_LIMIT))
    view = layout(ui.TextDisplay(f"### {said('Details')}"), ui.TextDisplay(text), *in_rows([here]))
    await interaction.response.send_message(view=view, ephemeral=True)


async def show(interaction: Click, job: Job, *, alone: bool) -> None:
    """A result once more with working buttons: for its owner's eyes, or here for everybody."""
    facts = await Facts.of_interaction(interaction)
    if not alone:
        await facts.may_manage(Verb.EDIT, job.owner_id, None)
    await facts.may_see(job, alone=alone)
    # What is just being delivered is there already: its note may come before its end is stored.
    if job.state not in {JobState.DELIVERING, JobState.DONE}:
        raise NotFound("picture")
    await defer(interaction, ephemeral=alone, thinking=True)
    if not alone:
        copy = Anchor(
            channel_id=interaction.channel_id or 0,
            guild_id=interaction.guild_id,
            message_id=(await interaction.original_response()).id,
        )
        await interaction.client.jobs.note_copy(job.job_id, copy)
    results = await interaction.client.jobs.results(job)
    frame = JobFrame(job, JobState.DONE, results=results, offers=await offers_here(facts, job))
    async with aloud(interaction.client, None if alone else interaction.guild_id):
        card = present(SheetFrame((frame,)), file_limit=interaction.filesize_limit)
    await interaction.edit_original_response(view=card.layout, attachments=card.files())


async def offers_here(facts: Facts, job: Job) -> tuple[str, ...]:
    """What may be offered under a job's results in this place."""
    store, rules = facts.bot.store, facts.bot.settings.rules
    medium = await store.media.get(job.media_ids[0]) if job.media_ids else None
    return offered(medium, facts.place, facts.person, rules) if medium else ()


def _within(lines: Iterable[str], limit: int) -> Iterable[str]:
    """As many of the lines as fit into ``limit`` characters together."""
    for line in lines:
        limit -= len(line) + 1
        if limit < 0:
            return
        yield line


def _spoken(value: object) -> str:
    """A value of a body in words: of an entry, its names alone."""
    if isinstance(value, list):
        return ", ".join(map(_spoken, value))
    if isinstance(value, dict):
        return " ".join(_spoken(each) for each in value.values())
    return str(value)


async def _family(facts: Facts, job: Job) -> list[str]:
    """Lines with links to what a result was made from and what was made from it."""
    bot = facts.bot
    parents = [await _parent(facts, media_id) for media_id in job.sources]
    children: list[str] = []
    for media_id in job.media_ids:
        found = await bot.store.jobs.of_source(media_id)
        children += [_linked(facts, child) for child in found]
    return [
        f"**{said('Made from:')}** {', '.join(parents[:TREE_LIMIT])}" if parents else "",
        f"**{said('Made into:')}** {', '.join(children[:TREE_LIMIT])}" if children else "",
    ]


async def _parent(facts: Facts, media_id: str) -> str:
    bot = facts.bot
    medium = await bot.store.media.get(media_id)
    if medium is None or medium.job_id is None:
        return said("a file")
    job = await bot.store.jobs.get(medium.job_id)
    return _linked(facts, job) if job else said("something older")


def _linked(facts: Facts, job: Job) -> str:
    """A relative by name, with a link to its message; of what is another's private, no word."""
    reader_id = facts.person.person_id
    if job.private and job.owner_id != reader_id:
        return said("something private")
    name, anchor = label_of(job), job.anchor
    title = f" ({title_of(facts.nameable(job))})" if job.owner_id == reader_id else ""
    if anchor.message_id is None or anchor.ephemeral:
        return f"{name}{title}"
    place = f"{anchor.guild_id or '@me'}/{anchor.channel_id}/{anchor.message_id}"
    return f"[{name}](https://discord.com/channels/{place}){title}"
