"""Characters: who people talk to."""

import io
from collections.abc import Mapping
from functools import partial
from typing import ClassVar, Literal

import discord
from discord import app_commands
from discord.app_commands import Choice, Range

from bot import cards
from bot.app import Vivant
from bot.errors import OverLimit
from bot.languages import said
from bot.policy import Verb
from bot.provenance import as_portrait, of_portrait
from bot.store.records import Character
from cogs import _completing, _sketches
from cogs._answers import Click, defer, in_time, say, undertaken
from cogs._buttons import Pressed, answers
from cogs._forms import Answer, FormCog
from cogs._gate import Facts
from cogs._media import mine
from cogs._portraits import Likeness, likeness, portrait
from cogs._present import plain, texts
from cogs._sheets import (
    FILE_LIMIT,
    asking,
    card_of,
    create_character,
    created,
    empty_form,
    end_character,
    fields_of,
    filled_form,
    given_texts,
    listing,
    profile,
    readable_card,
    ready,
    updated,
)

CREATE_FORM = "character:create"
PORTRAIT_FORM = rf"{CREATE_FORM}:(?P<medium>[\w-]+)"

SHARED = "Everybody here can meet {name}."
UNSHARED = "Only you can now start scenes with {name}."
CUT = "What may not stand here is left out; an age-restricted channel has all of it."
GREETINGS = "{count} more greetings: choose with `/chat start opening:`."


class PageButton(Pressed, template=r"characters:page:(?P<page>\d+)"):
    """Turns the pages of one's own list."""

    async def press(self, interaction: Click, found: Mapping[str, str]) -> None:
        """Show that page in the place of this one."""
        await defer(interaction)
        await _show_list(interaction, int(found["page"]))


class CharacterButton(Pressed, template=r"character:of:(?P<job>\w+):(?P<number>\d+)"):
    """Makes a character with this picture as its own, so that its face stays."""

    async def press(self, interaction: Click, found: Mapping[str, str]) -> None:
        """Open the form for a new character, if the picture may stand for one."""
        job = await interaction.client.jobs.get(found["job"])
        media_id = next(iter(job.media_ids[int(found["number"]) :]), "")
        await _portrait(interaction, media_id)
        await interaction.response.send_modal(
            empty_form("New character", f"{CREATE_FORM}:{media_id}")
        )


async def _portrait(interaction: Click, media_id: str) -> Likeness:
    """One's own picture, once the policy lets it stand for a character."""
    facts = await Facts.of_interaction(interaction)
    like = await likeness(facts, media_id)
    await facts.ask(as_portrait(like.medium))
    await facts.ask(of_portrait(like.medium))
    return like


async def _take_new(interaction: Click, found: Mapping[str, str]) -> None:
    """The form of ``/character create``, and of a picture that is to be a character's."""
    async with undertaken(interaction, "character") as intention:
        like = await _portrait(interaction, found["medium"]) if "medium" in found else None
        given = await given_texts(interaction, answers(interaction))
        greetings = given.pop("greetings", ())
        made = await create_character(
            interaction,
            intention,
            created({**given, **(like.pictured if like else {})}),
            greetings,
            look=like.look if like else "",
            drawn_name=like.drawn_name if like else "",
        )
        await say(interaction, texts(ready(made)))


async def _take_changes(interaction: Click, found: Mapping[str, str]) -> None:
    """The form of ``/character edit``."""
    await defer(interaction, ephemeral=True, thinking=True)
    library = interaction.client.library
    facts = await Facts.of_interaction(interaction)
    character = await library.own_character(found["id"], interaction.user.id)
    await facts.may_touch(Verb.EDIT, character)
    given = await given_texts(interaction, answers(interaction))
    greetings = given.pop("greetings", character.greetings)
    card = updated(character, await library.sheet(character), given)
    await facts.ask(await asking(facts, "update_chat_character", card, greetings))
    character.greetings = list(greetings)
    await library.update_character(character, card)
    told = said("{name} is changed, in open scenes too.", name=_named(facts, character))
    await say(interaction, texts(told))


