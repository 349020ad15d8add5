"""What can be done with a job's message: the buttons under pictures and videos."""

from collections.abc import Mapping

import discord
from discord import ui

from bot.app import Vivant
from bot.errors import NotFound
from bot.jobs import JobFrame
from bot.operations import OPERATIONS
from bot.policy import Verb
from bot.store.records import Job, JobState
from cogs._answers import Click
from cogs._buttons import Pressed
from cogs._gate import Facts
from cogs._present import layout, plain, present
from cogs._submit import Wish, new_seed, submit

DETAIL_LIMIT = 450
"""Characters of one parameter: all of them together stay below a layout's 4,000."""

PARAMETER_NAMES = {
    "appearance": "Prompt",
    "negativeDetails": "Negative",
    "model": "Model",
    "aspectRatio": "Aspect",
    "detailLevel": "Detail",
    "gender": "Gender",
    "scene": "Scene",
    "background": "Background",
    "fromLocation": "Place",
    "faceDetails": "Face",
    "faceImproveStrength": "Strength",
    "cfg": "Cfg",
    "seed": "Seed",
    "name": "Face drawn from",
    "blockExplicitContent": "Clean",
}


class JobButton(Pressed, template=r"job:(?P<action>again|cancel|details|delete|show):(?P<id>\w+)"):
    """A button of a job's message. The id is a claim: the record says whose it is."""

    async def press(self, interaction: Click, found: Mapping[str, str]) -> None:
        """Do what the button says with the job."""
        job = await interaction.client.jobs.get(found["id"])
        match found["action"]:
            case "again":
                await _again(interaction, job)
            case "cancel":
                await _cancel(interaction, job)
            case "details":
                await _details(interaction, job)
            case "delete":
                await _delete(interaction, job)
            case _:
                await _show(interaction, job)


async def _managed(interaction: Click, job: Job, verb: Verb) -> None:
    """Ask whether whoever pressed may do this with the job."""
    facts = await Facts.of_interaction(interaction)
    await facts.may_manage(verb, job.owner_id, job.guild_id)


async def _again(interaction: Click, job: Job) -> None:
    """The same once more, with a new seed; the face keeps its name."""
    await _managed(interaction, job, Verb.USE)
    body = {**job.body, "seed": new_seed()}
    names = (str(job.body.get("name", "")),)
    await submit(interaction, Wish(OPERATIONS[job.operation], body, job.private, names))


async def _cancel(interaction: Click, job: Job) -> None:
    await _managed(interaction, job, Verb.STOP)
    await interaction.response.defer()
    await interaction.client.jobs.cancel(job.job_id)


async def _delete(interaction: Click, job: Job) -> None:
    await _managed(interaction, job, Verb.REMOVE)
    await interaction.response.defer()
    await interaction.client.jobs.delete(job.job_id)
    if job.anchor.ephemeral:
        await interaction.delete_original_response()


async def _details(interaction: Click, job: Job) -> None:
    """Everything that went into it, for one's own eyes."""
    facts = await Facts.of_interaction(interaction)
    await facts.may_see(job, alone=True)
    lines = [
        f"**{name}:** {plain(str(job.body[field]), DETAIL_LIMIT)}"
        for field, name in PARAMETER_NAMES.items()
        if field in job.body
    ]
    made = discord.utils.format_dt(job.created, "R")
    lines.append(f"-# by <@{job.owner_id}> · {made}")
    view = layout(ui.TextDisplay("### Details"), ui.TextDisplay("\n".join(lines)))
    await interaction.response.send_message(view=view, ephemeral=True)


async def _show(interaction: Click, job: Job) -> None:
    """A private result once more, for its owner's eyes only."""
    facts = await Facts.of_interaction(interaction)
    await facts.may_see(job, alone=True)
    if job.state is not JobState.DONE:
        raise NotFound("picture")
    await interaction.response.defer(ephemeral=True, thinking=True)
    frame = JobFrame(job, job.state, results=await interaction.client.jobs.results(job))
    card = present(frame, file_limit=interaction.filesize_limit)
    await interaction.edit_original_response(view=card.layout, attachments=card.files())


async def setup(bot: Vivant) -> None:
    """Called by the library when the cog is loaded."""
    bot.add_dynamic_items(JobButton)
