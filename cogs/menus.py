"""Message menus: what can be done with the picture or video that a message shows.

A result of the bot is known by its record; anything else is somebody's file, so an upload.
"""

from collections.abc import Mapping
from typing import ClassVar

import discord
from discord import ui
from discord.app_commands import ContextMenu

from bot.app import Vivant
from bot.errors import NotFound
from bot.languages import said
from bot.operations import OPERATIONS, Operation
from bot.policy import Send, Verb
from bot.provenance import starting_body
from cogs._answers import Click
from cogs._asking import given
from cogs._buttons import Pressed
from cogs._drafts import describe
from cogs._forms import FormCog
from cogs._gate import Facts
from cogs._jobcards import in_rows
from cogs._media import kinds_of, make, mine, row_of
from cogs._present import button, layout
from cogs._scripts import begin
from cogs._sources import MEDIA_KINDS, Material, in_message
from cogs._submit import Wish, ordered


class MessageButton(Pressed, template=r"from:(?P<what>\w+):(?P<message>\d+)"):
    """Something to do with what a message of this channel shows; "describe" writes about it."""

    async def press(self, interaction: Click, found: Mapping[str, str]) -> None:
        """Look the message up once more, and do it."""
        source = await _looked_up(interaction, found["message"])
        if found["what"] == "describe":
            await describe(interaction, source)
        else:
            row = row_of(found["what"])
            await begin(interaction, row, source, f"from:{row.name}:{found['message']}")


async def _from_message(interaction: Click, message: discord.Message, row: Operation) -> None:
    """An operation on the picture of a message, after a form for its words."""
    await mine(interaction, Verb.USE)
    source = await in_message(interaction, message, kinds_of(row))
    await begin(interaction, row, source, f"from:{row.name}:{message.id}")


async def _message_worded(interaction: Click, found: Mapping[str, str]) -> None:
    """The form behind a menu."""
    row = row_of(found["row"])
    source = await _looked_up(interaction, found["message"])
    await make(interaction, row, source, given(interaction, row))


async def _looked_up(interaction: Click, message_id: str) -> Material:
    """What a message of this channel shows: ids may be forged, so no other channel is looked into.

    Raises:
        NotFound: There is no such message, or nothing in it.
        Denied: Whoever asks may not use anything here.
    """
    await mine(interaction, Verb.USE)
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
    await mine(interaction, Verb.USE)
    source = await in_message(interaction, message, MEDIA_KINDS)
    facts = await Facts.of_interaction(interaction)
    rows = [row for row in OPERATIONS.values() if row.more and row.source]
    buttons = [
        button(row.label, f"from:{row.name}:{message.id}", emoji=row.button)
        for row in rows
        if source.kind in kinds_of(row) and facts.allows(_asked(facts, row, source))
    ]
    if source.kind == "IMAGE":
        buttons.append(button("Describe", f"from:describe:{message.id}", emoji="💬"))
    if source.medium and source.medium.job_id:
        buttons.append(button("Details", f"job:details:{source.medium.job_id}", emoji="🔎"))
    view = layout(ui.TextDisplay(f"### {said('What shall I do with it?')}"), *in_rows(buttons))
    await interaction.response.send_message(view=view, ephemeral=True)


def _asked(facts: Facts, row: Operation, source: Material) -> Send:
    """What pressing a row's button would send, if nothing else is chosen."""
    body = starting_body(
        row, facts.place, facts.person, facts.bot.settings.rules, upload=source.is_upload
    )
    media = {row.source[0]: source} if row.source else {}
    order = ordered(Wish(row, body, media=media), facts.person.person_id)
    return Send(row.name, order.body, order.sources)


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


class Menus(FormCog):
    """Takes in the forms behind menus."""

    forms: ClassVar = {r"from:(?P<row>\w+):(?P<message>\d+)": _message_worded}


async def setup(bot: Vivant) -> None:
    """Called by the library when the cog is loaded."""
    bot.add_dynamic_items(MessageButton)
    for menu in _menus():
        bot.tree.add_command(menu)
    await bot.add_cog(Menus())
