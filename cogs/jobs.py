"""What can be done with results: the buttons of pictures and videos, and ``/queue``."""

from collections.abc import Mapping
from typing import Any, ClassVar

from discord import app_commands

from bot.app import Vivant
from bot.errors import NotFound
from bot.frames import JobFrame, Result, SheetFrame
from bot.jobs import LIVE
from bot.languages import said
from bot.operations import OPERATIONS, Operation
from bot.policy import Verb
from bot.provenance import media_in
from bot.store.records import Job, Medium, now
from cogs._answers import Click, anchor_of, defer
from cogs._asking import fields_of, given
from cogs._buttons import Pressed, chosen, form
from cogs._files import files_in
from cogs._forms import FormCog
from cogs._frames import present
from cogs._gate import Facts
from cogs._jobcards import present_sheet
from cogs._languages import aloud
from cogs._media import kinds_of, make, mine, row_of
from cogs._results import details, offers_here, show
from cogs._scripts import begin
from cogs._sources import Material, owned
from cogs._submit import Wish, new_seed, submit


class JobButton(
    Pressed,
    template=r"job:(?P<action>again|vary|cancel|ping|details|delete|show|here):(?P<id>\w+)",
):
    """A button of a job's message. The id is a claim: the record says whose it is."""

    async def press(self, interaction: Click, found: Mapping[str, str]) -> None:
        """Do what the button says with the job."""
        job = await interaction.client.jobs.get(found["id"])
        match found["action"]:
            case "again":
                await _again(interaction, job)
            case "vary":
                await _vary(interaction, job)
            case "cancel":
                await _cancel(interaction, job)
            case "ping":
                await _ping(interaction, job)
            case "details":
                await details(interaction, job)
            case "delete":
                await _delete(interaction, job)
            case "here":
                await show(interaction, job, alone=False)
            case _:
                await show(interaction, job, alone=True)


class MakeButton(Pressed, template=r"make:(?P<row>\w+):(?P<id>\w+):(?P<number>\d+)"):
    """An operation on a result: at once, or after a form where it needs words."""

    async def press(self, interaction: Click, found: Mapping[str, str]) -> None:
        """Make it, or ask for words first."""
        row = row_of(found["row"])
        job = await interaction.client.jobs.get(found["id"])
        await _managed(interaction, job, Verb.USE)
        medium = await _medium(interaction, job, int(found["number"]))
        facts = await Facts.of_interaction(interaction)
        await facts.may_see(job, alone=True)
        await begin(interaction, row, Material(medium.kind, medium), "", _used(row, job))


class ChooseSelect(Pressed, template=r"job:choose"):
    """Which of several results the buttons below are for."""

    async def press(self, interaction: Click, _: Mapping[str, str]) -> None:
        """Put the chosen result's buttons under the message; the files stay where they are."""
        key = next(iter(chosen(interaction)), "")
        job = await interaction.client.jobs.get(key.partition(":")[0])
        await _managed(interaction, job, Verb.USE)
        facts = await Facts.of_interaction(interaction)
        await facts.may_see(job, alone=job.anchor.ephemeral)
        frames = await _standing(interaction, facts, job)
        keys = [f"{each.job.job_id}:{at}" for each in frames for at in range(len(each.results))]
        at = keys.index(key) if key in keys else 0
        where = None if job.anchor.ephemeral else interaction.guild_id
        async with aloud(interaction.client, where):
            card = present_sheet(SheetFrame(frames, chosen=at), interaction.filesize_limit)
        await interaction.response.edit_message(view=card.layout)


async def _managed(interaction: Click, job: Job, verb: Verb) -> None:
    """Ask whether whoever pressed may do this with the job."""
    facts = await Facts.of_interaction(interaction)
    await facts.may_manage(verb, job.owner_id, job.guild_id)


def _used(row: Operation, job: Job) -> dict[str, Any]:
    """What a row's form is filled with: the words that made what it starts from."""
    first = OPERATIONS[job.operation]
    return {row.words: job.body.get(first.words), **(job.body if row is first else {})}


async def _repeated(bot: Vivant, job: Job, changed: Mapping[str, Any]) -> Wish:
    """A job's wish once more, with some of its body changed; the face keeps its name."""
    body = {name: value for name, value in {**job.body, **changed}.items() if value is not None}
    media, inline = {}, {}
    for name, media_id in media_in(job.operation, body):
        if medium := await bot.store.media.get(media_id):
            media[name] = Material(medium.kind, medium)
    for name, media_id in job.inline.items():
        if medium := await bot.store.media.get(media_id):
            inline[name] = medium
    return Wish(
        OPERATIONS[job.operation],
        body,
        private=job.private,
        drawn_names=(str(job.body.get("name", "")),),
        media=media,
        inline=inline,
        intake=tuple(job.intake),
        stock=frozenset(job.stock),
    )


