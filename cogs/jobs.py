"""What can be done with results: the buttons and menus of pictures and videos, and ``/queue``."""

from collections.abc import Mapping
from typing import Any, ClassVar

import discord
from discord import app_commands, ui
from discord.app_commands import ContextMenu

from bot.app import Vivant
from bot.errors import BadFile, NotFound
from bot.frames import JobFrame, Result, SheetFrame
from bot.operations import OPERATIONS, Kind, Operation
from bot.policy import Verb
from bot.provenance import media_in, starting_body
from bot.store.records import Job, Medium, Origin
from cogs._answers import Click
from cogs._asking import fields_of, given
from cogs._buttons import Pressed, chosen, form
from cogs._drafts import describe
from cogs._files import files_in
from cogs._forms import FormCog
from cogs._frames import present
from cogs._gate import Facts
from cogs._jobcards import in_rows, present_sheet
from cogs._present import button, layout
from cogs._results import details, offers_here, show
from cogs._sources import MEDIA_KINDS, Material, in_message, owned
from cogs._submit import Wish, anchor_of, new_seed, submit


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
        row = _row(found["row"])
        job = await interaction.client.jobs.get(found["id"])
        await _managed(interaction, job, Verb.USE)
        medium = await _medium(interaction, job, int(found["number"]))
        if not row.asks:
            await _make(interaction, row, Material(medium.kind, medium), {})
            return
        facts = await Facts.of_interaction(interaction)
        used = _used(row, job)
        fields = fields_of(row, used, facts)
        await interaction.response.send_modal(
            form(row.label, f"make:{row.name}:{medium.media_id}", *fields)
        )


class MessageButton(Pressed, template=r"from:(?P<what>\w+):(?P<message>\d+)"):
    """Something to do with what a message of this channel shows; "describe" writes about it."""

    async def press(self, interaction: Click, found: Mapping[str, str]) -> None:
        """Look the message up once more, and do it."""
        source = await _looked_up(interaction, found["message"])
        if found["what"] == "describe":
            await describe(interaction, source)
        else:
            await _make(interaction, _row(found["what"]), source, {})


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
        card = present_sheet(SheetFrame(frames, chosen=at), interaction.filesize_limit)
        await interaction.response.edit_message(view=card.layout)


async def _managed(interaction: Click, job: Job, verb: Verb) -> None:
    """Ask whether whoever pressed may do this with the job."""
    facts = await Facts.of_interaction(interaction)
    await facts.may_manage(verb, job.owner_id, job.guild_id)


async def _mine(interaction: Click, verb: Verb) -> None:
    """Ask whether whoever acts may do this with things of their own here."""
    facts = await Facts.of_interaction(interaction)
    await facts.may_manage(verb, interaction.user.id, None)


def _row(name: str) -> Operation:
    """An operation that starts from a medium, by a name that may be forged.

    Raises:
        NotFound: There is none.
    """
    row = OPERATIONS.get(name)
    if row is None or row.source is None:
        raise NotFound("picture")
    return row


def _kinds(row: Operation) -> frozenset[Kind]:
    return frozenset({row.source[1]} if row.source else ())


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
    row = _row(found["row"])
    source = await owned(interaction, found["medium"], _kinds(row))
    await _make(interaction, row, source, given(interaction, row))


async def _make(
    interaction: Click, row: Operation, source: Material, said: Mapping[str, Any]
) -> None:
    """An operation with its defaults and what a form said."""
    if source.kind not in _kinds(row):
        raise BadFile("kind")
    facts = await Facts.of_interaction(interaction)
    rules = facts.bot.settings.rules
    upload = source.medium is None or source.medium.origin is not Origin.OWN
    body = starting_body(row, facts.place, facts.person, rules, upload=upload)
    body |= {name: value for name, value in said.items() if value is not None}
    field = row.source[0] if row.source else ""
    private = source.medium is not None and source.medium.private
    await submit(interaction, Wish(row, body, private=private, media={field: source}), facts)


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
    await interaction.response.defer()
    bot = interaction.client
    going = [each for each in await bot.jobs.batch_of(job) if not each.state.ended]
    for each in going or [job]:
        await bot.jobs.cancel(each.job_id)


async def _ping(interaction: Click, job: Job) -> None:
    """Call, or do not call, the person whose job it is."""
    facts = await Facts.of_interaction(interaction)
    await facts.may_manage(Verb.EDIT, job.owner_id, None)
    called = await interaction.client.jobs.ping(job.job_id)
    text = "I'll call you when it is done." if called else "I won't call you."
    await interaction.response.send_message(text, ephemeral=True)