class Characters(FormCog):
    """Creates, changes, lists and exchanges characters."""

    forms: ClassVar[Mapping[str, Answer]] = {
        CREATE_FORM: _take_new,
        PORTRAIT_FORM: _take_new,
        r"character:edit:(?P<id>[\w-]+)": _take_changes,
        _sketches.REFINE_FORM: _sketches.refine,
    }

    character = app_commands.Group(name="character", description="Characters to live scenes with")

    @character.command()
    async def create(self, interaction: Click) -> None:
        """Create a character: a form asks for name, bios and first message."""
        await mine(interaction, Verb.EDIT)
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
        await defer(interaction, ephemeral=True, thinking=True)
        await _show_list(interaction, 0)

    @character.command()
    @app_commands.describe(character="Whom you want to look at")
    async def show(self, interaction: Click, character: str) -> None:
        """Show everything about a character."""
        await defer(interaction, ephemeral=True, thinking=True)
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
        told = said(SHARED if shared else UNSHARED, name=_named(facts, chosen))
        await say(interaction, texts(told))

    @character.command()
    @app_commands.describe(character="Which of yours")
    async def delete(self, interaction: Click, character: str) -> None:
        """Delete one of your characters; its chats stay."""
        facts = await Facts.of_interaction(interaction)
        chosen = await interaction.client.library.own_character(character, interaction.user.id)
        await facts.may_touch(Verb.REMOVE, chosen)
        await defer(interaction, ephemeral=True, thinking=True)
        await interaction.client.library.delete_character(chosen)
        told = said("{name} is deleted. Open scenes stay as they are.", name=_named(facts, chosen))
        await say(interaction, texts(told))

    @character.command(name="import")
    @app_commands.describe(file="A character card: JSON, or PNG with the card in it")
    async def import_(self, interaction: Click, file: discord.Attachment) -> None:
        """Import a character card of version 1, 2 or 3."""
        if file.size > FILE_LIMIT:
            raise OverLimit("file", FILE_LIMIT // 1024**2)
        async with undertaken(interaction, "character") as intention:
            card = cards.read(await file.read())
            wanted = created(fields_of(card))
            made = await create_character(interaction, intention, wanted, card.greetings)
            await say(interaction, texts(ready(made), *_report(card)))

    @character.command()
    @app_commands.describe(character="Which of yours", kind="What the file shall be")
    async def export(
        self, interaction: Click, character: str, kind: Literal["PNG", "V3", "V2"] = "PNG"
    ) -> None:
        """Export one of your characters as a card that other programs read."""
        await defer(interaction, ephemeral=True, thinking=True)
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
        told = said("The character's card.")
        if card != whole:
            told += " " + said(CUT)
        await interaction.edit_original_response(content=told, attachments=[file])

    @character.command(name="from-picture")
    @app_commands.describe(picture="One of your pictures", name="What the character is called")
    async def from_picture(self, interaction: Click, picture: str, name: Range[str, 1, 50]) -> None:
        """Let a character be written from one of your pictures; refine it, then accept."""
        await defer(interaction, ephemeral=True, thinking=True)
        view = await _sketches.begin(interaction, picture, name)
        await interaction.edit_original_response(view=view)

    @edit.autocomplete("character")
    @share.autocomplete("character")
    @delete.autocomplete("character")
    @export.autocomplete("character")
    async def own(self, interaction: Click, current: str) -> list[Choice[str]]:
        """One's own characters."""
        return await _completing.characters(interaction, current, shared=False)

    @show.autocomplete("character")
    async def usable(self, interaction: Click, current: str) -> list[Choice[str]]:
        """The characters that this person may use here."""
        return await _completing.characters(interaction, current, shared=True)

    @from_picture.autocomplete("picture")
    async def pictures(self, interaction: Click, current: str) -> list[Choice[str]]:
        """One's own finished pictures that may become a character's."""
        return await _sketches.choices(interaction, current)


async def _show_list(interaction: Click, page: int) -> None:
    facts = await Facts.of_interaction(interaction)
    await facts.may_manage(Verb.SEE, interaction.user.id, None)
    found = await interaction.client.library.characters(interaction.user.id, interaction.guild_id)
    shown = await listing(facts, found, page)
    await interaction.edit_original_response(view=shown.view, attachments=shown.files)


def _named(facts: Facts, character: Character) -> str:
    return plain(facts.readable(character.name))


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


async def setup(bot: Vivant) -> None:
    """Called by the library when the cog is loaded."""
    bot.add_dynamic_items(PageButton, CharacterButton)
    bot.add_dynamic_items(_sketches.AcceptButton, _sketches.RefineButton)
    bot.intentions.ends_by("character", partial(end_character, bot))
    await bot.add_cog(Characters())