async def _again(interaction: Click, job: Job) -> None:
    """The same once more, with a new seed."""
    await _managed(interaction, job, Verb.USE)
    await submit(interaction, await _repeated(interaction.client, job, {"seed": new_seed()}))


async def _vary(interaction: Click, job: Job) -> None:
    """A form with the words as they were; the seed stays."""
    await _managed(interaction, job, Verb.USE)
    await (await Facts.of_interaction(interaction)).may_see(job, alone=True)
    fields = fields_of(OPERATIONS[job.operation], job.body)
    if not fields:
        raise NotFound("words")
    await interaction.response.send_modal(form("Vary", f"vary:{job.job_id}", *fields))


async def _varied(interaction: Click, found: Mapping[str, str]) -> None:
    """What the form of Vary asks for: an emptied field is left out."""
    job = await interaction.client.jobs.get(found["id"])
    await _managed(interaction, job, Verb.USE)
    changed = given(interaction, OPERATIONS[job.operation])
    await submit(interaction, await _repeated(interaction.client, job, changed))


async def _worded(interaction: Click, found: Mapping[str, str]) -> None:
    """What the form of an operation asks for."""
    row = row_of(found["row"])
    source = await owned(interaction, found["medium"], kinds_of(row))
    await make(interaction, row, source, given(interaction, row))


async def _medium(interaction: Click, job: Job, number: int) -> Medium:
    """The nth result of a job.

    Raises:
        NotFound: There is none.
    """
    media_id = job.media_ids[number] if number < len(job.media_ids) else ""
    if medium := await interaction.client.store.media.get(media_id):
        return medium
    raise NotFound("picture")


async def _standing(interaction: Click, facts: Facts, job: Job) -> tuple[JobFrame, ...]:
    """The frames of a message as it stands, with the names of its files in place of them."""
    bot = interaction.client
    files = files_in(bot, interaction.message) if interaction.message else {}
    frames = []
    for each in await bot.jobs.batch_of(job):
        named = [name for name in files if name.startswith(f"vivant-{each.job_id}-")]
        results = tuple(Result(name, b"-", "") for name in named)
        offers = await offers_here(facts, each)
        frames.append(JobFrame(each, each.state, results=results, offers=offers))
    return tuple(frames)


async def _cancel(interaction: Click, job: Job) -> None:
    """Cancel the job, and the others of its message."""
    await _managed(interaction, job, Verb.STOP)
    await defer(interaction)
    bot = interaction.client
    going = [each for each in await bot.jobs.batch_of(job) if not each.state.ended]
    for each in going or [job]:
        await bot.jobs.cancel(each.job_id)


async def _ping(interaction: Click, job: Job) -> None:
    """Call, or do not call, the person whose job it is."""
    facts = await Facts.of_interaction(interaction)
    await facts.may_manage(Verb.EDIT, job.owner_id, None)
    called = await interaction.client.jobs.ping(job.job_id)
    text = said("I'll call you when it is done." if called else "I won't call you.")
    await interaction.response.send_message(text, ephemeral=True)


async def _delete(interaction: Click, job: Job) -> None:
    """Delete the job; and the message that was pressed, if it is another than the job's own."""
    await _managed(interaction, job, Verb.REMOVE)
    await defer(interaction)
    still_standing = await interaction.client.jobs.delete(job.job_id)
    pressed = interaction.message.id if interaction.message else None
    if pressed != job.anchor.message_id or (job.anchor.ephemeral and not still_standing):
        await interaction.delete_original_response()


class Jobs(FormCog):
    """Shows the queue, and takes in the forms behind buttons."""

    forms: ClassVar = {
        r"vary:(?P<id>\w+)": _varied,
        r"make:(?P<row>\w+):(?P<medium>[\w-]+)": _worded,
    }

    @app_commands.command()
    async def queue(self, interaction: Click) -> None:
        """What runs and waits; yours by name, kept up to date."""
        await mine(interaction, Verb.SEE)
        bot = interaction.client
        frame = bot.jobs.queue(interaction.user.id, until=now() + LIVE)
        card = present(frame, file_limit=interaction.filesize_limit)
        answer = await interaction.response.send_message(view=card.layout, ephemeral=True)
        anchor = anchor_of(interaction, ephemeral=True)
        anchor.message_id = answer.message_id or (await interaction.original_response()).id
        surface = bot.stage.surface(anchor)
        bot.tasks.start(bot.jobs.follow(surface, interaction.user.id), name="view of the queue")


async def setup(bot: Vivant) -> None:
    """Called by the library when the cog is loaded."""
    bot.add_dynamic_items(JobButton, MakeButton, ChooseSelect)
    await bot.add_cog(Jobs())
