"""Characters: who people talk to."""

import io
from collections.abc import Mapping
from typing import ClassVar, Literal

import discord
from discord import app_commands, ui
from discord.app_commands import Choice, Range

from bot import cards
from bot.app import Vivant
from bot.errors import OverLimit
from bot.languages import said
from bot.policy import Send, Verb
from bot.store.records import Character
from cogs import _sketches
from cogs._answers import Click, in_time, say
from cogs._buttons import Pressed, answers
from cogs._forms import Answer, FormCog
from cogs._gate import Facts
from cogs._portraits import portrait, sources_of
from cogs._present import bare, layout, plain
from cogs._sheets import (
    FILE_LIMIT,
    card_of,
    create_character,
    created,
    empty_form,
    fields_of,
    filled_form,
    given_texts,
    listing,
    profile,
    readable_card,
    updated,
)

CREATE_FORM = "character:create"
CHOICES = 25
"""Discord offers at most 25 choices (Application Commands)."""

NAME_LIMIT = 100
"""Characters of a choice's name (Application Commands)."""

SHARED = "Everybody here can meet {name}."
UNSHARED = "Only you can now start scenes with {name}."
CUT = "What may not stand here is left out; an age-restricted channel has all of it."
GREETINGS = "{count} more greetings: choose with `/chat start opening:`."


class PageButton(Pressed, template=r"characters:page:(?P<page>\d+)"):
    """Turns the pages of one's own list."""

    async def press(self, interaction: Click, found: Mapping[str, str]) -> None:
        """Show that page in the place of this one."""
        await interaction.response.defer()
        await _show_list(interaction, int(found["page"]))


async def _take_new(interaction: Click, _: Mapping[str, str]) -> None:
    """The form of ``/character create``."""
    await interaction.response.defer(ephemeral=True, thinking=True)
    given = await given_texts(interaction, answers(interaction))
    greetings = given.pop("greetings", ())
    made = await create_character(interaction, created(given), greetings)
    hint = said("Meet them with `/chat start character:{name}`.", name=plain(made.name))
    await _say(interaction, _ready(made), hint)


async def _take_changes(interaction: Click, found: Mapping[str, str]) -> None:
    """The form of ``/character edit``."""
    await interaction.response.defer(ephemeral=True, thinking=True)
    library = interaction.client.library
    facts = await Facts.of_interaction(interaction)
    character = await library.own_character(found["id"], interaction.user.id)
    await facts.may_touch(Verb.EDIT, character)
    given = await given_texts(interaction, answers(interaction))
    greetings = given.pop("greetings", character.greetings)
    card = updated(character, await library.sheet(character), given)
    sources = await sources_of(interaction.client, card.media_id)
    ask = Send("update_chat_character", card.wire(), sources=sources, texts=tuple(greetings))
    await facts.ask(ask)
    character.greetings = list(greetings)
    await library.update_character(character, card)
    told = said("{name} is changed, in open scenes too.", name=plain(character.name))
    await _say(interaction, told)