async def _delete(interaction: Click, job: Job) -> None:
    """Delete the job; and the message that was pressed, if it is another than the job's own."""
    await _managed(interaction, job, Verb.REMOVE)
    await interaction.response.defer()
    still_standing = await interaction.client.jobs.delete(job.job_id)
    pressed = interaction.message.id if interaction.message else None
    if pressed != job.anchor.message_id or (job.anchor.ephemeral and not still_standing):
        await interaction.delete_original_response()


async def _from_message(interaction: Click, message: discord.Message, row: Operation) -> None:
    """An operation on the picture of a message, after a form for its words."""
    await _mine(interaction, Verb.USE)
    await in_message(interaction, message, _kinds(row))  # or say at once that nothing is there
    fields = fields_of(row, {}, await Facts.of_interaction(interaction))
    await interaction.response.send_modal(form(row.label, f"from:{row.name}:{message.id}", *fields))


async def _message_worded(interaction: Click, found: Mapping[str, str]) -> None:
    """The form behind a menu."""
    row = _row(found["row"])
    source = await _looked_up(interaction, found["message"])
    await _make(interaction, row, source, given(interaction, row))


async def _looked_up(interaction: Click, message_id: str) -> Material:
    """What a message of this channel shows: ids may be forged, so no other channel is looked into.

    Raises:
        NotFound: There is no such message, or nothing in it.
        Denied: Whoever asks may not use anything here.
    """
    await _mine(interaction, Verb.USE)
    bot = interaction.client
    place = bot.get_partial_messageable(interaction.channel_id or 0, guild_id=interaction.guild_id)
    bot.lanes.spend()
    try:
        message = await place.fetch_message(int(message_id))
    except discord.HTTPException:
        raise NotFound("source") from None
    return await in_message(interaction, message, MEDIA_KINDS)


async def _more(interaction: Click, message: discord.Message) -> None:
    """What else can be done with what a message shows."""
    await _mine(interaction, Verb.USE)
    source = await in_message(interaction, message, MEDIA_KINDS)
    rows = [row for row in OPERATIONS.values() if row.more and row.source]
    buttons = [
        button(row.label, f"from:{row.name}:{message.id}", emoji=row.button)
        for row in rows
        if source.kind in _kinds(row)
    ]
    if source.kind == "IMAGE":
        buttons.append(button("Describe", f"from:describe:{message.id}", emoji="💬"))
    if source.medium and source.medium.job_id:
        buttons.append(button("Details", f"job:details:{source.medium.job_id}", emoji="🔎"))
    view = layout(ui.TextDisplay("### What shall I do with it?"), *in_rows(buttons))
    await interaction.response.send_message(view=view, ephemeral=True)


def _menus() -> list[ContextMenu]:
    """The message menus: one for each row that has one, and one for the rest."""

    def menu(row: Operation) -> ContextMenu:
        async def use(interaction: Click, message: discord.Message) -> None:
            await _from_message(interaction, message, row)

        return ContextMenu(name=row.menu, callback=use)

    async def more(interaction: Click, message: discord.Message) -> None:
        await _more(interaction, message)

    rows = [menu(row) for row in OPERATIONS.values() if row.menu]
    return [*rows, ContextMenu(name="More…", callback=more)]


class Jobs(FormCog):
    """Shows the queue, and takes in the forms behind buttons."""

    forms: ClassVar = {
        r"vary:(?P<id>\w+)": _varied,
        r"make:(?P<row>\w+):(?P<medium>[\w-]+)": _worded,
        r"from:(?P<row>\w+):(?P<message>\d+)": _message_worded,
    }

    @app_commands.command()
    async def queue(self, interaction: Click) -> None:
        """What runs and waits; yours by name, kept up to date."""
        await _mine(interaction, Verb.SEE)
        bot = interaction.client
        frame = bot.jobs.queue(interaction.user.id)
        card = present(frame, file_limit=interaction.filesize_limit)
        answer = await interaction.response.send_message(view=card.layout, ephemeral=True)
        anchor = anchor_of(interaction, ephemeral=True)
        anchor.message_id = answer.message_id or (await interaction.original_response()).id
        surface = bot.stage.surface(anchor)
        bot.tasks.start(bot.jobs.follow(surface, interaction.user.id), name="view of the queue")


async def setup(bot: Vivant) -> None:
    """Called by the library when the cog is loaded."""
    bot.add_dynamic_items(JobButton, MakeButton, MessageButton, ChooseSelect)
    for menu in _menus():
        bot.tree.add_command(menu)
    await bot.add_cog(Jobs())
