"""Results shown once more: Details with the family tree, and any own result with its buttons."""

import discord
from discord import ui

from bot.app import Vivant
from bot.errors import NotFound
from bot.operations import OPERATIONS
from bot.policy import Verb
from bot.sheets import SheetFrame
from bot.store.records import Job, JobState
from cogs._answers import Click
from cogs._frames import present
from cogs._gate import Facts
from cogs._jobcards import in_rows, title_of
from cogs._present import button, layout, plain

TREE_LIMIT = 8
"""Relatives that Details names on each side."""


async def details(interaction: Click, job: Job) -> None:
    """Everything that went into it, where it comes from and what became of it."""
    facts = await Facts.of_interaction(interaction)
    await facts.may_see(job, alone=True)
    row = OPERATIONS[job.operation]
    lines = [f"**Operation:** {row.label}"]
    for option in row.options:
        value = job.body.get(option.field)
        if value is not None and option.field not in {"base64Png", "maskMediaId"}:
            name = option.name.replace("_", " ").capitalize()
            lines.append(f"**{name}:** {plain(_spoken(value))}")
    lines += [line for line in await _family(interaction.client, job) if line]
    made = discord.utils.format_dt(job.created, "R")
    lines.append(f"-# by <@{job.owner_id}> · {made}")
    here = button("Show here", f"job:here:{job.job_id}", emoji="📌")
    view = layout(ui.TextDisplay("### Details"), ui.TextDisplay("\n".join(lines)), *in_rows([here]))
    await interaction.response.send_message(view=view, ephemeral=True)


def _spoken(value: object) -> str:
    """A value of a body in words: of an entry, its names alone."""
    if isinstance(value, list):
        return ", ".join(map(_spoken, value))
    if isinstance(value, dict):
        return " ".join(_spoken(each) for each in value.values())
    return str(value)


async def _family(bot: Vivant, job: Job) -> list[str]:
    """Lines with links to what a result was made from and what was made from it."""
    parents, children = [], []
    for media_id in job.sources:
        medium = await bot.store.media.get(media_id)
        parent = await bot.store.jobs.get(medium.job_id) if medium and medium.job_id else None
        parents.append(_linked(parent, job.owner_id) if parent else "a file of yours")
    for media_id in job.media_ids:
        found = await bot.store.jobs.of_source(media_id)
        children += [_linked(child, job.owner_id) for child in found]
    return [
        f"**Made from:** {', '.join(parents[:TREE_LIMIT])}" if parents else "",
        f"**Made into:** {', '.join(children[:TREE_LIMIT])}" if children else "",
    ]


def _linked(job: Job, reader_id: int) -> str:
    """A relative by name, with a link to its message; a private one of another is only counted."""
    if job.private and job.owner_id != reader_id:
        return "something private"
    name, anchor = OPERATIONS[job.operation].label, job.anchor
    if anchor.message_id is None or anchor.ephemeral:
        return f"{name} ({title_of(job)})"
    place = f"{anchor.guild_id or '@me'}/{anchor.channel_id}/{anchor.message_id}"
    return f"[{name}](https://discord.com/channels/{place}) ({title_of(job)})"


async def show(interaction: Click, job: Job, *, alone: bool) -> None:
    """A result once more with working buttons: for its owner's eyes, or here for everybody."""
    facts = await Facts.of_interaction(interaction)
    if not alone:
        await facts.may_manage(Verb.EDIT, job.owner_id, None)
    await facts.may_see(job, alone=alone)
    if job.state is not JobState.DONE:
        raise NotFound("picture")
    await interaction.response.defer(ephemeral=alone, thinking=True)
    frame = await interaction.client.jobs.finished(job)
    card = present(SheetFrame((frame,)), file_limit=interaction.filesize_limit)
    await interaction.edit_original_response(view=card.layout, attachments=card.files())
