"""Characters: who people talk to."""

from collections.abc import Mapping
from typing import Any, cast

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.api import compose, routes
from bot.api.models.characters import CreateCharacter
from bot.app import Vivant
from bot.policy import Send
from bot.store.records import Character
from cogs._answers import Click, tell_error
from cogs._buttons import Pressed, answers, form, text_field
from cogs._gate import Facts
from cogs._present import button, layout, plain

FORM = "character:create"
PAGE_SIZE = 8
BIO_LIMIT = 300


class PageButton(Pressed, template=r"characters:page:(?P<page>\d+)"):
    """Turns the pages of one's own list."""

    async def press(self, interaction: Click, found: Mapping[str, str]) -> None:
        """Show that page in the place of this one."""
        view = await _listing(interaction, int(found["page"]))
        await interaction.response.edit_message(view=view)


class Characters(commands.Cog):
    """Creates and lists characters."""

    character = app_commands.Group(name="character", description="Characters to live scenes with")

    @character.command()
    async def create(self, interaction: Click) -> None:
        """Create a character: a form asks for name, bios and first message."""
        await interaction.response.send_modal(
            form(
                "New character",
                FORM,
                text_field("Name", "name", 50),
                text_field("In one line", "short_bio", 1000, hint="Shown in lists"),
                text_field("Who they are", "bio", 4000, long=True, hint="Personality, past, place"),
                text_field("First message", "first_message", 4000, long=True),
            )
        )

    @character.command(name="list")
    async def list_(self, interaction: Click) -> None:
        """List your characters and those shared with this server."""
        view = await _listing(interaction, 0)
        await interaction.response.send_message(view=view, ephemeral=True)

    @commands.Cog.listener()
    async def on_interaction(self, interaction: Click) -> None:
        """Take in the submitted form, also one that was opened before a restart."""
        if interaction.type is not discord.InteractionType.modal_submit:
            return
        if dict(interaction.data or {}).get("custom_id") != FORM:
            return
        try:
            await _create(interaction)
        except Exception as error:  # noqa: BLE001 - the library would swallow it unseen
            await tell_error(interaction, error)


async def _create(interaction: Click) -> None:
    given = answers(interaction)
    card = cast("CreateCharacter", compose(routes.CREATE_CHAT_CHARACTER, given))
    facts = await Facts.of_interaction(interaction)
    await facts.ask(Send("create_chat_character", card.wire()))
    await interaction.response.defer(ephemeral=True, thinking=True)
    made = await interaction.client.library.create_character(interaction.user.id, card)
    view = layout(
        ui.TextDisplay(f"### {plain(made.name)} is ready"),
        ui.TextDisplay(f"Meet them with `/chat start character:{plain(made.name)}`."),
    )
    await interaction.edit_original_response(view=view)


async def _listing(interaction: Click, page: int) -> ui.LayoutView:
    found = await interaction.client.library.characters(interaction.user.id, interaction.guild_id)
    if not found:
        return layout(ui.TextDisplay("You have no characters yet. `/character create` makes one."))
    last = (len(found) - 1) // PAGE_SIZE
    page = min(page, last)
    facts = await Facts.of_interaction(interaction)
    shown = [facts.presentable(each) for each in found[page * PAGE_SIZE :][:PAGE_SIZE]]
    items: list[ui.Item[Any]] = [
        ui.TextDisplay("### Characters"),
        ui.TextDisplay("\n".join(map(_line, shown))),
    ]
    if not last:
        return layout(*items)
    back = button(None, f"characters:page:{max(0, page - 1)}", emoji="◀️", disabled=page == 0)
    count = button(f"{page + 1}/{last + 1}", "characters:count", disabled=True)
    on = button(None, f"characters:page:{page + 1}", emoji="▶️", disabled=page == last)
    return layout(*items, ui.ActionRow(back, count, on))


def _line(character: Character) -> str:
    return f"**{plain(character.name)}**: {plain(character.short_bio, BIO_LIMIT)}"


async def setup(bot: Vivant) -> None:
    """Called by the library when the cog is loaded."""
    bot.add_dynamic_items(PageButton)
    await bot.add_cog(Characters())
