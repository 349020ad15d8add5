"""What can be done with results: the buttons and menus of pictures and videos, and ``/queue``."""

from collections.abc import Mapping
from typing import Any

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.app import Vivant
from bot.errors import NotFound
from bot.operations import OPERATIONS, Kind, Operation, Option
from bot.policy import Verb
from bot.provenance import media_in, offered, starting_body
from bot.sheets import JobFrame, Result, SheetFrame
from bot.store.records import Job, Medium, Origin
from cogs._answers import Click, tell_error
from cogs._buttons import Pressed, answers, form, text_field
from cogs._commands import MEDIA_KINDS
from cogs._files import files_in
from cogs._frames import present
from cogs._gate import Facts
from cogs._jobcards import present_sheet
from cogs._results import details, show
from cogs._sources import Material, in_message, owned
from cogs._submit import Wish, anchor_of, new_seed, submit

FORM_FIELDS = 5
"""Inputs that a form takes at most (Discord, Modals)."""


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
        medium = await _medium(interaction, found["id"], int(found["number"]))
        row = OPERATIONS.get(found["row"])
        if row is None:
            raise NotFound("picture")
        if row.asks:
            await interaction.response.send_modal(_words_form(row, medium))
        else:
            await _make(interaction, row, Material(medium.kind, medium), {})


class ChooseSelect(ui.DynamicItem[ui.Select[Any]], template=r"job:choose"):
    """Which of several results the buttons below are for."""

    @classmethod
    async def from_custom_id(cls, _: Click, item: ui.Select[Any], __: Any) -> "ChooseSelect":  # type: ignore[override]
        """Called by the library for every choice."""
        return cls(item)

    async def callback(self, interaction: Click) -> None:  # type: ignore[override]
        """Put the chosen result's buttons under the message."""
        try:
            await _choose(interaction, self.item.values[0])
        except Exception as error:  # noqa: BLE001 - the library would swallow it unseen
            await tell_error(interaction, error)


class Jobs(commands.Cog):
    """Shows the queue, and takes in the forms behind buttons."""

    @app_commands.command()
    async def queue(self, interaction: Click) -> None:
        """What runs and waits; yours by name, kept up to date."""
        bot = interaction.client
        frame = bot.jobs.queue(interaction.user.id)
        card = present(frame, file_limit=interaction.filesize_limit)
        answer = await interaction.response.send_message(view=card.layout, ephemeral=True)
        anchor = anchor_of(interaction, ephemeral=True)
        anchor.message_id = answer.message_id
        surface = bot.stage.surface(anchor)
        bot.tasks.start(bot.jobs.follow(surface, interaction.user.id), name="view of the queue")

    @commands.Cog.listener()
    async def on_interaction(self, interaction: Click) -> None:
        """Take in submitted forms, also ones that were opened before a restart."""
        if interaction.type is not discord.InteractionType.modal_submit:
            return
        name, _, rest = str(dict(interaction.data or {}).get("custom_id")).partition(":")
        answer = FORMS.get(name)
        if answer is None:
            return
        try:
            await answer(interaction, rest)
        except Exception as error:  # noqa: BLE001 - the library would swallow it unseen
            await tell_error(interaction, error)


async def _managed(interaction: Click, job: Job, verb: Verb) -> None:
    """Ask whether whoever pressed may do this with the job."""
    facts = await Facts.of_interaction(interaction)
    await facts.may_manage(verb, job.owner_id, job.guild_id)


async def _repeated(bot: Vivant, job: Job, changed: Mapping[str, Any]) -> Wish:
    """A job's wish once more, with some of its body changed; the face keeps its name."""
    body = {name: value for name, value in {**job.body, **changed}.items() if value is not None}
    store = bot.store
    media = {}
    for name, media_id in media_in(job.operation, body):
        if medium := await store.media.get(media_id):
            media[name] = Material(medium.kind, medium)
    inline = {}
    for name, media_id in job.inline.items():
        if medium := await store.media.get(media_id):
            inline[name] = medium
    return Wish(
        OPERATIONS[job.operation],
        body,
        private=job.private,
        drawn_names=(str(job.body.get("name", "")),),
        media=media,
        inline=inline,
        stock=frozenset(job.stock),
    )


