"""Which part of a picture is to change: picked on a grid of the picture, where no mask is given.

What was asked for waits in the store for a day under its key; the select on the grid submits it,
as often as somebody picks.
"""

import asyncio
from typing import Any

import discord
from discord import ui

from bot import images
from bot.app import Vivant
from bot.errors import NotFound
from bot.frames import Result
from bot.languages import said
from bot.operations import OPERATIONS
from bot.store.records import Intake
from cogs._answers import Click, defer
from cogs._kept import keep, kept
from cogs._present import Card, layout, picture
from cogs._sources import Material
from cogs._submit import Wish, submit

WAITS_SECONDS = 24 * 3600.0
"""How long a wish waits for its region."""

GRID = "The picture with a grid of nine numbered parts"


async def ask_for_region(interaction: Click, wish: Wish, field: str) -> None:
    """Show the picture with a grid on it, to whoever asked, once the policy allowed the wish.

    Raises:
        ApiError, BadFile: The picture is not to be had.
    """
    await defer(interaction, ephemeral=True, thinking=True)
    source = next(iter(wish.media.values()))
    file = source.intake(field) if source.file else None
    content = await interaction.client.jobs.intakes.picture(source.medium, file)
    drawn = await asyncio.to_thread(images.with_grid, content)
    key = await keep(interaction, "region", _written(wish, field), WAITS_SECONDS)
    shown = Result("grid.jpg", drawn, "")
    view = layout(
        ui.TextDisplay(f"### {said('Which part is to change?')}"),
        ui.MediaGallery(picture(shown, said(GRID))),
        ui.ActionRow(_select(key)),
    )
    card = Card(layout=view, results=(shown,), alt=said(GRID))
    await interaction.edit_original_response(view=card.layout, attachments=card.files())


async def picked(interaction: Click, key: str, cells: list[str]) -> None:
    """Submit the wish that waits, for the parts that were picked.

    Raises:
        NotFound: It waits no longer, or is somebody else's.
    """
    bot = interaction.client
    waiting = await kept(interaction, "region", key)
    known = [cell for cell in cells if cell in images.CELLS]
    if not known:
        raise NotFound("draft")
    await submit(interaction, await _read(bot, waiting, " ".join(known)))


def _select(key: str) -> ui.Select[Any]:
    options = [
        discord.SelectOption(label=said("Part {cell}", cell=cell), value=cell)
        for cell in images.CELLS
    ]
    return ui.Select(
        custom_id=f"region:{key}",
        placeholder=said("One part or several"),
        options=options,
        max_values=len(options),
    )


def _written(wish: Wish, field: str) -> dict[str, Any]:
    """A wish as JSON; of media their ids, which are looked up again."""
    media = {name: one.medium.media_id for name, one in wish.media.items() if one.medium}
    files = [one.intake(name).model_dump() for name, one in wish.media.items() if one.file]
    return {
        "operation": wish.operation.name,
        "body": wish.body,
        "private": wish.private,
        "media": media,
        "files": files,
        "field": field,
    }


async def _read(bot: Vivant, waiting: dict[str, Any], region: str) -> Wish:
    media = {}
    for name, media_id in waiting["media"].items():
        medium = await bot.store.media.get(media_id)
        if medium is None:
            raise NotFound("source")
        media[name] = Material(medium.kind, medium)
    return Wish(
        OPERATIONS[waiting["operation"]],
        waiting["body"],
        waiting["private"],
        media=media,
        intake=tuple(Intake(**each) for each in waiting["files"]),
        regions={waiting["field"]: region},
    )
