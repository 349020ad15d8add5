"""``/gallery`` and ``/show``: one's own finished work, from our index and never the account's list.

Pages hold pictures by fresh addresses. What a page shows is in its buttons: the type, the words
searched for and the page are all that is remembered, and they are in the store for a day.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, Literal

import discord
from discord import app_commands, ui
from discord.app_commands import Choice
from discord.ext import commands

from bot.app import Vivant
from bot.errors import ApiError, NotFound, Unfetched
from bot.frames import Result
from bot.languages import said
from bot.operations import OPERATIONS
from bot.policy import Verb
from bot.store.records import Job, JobState
from cogs._answers import Click, defer
from cogs._buttons import Pressed, chosen
from cogs._completing import recent
from cogs._gate import Facts
from cogs._jobcards import alt_of, fits, label_of, name_of, title_of, words_of
from cogs._kept import keep, kept
from cogs._present import Card, button, layout, pager, picture, question
from cogs._results import show
from cogs._sources import MEDIA_KINDS, owned

PAGE_SIZE = 4
"""Works on a page; their files go up together."""

SEARCHED = 1000
"""Works that a search looks through, newest first."""

VIEW_SECONDS = 24 * 3600.0

Type = Literal["pictures", "videos", "favourites"]
KINDS = {"pictures": "IMAGE", "videos": "VIDEO"}


class PageButton(Pressed, template=r"gallery:(?P<view>\w+):(?P<page>\d+)"):
    """Turns the pages."""

    async def press(self, interaction: Click, found: Mapping[str, str]) -> None:
        """Show that page in the place of this one."""
        await kept(interaction, "gallery", found["view"])
        await defer(interaction)
        await _paint(interaction, found["view"], int(found["page"]))


class WorkButton(
    Pressed, template=r"work:(?P<action>star|ask|delete|keep):(?P<view>\w+):(?P<id>\w+)"
):
    """What can be done with the work that was chosen."""

    async def press(self, interaction: Click, found: Mapping[str, str]) -> None:
        """Mark it, or delete it after one more question."""
        facts, job = await _managed(interaction, found["id"], Verb.EDIT)
        match found["action"]:
            case "star":
                await defer(interaction)
                await _star(interaction, job)
                await _show_work(interaction, found["view"], job)
            case "ask":
                view = _question(facts.nameable(job), found["view"])
                await interaction.response.edit_message(view=view, attachments=[])
            case "delete":
                await _managed(interaction, found["id"], Verb.REMOVE)
                await kept(interaction, "gallery", found["view"])
                await defer(interaction)
                await interaction.client.jobs.delete(job.job_id)
                await _paint(interaction, found["view"], 0)
            case _:
                await kept(interaction, "gallery", found["view"])
                await defer(interaction)
                await _paint(interaction, found["view"], 0)


class WorkSelect(Pressed, template=r"works:(?P<view>\w+)"):
    """Which work of a page the buttons are for."""

    async def press(self, interaction: Click, found: Mapping[str, str]) -> None:
        """Show the chosen work alone, with what can be done with it."""
        _, job = await _managed(interaction, next(iter(chosen(interaction)), ""), Verb.EDIT)
        await defer(interaction)
        await _show_work(interaction, found["view"], job)


class Gallery(commands.Cog):
    """Leafs through finished work."""

    @app_commands.command()
    @app_commands.describe(search="Words of your own prompts", type="Only these")
    async def gallery(
        self,
        interaction: Click,
        search: str | None = None,
        type: Type | None = None,  # noqa: A002 - what people see
    ) -> None:
        """Leaf through what you made."""
        facts = await Facts.of_interaction(interaction)
        await facts.may_manage(Verb.SEE, interaction.user.id, None)
        wanted = {"search": search or "", "type": type or ""}
        key = await keep(interaction, "gallery", wanted, VIEW_SECONDS)
        await defer(interaction, ephemeral=True, thinking=True)
        await _paint(interaction, key, 0)

    @app_commands.command()
    @app_commands.describe(result="Which of your results", private="Only you see it")
    async def show(self, interaction: Click, result: str, private: bool = False) -> None:
        """Show one of your results here, with working buttons."""
        facts = await Facts.of_interaction(interaction)
        await facts.may_manage(Verb.SEE, interaction.user.id, None)
        source = await owned(interaction, result, MEDIA_KINDS)
        medium = source.medium
        if medium is None or medium.job_id is None:
            raise NotFound("picture")
        job = await interaction.client.jobs.get(medium.job_id)
        await show(interaction, job, alone=private)

    @show.autocomplete("result")
    async def results(self, interaction: Click, current: str) -> list[Choice[str]]:
        """One's own results."""
        return await recent(interaction, current, MEDIA_KINDS, fits=lambda one: one.job_id)


async def _managed(interaction: Click, job_id: str, verb: Verb) -> tuple[Facts, Job]:
    """A work, if whoever presses may do this with it.

    Raises:
        NotFound: There is none (any more).
        Denied: It is somebody else's.
    """
    job = await interaction.client.jobs.get(job_id)
    facts = await Facts.of_interaction(interaction)
    await facts.may_manage(verb, job.owner_id, None)
    return facts, job