async def _again(interaction: Click, job: Job) -> None:
    """The same once more, with a new seed."""
    await _managed(interaction, job, Verb.USE)
    await submit(interaction, await _repeated(interaction.client, job, {"seed": new_seed()}))


async def _vary(interaction: Click, job: Job) -> None:
    """A form with the words as they were; the seed stays."""
    await _managed(interaction, job, Verb.USE)
    row = OPERATIONS[job.operation]
    options = [one for one in row.texts if one.field != "seed"][:FORM_FIELDS]
    fields = [_field(row, one, str(job.body.get(one.field) or "")) for one in options]
    await interaction.response.send_modal(form("Vary", f"vary:{job.job_id}", *fields))


async def _varied(interaction: Click, job_id: str) -> None:
    """What the form of Vary asks for: an emptied field is left out."""
    job = await interaction.client.jobs.get(job_id)
    await _managed(interaction, job, Verb.USE)
    row = OPERATIONS[job.operation]
    given = answers(interaction)
    shown = [one for one in row.texts if one.field != "seed"][:FORM_FIELDS]
    changed = {one.field: given.get(one.field) for one in shown}
    await submit(interaction, await _repeated(interaction.client, job, changed))


def _field(row: Operation, option: Option, value: str = "") -> Any:
    bounds = row.bounds(option)
    limit = int(bounds.most or 1000)
    required = bounds.required or (row.asks and option.field == row.words)
    name = option.name.replace("_", " ").capitalize()
    return text_field(
        name, option.field, limit, long=limit > 200, hint=option.hint, value=value, must=required
    )


def _words_form(row: Operation, medium: Medium) -> ui.Modal:
    """A form over the words of an operation."""
    options = [one for one in row.texts if one.field != "seed"][:FORM_FIELDS]
    fields = [_field(row, one) for one in options]
    return form(row.label, f"make:{row.name}:{medium.media_id}", *fields)


async def _worded(interaction: Click, rest: str) -> None:
    """What the form of an operation asks for."""
    name, _, media_id = rest.partition(":")
    row = OPERATIONS[name]
    kinds: frozenset[Kind] = frozenset({row.source[1]}) if row.source else frozenset()
    await _make(interaction, row, await owned(interaction, media_id, kinds), answers(interaction))


FORMS = {"vary": _varied, "make": _worded}


async def _make(
    interaction: Click, row: Operation, source: Material, given: Mapping[str, Any]
) -> None:
    """An operation with its defaults and these words."""
    facts = await Facts.of_interaction(interaction)
    rules = facts.bot.settings.rules
    upload = source.medium is None or source.medium.origin is not Origin.OWN
    body = {**starting_body(row, facts.place, facts.person, rules, upload=upload), **given}
    field = row.source[0] if row.source else ""
    private = source.medium is not None and source.medium.private
    await submit(interaction, Wish(row, body, private=private, media={field: source}), facts)


async def _medium(interaction: Click, job_id: str, number: int) -> Medium:
    """The nth result of a job, if whoever presses may use it."""
    job = await interaction.client.jobs.get(job_id)
    await _managed(interaction, job, Verb.USE)
    made = {one.media_id: one for one in await interaction.client.store.media.of_job(job_id)}
    if number >= len(job.media_ids) or job.media_ids[number] not in made:
        raise NotFound("picture")
    return made[job.media_ids[number]]


async def _choose(interaction: Click, key: str) -> None:
    """Show the buttons of one of several results; the files stay where they are."""
    job = await interaction.client.jobs.get(key.partition(":")[0])
    await _managed(interaction, job, Verb.USE)
    frames = await _standing(interaction, job)
    keys = [f"{each.job.job_id}:{at}" for each in frames for at in range(len(each.results))]
    chosen = keys.index(key) if key in keys else 0
    card = present_sheet(SheetFrame(frames, chosen=chosen), interaction.filesize_limit)
    await interaction.response.edit_message(view=card.layout)


