"""What there is to wear, to pose and to lean on, and trained profiles: browsed and extracted.

The API's lists are the account's; only what the policy allows here is shown. What people made of
it is in their gallery.
"""

from collections.abc import Mapping
from typing import Any

from discord import app_commands, ui

from bot.app import Vivant
from bot.catalogue import Entry
from bot.operations import CLOTHES, IMAGE, PROFILE_IMAGE, Form, Operation, Option
from bot.store.records import Job
from cogs._answers import Click
from cogs._buttons import Pressed
from cogs._commands import entries_here, of_table
from cogs._jobcards import title_of
from cogs._present import button, layout, plain

PAGE_SIZE = 12


def _option(row: Operation, form: Form) -> Option:
    return next(one for one in row.options if row.bounds(one).form is form)


SHELVES: Mapping[str, tuple[str, Operation, Option]] = {
    "clothes": ("Clothes", IMAGE, _option(IMAGE, Form.CLOTHES)),
    "poses": ("Poses", IMAGE, _option(IMAGE, Form.POSE)),
    "styles": ("Styles", IMAGE, _option(IMAGE, Form.STYLE)),
    "profiles": ("Trained profiles", PROFILE_IMAGE, _option(PROFILE_IMAGE, Form.PROFILE)),
}
"""What can be browsed: a title, and the row's option whose list it is."""


class ShelfButton(Pressed, template=r"shelf:(?P<shelf>\w+):(?P<page>\d+)"):
    """Turns the pages of a list."""

    async def press(self, interaction: Click, found: Mapping[str, str]) -> None:
        """Show that page in the place of this one."""
        view = await _listing(interaction, found["shelf"], int(found["page"]))
        await interaction.response.edit_message(view=view)


def _browser(shelf: str, name: str, about: str) -> app_commands.Command[Any, [], None]:
    async def browse(interaction: Click) -> None:
        view = await _listing(interaction, shelf, 0)
        await interaction.response.send_message(view=view, ephemeral=True)

    return app_commands.Command(name=name, description=about, callback=browse)


async def _listing(interaction: Click, shelf: str, page: int) -> ui.LayoutView:
    title, row, option = SHELVES[shelf]
    entries = await entries_here(interaction, row, option)
    extracted = await _extracted(interaction) if shelf == "clothes" else []
    lines = [_line(entry, option.name) for entry in entries]
    lines += [f"**{title_of(job)}**: taken from a picture of yours" for job in extracted]
    if not lines:
        text = "There is nothing here that may be used in this place."
        return layout(ui.TextDisplay(f"### {title}"), ui.TextDisplay(text))
    last = (len(lines) - 1) // PAGE_SIZE
    page = min(page, last)
    shown = lines[page * PAGE_SIZE :][:PAGE_SIZE]
    heading: ui.TextDisplay[Any] = ui.TextDisplay(f"### {title}")
    body: ui.TextDisplay[Any] = ui.TextDisplay("\n".join(shown))
    if not last:
        return layout(heading, body)
    back = button(None, f"shelf:{shelf}:{max(0, page - 1)}", emoji="◀️", disabled=page == 0)
    count = button(f"{page + 1}/{last + 1}", "shelf:count", disabled=True)
    on = button(None, f"shelf:{shelf}:{page + 1}", emoji="▶️", disabled=page == last)
    return layout(heading, body, ui.ActionRow(back, count, on))


def _line(entry: Entry, option: str) -> str:
    group = f" ({entry.group.replace('_', ' ').lower()})" if entry.group else ""
    return f"**{plain(entry.name, 80)}**{group} · `{option}:{plain(entry.value, 40)}`"


async def _extracted(interaction: Click) -> list[Job]:
    """One's own outfits that were taken out of pictures."""
    jobs = await interaction.client.store.jobs.of_owner(interaction.user.id, limit=200)
    return [job for job in jobs if job.operation == CLOTHES.name and job.media_ids]


async def setup(bot: Vivant) -> None:
    """Called by the library when the cog is loaded."""
    bot.add_dynamic_items(ShelfButton)
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
