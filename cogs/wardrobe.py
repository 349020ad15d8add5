"""What there is to wear, to pose and to lean on, and trained profiles: browsed, shown, extracted.

The API's lists are the account's; only what the policy allows here is shown. What people took out
of their own pictures comes from our index of their jobs.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import discord
from discord import app_commands, ui

from bot.api import routes
from bot.app import Vivant
from bot.catalogue import Entry
from bot.errors import ApiError, NotFound
from bot.frames import Result
from bot.languages import said
from bot.operations import CLOTHES, IMAGE, PROFILE_IMAGE, TRAINING, Form, Operation
from bot.policy import Send
from bot.store.records import Job
from cogs._answers import Click, defer
from cogs._buttons import Pressed, chosen
from cogs._commands import of_table
from cogs._drafts import offer
from cogs._gate import Facts
from cogs._jobcards import fits, name_of, title_of
from cogs._present import Card, bare, button, layout, pager, picture, plain
from cogs._results import show
from cogs._shelves import SHELVES, entries_here

PAGE_SIZE = 12
LABEL_LIMIT = 100
"""Characters of an option of a select, and of its value (Discord, Components)."""

SEARCHED = 200
"""Own jobs that are looked through for outfits and training pictures."""


@dataclass(frozen=True, slots=True)
class Rack:
    """What can be browsed: a title, the row and the form of the option whose list it is.

    ``own`` is the operation whose results belong beside it.
    """

    title: str
    row: Operation
    form: Form
    own: Operation | None = None


RACKS: Mapping[str, Rack] = {
    "clothes": Rack("Clothes", IMAGE, Form.CLOTHES, own=CLOTHES),
    "poses": Rack("Poses", IMAGE, Form.POSE),
    "styles": Rack("Styles", IMAGE, Form.STYLE),
    "profiles": Rack("Trained profiles", PROFILE_IMAGE, Form.PROFILE, own=TRAINING),
}


class PageButton(Pressed, template=r"shelf:(?P<shelf>\w+):(?P<page>\d+)"):
    """Turns the pages of a list."""

    async def press(self, interaction: Click, found: Mapping[str, str]) -> None:
        """Show that page in the place of this one."""
        view = await _listing(interaction, found["shelf"], int(found["page"]))
        await interaction.edit_original_response(view=view)


class ThingSelect(Pressed, template=r"thing:(?P<shelf>\w+)"):
    """Shows one thing of a list with its picture."""

    async def press(self, interaction: Click, found: Mapping[str, str]) -> None:
        """Show what was chosen: something of the API's, or a result of one's own."""
        value = next(iter(chosen(interaction)), "")
        kind, _, id_ = value.partition(":")
        if kind == "job":
            await show(interaction, await interaction.client.jobs.get(id_), alone=True)
        else:
            await _show_entry(interaction, _rack(found["shelf"]), id_)


class ClothesButton(Pressed, template=r"clothes:describe:(?P<id>[\w-]+)"):
    """Puts clothes into words, with a button that makes a picture of them."""

    async def press(self, interaction: Click, found: Mapping[str, str]) -> None:
        """Have them described, if they may be worn here."""
        facts, clothes_id = await Facts.of_interaction(interaction), found["id"]
        await facts.ask(Send(SHELVES[Form.CLOTHES].operation))
        await defer(interaction, ephemeral=True, thinking=True)
        worn = await entries_here(facts, IMAGE, IMAGE.option_of(Form.CLOTHES))
        stock = frozenset(entry.value for entry in worn)
        path = {"clothesId": clothes_id}
        await facts.ask(Send("get_clothes_description", path, stock=stock))
        api = interaction.client.api
        seen = await api.call(routes.GET_CLOTHES_DESCRIPTION, path=path)
        await offer(interaction, seen.prompt_text, IMAGE)


def _rack(name: str) -> Rack:
    """A list by its name, which may be forged.

    Raises:
        NotFound: There is none.
    """
    if rack := RACKS.get(name):
        return rack
    raise NotFound("entry")


def _browser(shelf: str, name: str, about: str) -> app_commands.Command[Any, [], None]:
    async def browse(interaction: Click) -> None:
        view = await _listing(interaction, shelf, 0)
        await interaction.edit_original_response(view=view)

    return app_commands.Command(name=name, description=about, callback=browse)


async def _listing(interaction: Click, shelf: str, page: int) -> ui.LayoutView:
    """A page of a list, for an answer that is put off while the list is read."""
    rack = _rack(shelf)
    facts = await Facts.of_interaction(interaction)
    await facts.ask(Send(SHELVES[rack.form].operation))
    await defer(interaction, ephemeral=True, thinking=interaction.message is None)
    entries = await entries_here(facts, rack.row, rack.row.option_of(rack.form))
    things = [_line_of_entry(entry) for entry in entries]
    things += [_line_of_job(facts.nameable(job)) for job in await _own(interaction, rack)]
    heading: ui.TextDisplay[Any] = ui.TextDisplay(f"### {said(rack.title)}")
    if not things:
        text = said("There is nothing here that may be used in this place.")
        return layout(heading, ui.TextDisplay(text))
    last = (len(things) - 1) // PAGE_SIZE
    page = min(page, last)
    shown = things[page * PAGE_SIZE :][:PAGE_SIZE]
    lines: ui.TextDisplay[Any] = ui.TextDisplay("\n".join(line for line, _ in shown))
    select: ui.Select[Any] = ui.Select(
        custom_id=f"thing:{shelf}",
        placeholder=said("Look at one"),
        options=[one for _, one in shown],
    )
    rows = [ui.ActionRow(select)]
    return layout(heading, lines, *rows, *pager(f"shelf:{shelf}", page, last))


def _line_of_entry(entry: Entry) -> tuple[str, discord.SelectOption]:
    group = f" ({entry.group.replace('_', ' ').lower()})" if entry.group else ""
    label = bare(entry.name or entry.value, LABEL_LIMIT)
    option = discord.SelectOption(label=label, value=f"entry:{entry.value}"[:LABEL_LIMIT])
    return f"**{plain(entry.name, 80)}**{group} · `{plain(entry.value, 40)}`", option


def _line_of_job(job: Job) -> tuple[str, discord.SelectOption]:
    made = discord.utils.format_dt(job.created, "R")
    option = discord.SelectOption(
        label=said("Yours: {name}", name=name_of(job))[:LABEL_LIMIT], value=f"job:{job.job_id}"
    )
    return f"**{title_of(job)}** · {said('yours, {made}', made=made)}", option


async def _show_entry(interaction: Click, rack: Rack, value: str) -> None:
    facts = await Facts.of_interaction(interaction)
    await facts.ask(Send(SHELVES[rack.form].operation))
    await defer(interaction, ephemeral=True, thinking=True)
    option = rack.row.option_of(rack.form)
    entries = await entries_here(facts, rack.row, option)
    entry = next((each for each in entries if each.value == value), None)
    if entry is None:
        raise NotFound("entry")
    results = await _pictured(interaction, entry)
    use = said(
        "Use it with `/{command}` as `{option}: {name}`.",
        command=rack.row.commands[0],
        option=option.name,
        name=plain(entry.name, 80),
    )
    items: list[ui.Item[Any]] = [ui.TextDisplay(f"### {plain(entry.name, 80)}\n{use}")]
    if results:
        alt = bare(entry.name, LABEL_LIMIT)
        items.append(ui.MediaGallery(*(picture(each, alt) for each in results)))
    if rack.form is Form.CLOTHES:
        describe = button("Describe", f"clothes:describe:{entry.value}", emoji="💬")
        items.append(ui.ActionRow(describe))
    card = Card(layout=layout(*items), results=results, alt=bare(entry.name, LABEL_LIMIT))
    await interaction.edit_original_response(view=card.layout, attachments=card.files())


async def _pictured(interaction: Click, entry: Entry) -> tuple[Result, ...]:
    """A thing's picture, if it has one that can still be fetched; its address may have expired."""
    if not entry.image:
        return ()
    limit = interaction.filesize_limit
    with suppress(ApiError):
        file = await interaction.client.api.download(entry.image, limit=limit, kind="IMAGE")
        extension = file.content_type.rpartition("/")[2]
        shown = Result(f"thing.{extension}", file.content, entry.image)
        return (shown,) if fits(shown, limit) else ()
    return ()


async def _own(interaction: Click, rack: Rack) -> list[Job]:
    """What one made of this kind oneself."""
    jobs = await interaction.client.store.jobs.of_owner(interaction.user.id, limit=SEARCHED)
    return [job for job in jobs if rack.own and job.operation == rack.own.name and job.media_ids]


async def setup(bot: Vivant) -> None:
    """Called by the library when the cog is loaded."""
    bot.add_dynamic_items(PageButton, ThingSelect, ClothesButton)
    wardrobe = app_commands.Group(name="wardrobe", description="Clothes, poses and styles")
    profile = app_commands.Group(name="profile", description="Trained profiles and their pictures")
    for shelf in ("clothes", "poses", "styles"):
        wardrobe.add_command(_browser(shelf, shelf, f"Browse the {shelf} that can be used here."))
    profile.add_command(_browser("profiles", "list", "Browse the profiles that can be used here."))
    groups = {"wardrobe": wardrobe, "profile": profile}
    for name, command in of_table(*groups):
        groups[name].add_command(command)
    for group in groups.values():
        bot.tree.add_command(group)