async def _standing(interaction: Click, job: Job) -> tuple[JobFrame, ...]:
    """The frames of a message as it stands, with the names of its files in place of them."""
    bot = interaction.client
    files = files_in(bot, interaction.message) if interaction.message else {}
    facts = await Facts.of_interaction(interaction)
    frames = []
    for each in await bot.store.jobs.of_batch(job.batch) if job.batch else [job]:
        named = [name for name in files if name.startswith(f"vivant-{each.job_id}-")]
        results = tuple(Result(name, b"-", "") for name in named)
        made = await bot.store.media.of_job(each.job_id)
        rules = bot.settings.rules
        rows = offered(made[0], facts.place, facts.person, rules) if made else ()
        offers = tuple(row.name for row in rows)
        frames.append(JobFrame(each, each.state, results=results, offers=offers))
    return tuple(frames)


async def _cancel(interaction: Click, job: Job) -> None:
    """Cancel the job, and the others of its message."""
    await _managed(interaction, job, Verb.STOP)
    await interaction.response.defer()
    bot = interaction.client
    for each in await bot.store.jobs.of_batch(job.batch) if job.batch else [job]:
        if not each.state.ended:
            await bot.jobs.cancel(each.job_id)


async def _ping(interaction: Click, job: Job) -> None:
    """Call, or do not call, the person whose job it is."""
    facts = await Facts.of_interaction(interaction)
    await facts.may_manage(Verb.EDIT, job.owner_id, None)
    called = await interaction.client.jobs.ping(job.job_id)
    text = "I'll call you when it is done." if called else "I won't call you."
    await interaction.response.send_message(text, ephemeral=True)


async def _delete(interaction: Click, job: Job) -> None:
    await _managed(interaction, job, Verb.REMOVE)
    await interaction.response.defer()
    await interaction.client.jobs.delete(job.job_id)


async def _from_message(interaction: Click, message: discord.Message, row: Operation) -> None:
    """An operation on the picture of a message, after a form for its words."""
    kinds: frozenset[Kind] = frozenset({row.source[1]}) if row.source else frozenset()
    source = await in_message(interaction, message, kinds)
    if source.medium:
        await interaction.response.send_modal(_words_form(row, source.medium))
        return
    options = [one for one in row.texts if one.field != "seed"][:FORM_FIELDS]
    name = f"menu:{row.name}:{message.channel.id}:{message.id}"
    await interaction.response.send_modal(
        form(row.label, name, *(_field(row, one) for one in options))
    )


async def _menu_worded(interaction: Click, rest: str) -> None:
    """The form behind a menu on somebody's own picture: the message is looked up once more."""
    name, channel_id, message_id = rest.split(":")
    row = OPERATIONS[name]
    kinds: frozenset[Kind] = frozenset({row.source[1]}) if row.source else frozenset()
    place = interaction.client.get_partial_messageable(int(channel_id))
    try:
        message = await place.fetch_message(int(message_id))
    except discord.HTTPException:
        raise NotFound("source") from None
    source = await in_message(interaction, message, kinds)
    await _make(interaction, row, source, answers(interaction))


FORMS["menu"] = _menu_worded


async def _more(interaction: Click, message: discord.Message) -> None:
    """What else can be done with the result that a message shows."""
    source = await in_message(interaction, message, MEDIA_KINDS)
    if source.medium is None or source.medium.job_id is None:
        raise NotFound("picture")
    job = await interaction.client.jobs.get(source.medium.job_id)
    await details(interaction, job)


def _menus() -> list[app_commands.ContextMenu]:
    """The message menus: one for each row that has one, and one for the rest."""

    def menu(row: Operation) -> app_commands.ContextMenu:
        async def use(interaction: Click, message: discord.Message) -> None:
            await _from_message(interaction, message, row)

        return app_commands.ContextMenu(name=row.menu, callback=use)

    async def more(interaction: Click, message: discord.Message) -> None:
        await _more(interaction, message)

    rows = [menu(row) for row in OPERATIONS.values() if row.menu]
    return [*rows, app_commands.ContextMenu(name="More…", callback=more)]


async def setup(bot: Vivant) -> None:
    """Called by the library when the cog is loaded."""
    bot.add_dynamic_items(JobButton, MakeButton, ChooseSelect)
    for menu in _menus():
        bot.tree.add_command(menu)
    await bot.add_cog(Jobs())