async def _works(bot: Vivant, owner_id: int, wanted: Mapping[str, Any]) -> list[Job]:
    """One's finished jobs that fit, newest first."""
    jobs = await bot.store.jobs.of_owner(owner_id, limit=SEARCHED)
    found = [job for job in jobs if job.state is JobState.DONE and _fits(job, wanted)]
    if wanted["type"] != "favourites":
        return found
    media = await bot.store.media.of_owner(owner_id, limit=SEARCHED)
    starred = {medium.media_id for medium in media if medium.favourite}
    return [job for job in found if starred & {*job.media_ids}]


def _fits(job: Job, wanted: Mapping[str, Any]) -> bool:
    kind = KINDS.get(wanted["type"])
    if kind and OPERATIONS[job.operation].wants != kind:
        return False
    return str(wanted["search"]).casefold() in words_of(job).casefold()


async def _paint(interaction: Click, key: str, page: int) -> None:
    """Put a page into the answer of an interaction that was deferred."""
    wanted = await kept(interaction, "gallery", key)
    works = await _works(interaction.client, interaction.user.id, wanted)
    last = max(0, (len(works) - 1) // PAGE_SIZE)
    page = min(page, last)
    shown = works[page * PAGE_SIZE :][:PAGE_SIZE]
    facts = await Facts.of_interaction(interaction)
    results = await _results(interaction, facts, shown)
    card = _page(
        key, [facts.nameable(job) for job in shown], results, page, last, interaction.filesize_limit
    )
    await interaction.edit_original_response(view=card.layout, attachments=card.files())


async def _results(
    interaction: Click, facts: Facts, jobs: Sequence[Job]
) -> list[tuple[Job, Result]]:
    """The pictures of a page; works that may not be shown here, or are gone, have none."""
    found = []
    for job in jobs:
        if await facts.sees(job):
            with suppress(ApiError, Unfetched):
                found += [(job, each) for each in await interaction.client.jobs.results(job)]
    return found


def _page(
    key: str,
    works: Sequence[Job],
    results: Sequence[tuple[Job, Result]],
    page: int,
    last: int,
    file_limit: int,
) -> Card:
    if not works:
        return Card(
            layout=layout(
                ui.TextDisplay(f"### {said('Gallery')}\n{said('Nothing of yours fits.')}")
            )
        )
    fit = [(job, each) for job, each in results if fits(each, file_limit)]
    items: list[ui.Item[Any]] = [ui.TextDisplay(f"### {said('Gallery')}")]
    if fit:
        items.append(ui.MediaGallery(*(picture(each, alt_of(job)) for job, each in fit)))
    lines = [f"{n}. {_line(job)}" for n, job in enumerate(works, start=1)]
    items.append(ui.TextDisplay("\n".join(lines)))
    items.append(ui.ActionRow(_select(key, works)))
    items += pager(f"gallery:{key}", page, last)
    files = tuple(each for _, each in fit)
    return Card(layout=layout(*items), results=files, alt=said("Your work"))


def _line(job: Job) -> str:
    made = discord.utils.format_dt(job.created, "R")
    return f"**{label_of(job)}** {title_of(job)} · {made}"


def _select(key: str, works: Sequence[Job]) -> ui.Select[Any]:
    options = [
        discord.SelectOption(label=f"{n}. {name_of(job)}", value=job.job_id)
        for n, job in enumerate(works, start=1)
    ]
    return ui.Select(custom_id=f"works:{key}", placeholder=said("Choose one"), options=options)


async def _show_work(interaction: Click, key: str, job: Job) -> None:
    """One work in the answer of an interaction that was deferred."""
    facts = await Facts.of_interaction(interaction)
    results = await _results(interaction, facts, [job])
    job = facts.nameable(job)
    media = [await interaction.client.store.media.get(media_id) for media_id in job.media_ids]
    starred = any(medium is not None and medium.favourite for medium in media)
    files = tuple(each for _, each in results if fits(each, interaction.filesize_limit))
    items: list[ui.Item[Any]] = [ui.TextDisplay(_line(job))]
    if files:
        items.append(ui.MediaGallery(*(picture(each, alt_of(job)) for each in files)))
    view = layout(*items, _work_buttons(key, job, starred=starred))
    card = Card(layout=view, results=files, alt=alt_of(job))
    await interaction.edit_original_response(view=card.layout, attachments=card.files())


def _work_buttons(key: str, job: Job, *, starred: bool) -> ui.ActionRow[Any]:
    star = said("No favourite" if starred else "Favourite")
    return ui.ActionRow(
        button("Show here", f"job:here:{job.job_id}", emoji="📌"),
        button("Details", f"job:details:{job.job_id}", emoji="🔎"),
        button(star, f"work:star:{key}:{job.job_id}", emoji="⭐"),
        button("Delete", f"work:ask:{key}:{job.job_id}", emoji="🗑️"),
        button("Back", f"gallery:{key}:0", emoji="◀️"),
    )


def _question(job: Job, key: str) -> ui.LayoutView:
    text = f"{said('Delete this for good, at the AI service too?')}\n> {title_of(job)}"
    do, keep = (f"work:{each}:{key}:{job.job_id}" for each in ("delete", "keep"))
    return question(text, "Delete it", do, "Keep it", keep)


async def _star(interaction: Click, job: Job) -> None:
    """Mark the work as a favourite, or no longer."""
    store = interaction.client.store
    for media_id in job.media_ids:
        if medium := await store.media.get(media_id):
            medium.favourite = not medium.favourite
            await store.media.save(medium)


async def setup(bot: Vivant) -> None:
    """Called by the library when the cog is loaded."""
    bot.add_dynamic_items(PageButton, WorkButton, WorkSelect)
    await bot.add_cog(Gallery())
