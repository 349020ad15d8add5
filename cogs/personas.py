"""Personas: who people are in their scenes."""

from collections.abc import Mapping
from typing import ClassVar

from discord import app_commands, ui
from discord.app_commands import Choice

from bot.app import Vivant
from bot.languages import said
from bot.library import PERSONA_BIO_LIMIT, PERSONA_NAME_LIMIT
from bot.policy import Send, Verb
from bot.store.records import Persona
from cogs._answers import Click, say
from cogs._buttons import answers, form, text_field
from cogs._forms import Answer, FormCog
from cogs._gate import Facts
from cogs._opening import default_persona
from cogs._present import bare, layout, plain

CREATE_FORM = "persona:create"
CHOICES = 25
"""Discord offers at most 25 choices (Application Commands)."""

NAME_LIMIT = 100
"""Characters of a choice's name (Application Commands)."""


async def _take_new(interaction: Click, _: Mapping[str, str]) -> None:
    """The form of ``/persona create``."""
    name, bio = await _asked(interaction, "create_chat_persona")
    made = await interaction.client.library.create_persona(interaction.user.id, name, bio)
    told = said("You can be {name} now: choose them at `/chat start`.", name=plain(made.name))
    await _say(interaction, told)


async def _take_changes(interaction: Click, found: Mapping[str, str]) -> None:
    """The form of ``/persona edit``."""
    library = interaction.client.library
    persona = await library.own_persona(found["id"], interaction.user.id)
    name, bio = await _asked(interaction, "update_chat_persona")
    await library.update_persona(persona, name, bio)
    told = said("{name} is changed, in all of their chats.", name=plain(persona.name))
    await _say(interaction, told)


async def _asked(interaction: Click, operation: str) -> tuple[str, str]:
    """Name and bio out of a form, once the policy has read them."""
    await interaction.response.defer(ephemeral=True, thinking=True)
    given = answers(interaction)
    name, bio = given.get("name", ""), given.get("bio", "")
    facts = await Facts.of_interaction(interaction)
    await facts.ask(Send(operation, {"name": name, "bio": bio, "isDefault": False}))
    return name, bio


class Personas(FormCog):
    """Creates, changes and lists personas."""

    forms: ClassVar[Mapping[str, Answer]] = {
        CREATE_FORM: _take_new,
        r"persona:edit:(?P<id>[\w-]+)": _take_changes,
    }

    persona = app_commands.Group(name="persona", description="Who you are in your scenes")

    @persona.command()
    async def create(self, interaction: Click) -> None:
        """Create a persona: a name, and what characters know of you."""
        await interaction.response.send_modal(
            form(
                "New persona",
                CREATE_FORM,
                text_field("Name", "name", PERSONA_NAME_LIMIT),
                text_field("About you", "bio", PERSONA_BIO_LIMIT, long=True, must=False),
            )
        )

    @persona.command(name="list")
    async def list_(self, interaction: Click) -> None:
        """List your personas."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        library = interaction.client.library
        facts = await Facts.of_interaction(interaction)
        await default_persona(interaction, facts)
        lines = [_line(facts, each) for each in await library.personas(interaction.user.id)]
        await _say(interaction, f"### {said('Personas')}", "\n".join(lines))

    @persona.command()
    @app_commands.describe(persona="Which of yours")
    async def edit(self, interaction: Click, persona: str) -> None:
        """Change one of your personas."""
        chosen = await interaction.client.library.own_persona(persona, interaction.user.id)
        await interaction.response.send_modal(
            form(
                "Edit persona",
                f"persona:edit:{chosen.persona_id}",
                text_field("Name", "name", PERSONA_NAME_LIMIT, value=chosen.name),
                text_field(
                    "About you",
                    "bio",
                    PERSONA_BIO_LIMIT,
                    long=True,
                    value=chosen.bio,
                    must=False,
                ),
            )
        )

    @persona.command()
    @app_commands.describe(persona="Which of yours")
    async def default(self, interaction: Click, persona: str) -> None:
        """Let new scenes begin with one of your personas."""
        chosen = await interaction.client.library.own_persona(persona, interaction.user.id)
        await interaction.client.library.make_default(chosen)
        told = said("New scenes begin with you as {name}.", name=plain(chosen.name))
        await _say(interaction, told)

    @persona.command()
    @app_commands.describe(persona="Which of yours")
    async def delete(self, interaction: Click, persona: str) -> None:
        """Delete one of your personas."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        library = interaction.client.library
        chosen = await library.own_persona(persona, interaction.user.id)
        facts = await Facts.of_interaction(interaction)
        await facts.may_manage(Verb.REMOVE, chosen.owner_id, None)
        await library.delete_persona(chosen)
        await _say(interaction, said("{name} is deleted.", name=plain(chosen.name)))

    @edit.autocomplete("persona")
    @default.autocomplete("persona")
    @delete.autocomplete("persona")
    async def own(self, interaction: Click, current: str) -> list[Choice[str]]:
        """One's own personas."""
        return [
            Choice(name=bare(each.name, NAME_LIMIT), value=each.persona_id)
            for each in await interaction.client.library.personas(interaction.user.id)
            if current.casefold() in each.name.casefold()
        ][:CHOICES]


def _line(facts: Facts, persona: Persona) -> str:
    mark = f" · {said('default')}" if persona.default else ""
    name, bio = (plain(facts.readable(text)) for text in (persona.name, persona.bio))
    return f"**{name}**{mark}\n{bio}"


async def _say(interaction: Click, *texts: str) -> None:
    await say(interaction, layout(*map(ui.TextDisplay, texts)))


async def setup(bot: Vivant) -> None:
    """Called by the library when the cog is loaded."""
    await bot.add_cog(Personas())