class Characters(FormCog):
    """Creates, changes, lists and exchanges characters."""

    forms: ClassVar[Mapping[str, Answer]] = {
        CREATE_FORM: _take_new,
        r"character:edit:(?P<id>[\w-]+)": _take_changes,
        _sketches.REFINE_FORM: _sketches.refine,
    }

    character = app_commands.Group(name="character", description="Characters to live scenes with")

    @character.command()
    async def create(self, interaction: Click) -> None:
        """Create a character: a form asks for name, bios and first message."""
        await interaction.response.send_modal(empty_form("New character", CREATE_FORM))

    @character.command()
    @app_commands.describe(character="Which of yours")
    async def edit(self, interaction: Click, character: str) -> None:
        """Change one of your characters; texts too long for a form go by file."""
        library = interaction.client.library
        facts = await Facts.of_interaction(interaction)
        chosen = await library.own_character(character, interaction.user.id)
        await facts.may_touch(Verb.EDIT, chosen)
        sheet = await in_time(library.sheet(chosen))
        await interaction.response.send_modal(
            filled_form(facts, f"character:edit:{chosen.character_id}", sheet)
        )

    @character.command(name="list")
    async def list_(self, interaction: Click) -> None:
        """List your characters and those shared with this server."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        await _show_list(interaction, 0)

    @character.command()
    @app_commands.describe(character="Whom you want to look at")
    async def show(self, interaction: Click, character: str) -> None:
        """Show everything about a character."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        facts = await Facts.of_interaction(interaction)
        library = interaction.client.library
        chosen = await library.character(character, interaction.user.id, interaction.guild_id)
        await facts.may_touch(Verb.SEE, chosen)
        shown = await profile(facts, chosen, await library.sheet(chosen))
        await interaction.edit_original_response(view=shown.view, attachments=shown.files)

    @character.command()
    @app_commands.guild_only()
    @app_commands.describe(character="Which of yours", shared="Or no longer")
    async def share(self, interaction: Click, character: str, shared: bool = True) -> None:
        """Let everybody in this server start scenes with one of your characters."""
        library = interaction.client.library
        facts = await Facts.of_interaction(interaction)
        chosen = await library.own_character(character, interaction.user.id)
        await facts.may_touch(Verb.EDIT, chosen)
        await library.share(chosen, interaction.guild_id or 0, shared=shared)
        told = said(SHARED if shared else UNSHARED, name=plain(chosen.name))
        await _say(interaction, told)

    @character.command()
    @app_commands.describe(character="Which of yours")
    async def delete(self, interaction: Click, character: str) -> None:
        """Delete one of your characters; its chats stay."""
        facts = await Facts.of_interaction(interaction)
        chosen = await interaction.client.library.own_character(character, interaction.user.id)
        await facts.may_touch(Verb.REMOVE, chosen)
        await interaction.response.defer(ephemeral=True, thinking=True)
        await interaction.client.library.delete_character(chosen)
        told = said("{name} is deleted. Open scenes stay as they are.", name=plain(chosen.name))
        await _say(interaction, told)

    @character.command(name="import")
    @app_commands.describe(file="A character card: JSON, or PNG with the card in it")
    async def import_(self, interaction: Click, file: discord.Attachment) -> None:
        """Import a character card of version 1, 2 or 3."""
        if file.size > FILE_LIMIT:
            raise OverLimit("file", FILE_LIMIT // 1024**2)
        await interaction.response.defer(ephemeral=True, thinking=True)
        card = cards.read(await file.read())
        made = await create_character(interaction, created(fields_of(card)), card.greetings)
        await _say(interaction, _ready(made), *_report(card))

    @character.command()
    @app_commands.describe(character="Which of yours", kind="What the file shall be")
    async def export(
        self, interaction: Click, character: str, kind: Literal["PNG", "V3", "V2"] = "PNG"
    ) -> None:
        """Export one of your characters as a card that other programs read."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        facts = await Facts.of_interaction(interaction)
        library = interaction.client.library
        chosen = await library.own_character(character, interaction.user.id)
        await facts.may_touch(Verb.SEE, chosen)
        whole = card_of(chosen, await library.sheet(chosen))
        card = readable_card(facts, whole)
        if kind == "PNG":
            content = cards.write_png(card, await portrait(facts, chosen))
        else:
            content = cards.write(card, 3 if kind == "V3" else 2)
        name = f"{chosen.character_id}.{'png' if kind == 'PNG' else 'json'}"
        file = discord.File(io.BytesIO(content), filename=name)
        told = said("The card of {name}.", name=plain(card.name))
        if card != whole:
            told += " " + said(CUT)
        await interaction.edit_original_response(content=told, attachments=[file])

    @character.command(name="from-picture")
    @app_commands.describe(picture="One of your pictures", name="What the character is called")
    async def from_picture(self, interaction: Click, picture: str, name: Range[str, 1, 50]) -> None:
        """Let a character be written from one of your pictures; refine it, then accept."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        view = await _sketches.begin(interaction, picture, name)
        await interaction.edit_original_response(view=view)

    @edit.autocomplete("character")
    @share.autocomplete("character")
    @delete.autocomplete("character")
    @export.autocomplete("character")
    async def own(self, interaction: Click, current: str) -> list[Choice[str]]:
        """One's own characters."""
        found = await interaction.client.library.characters(interaction.user.id, None)
        return _choices(found, current)

    @show.autocomplete("character")
    async def usable(self, interaction: Click, current: str) -> list[Choice[str]]:
        """The characters that this person may use here."""
        library = interaction.client.library
        found = await library.characters(interaction.user.id, interaction.guild_id)
        return _choices(found, current)

    @from_picture.autocomplete("picture")
    async def pictures(self, interaction: Click, current: str) -> list[Choice[str]]:
        """One's own finished pictures that may become a character's."""
        return await _sketches.choices(interaction, current)


async def _show_list(interaction: Click, page: int) -> None:
    facts = await Facts.of_interaction(interaction)
    found = await interaction.client.library.characters(interaction.user.id, interaction.guild_id)
    shown = await listing(facts, found, page)
    await interaction.edit_original_response(view=shown.view, attachments=shown.files)


async def _say(interaction: Click, *texts: str) -> None:
    await say(interaction, layout(*map(ui.TextDisplay, texts)))


def _ready(made: Character) -> str:
    return f"### {said('{name} is ready', name=plain(made.name))}"


def _report(card: cards.Card) -> list[str]:
    """What became of the parts of a card that characters here have no field for."""
    lines = []
    if card.folded:
        lines.append(said("Folded into the bio: {parts}.", parts=", ".join(card.folded)))
    if "the picture" in card.dropped:
        lines.append(said("Its picture is an upload, and uploads can't stand for a character."))
    if others := [each for each in card.dropped if each != "the picture"]:
        lines.append(said("Left out: {parts}.", parts=", ".join(others)))
    if card.greetings:
        lines.append(said(GREETINGS, count=len(card.greetings)))
    return ["\n".join(lines)] if lines else []


def _choices(found: list[Character], current: str) -> list[Choice[str]]:
    return [
        Choice(name=bare(each.name, NAME_LIMIT), value=each.character_id)
        for each in found
        if current.casefold() in each.name.casefold()
    ][:CHOICES]


async def setup(bot: Vivant) -> None:
    """Called by the library when the cog is loaded."""
    bot.add_dynamic_items(PageButton, _sketches.AcceptButton, _sketches.RefineButton)
    await bot.add_cog(Characters())
