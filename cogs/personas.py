"""Personas: who people are in their scenes."""

from collections.abc import Mapping
from typing import ClassVar

from discord import app_commands
from discord.app_commands import Choice

from bot.app import Vivant
from bot.languages import said
from bot.library import PERSONA_BIO_LIMIT, PERSONA_NAME_LIMIT
from bot.policy import Send, Show, Shown, Verb
from bot.store.records import Persona, Rating
from cogs import _completing
from cogs._answers import Click, defer, say
from cogs._buttons import answers, form, inputs_of, text_field
from cogs._forms import Answer, FormCog
from cogs._gate import Facts
from cogs._media import mine
from cogs._opening import default_persona
from cogs._present import plain, texts

CREATE_FORM = "persona:create"


async def _take_new(interaction: Click, _: Mapping[str, str]) -> None:
    """The form of ``/persona create``."""
    await defer(interaction, ephemeral=True, thinking=True)
    given = answers(interaction)
    name, bio = given.get("name", ""), given.get("bio", "")
    await _permitted(interaction, "create_chat_persona", name, bio)
    made = await interaction.client.library.create_persona(interaction.user.id, name, bio)
    told = said("You can be {name} now: choose them at `/chat start`.", name=plain(made.name))
    await say(interaction, texts(told))


async def _take_changes(interaction: Click, found: Mapping[str, str]) -> None:
    """The form of ``/persona edit``; what it left out stays as it is."""
    await defer(interaction, ephemeral=True, thinking=True)
    library, given, asked = interaction.client.library, answers(interaction), inputs_of(interaction)
    persona = await library.own_persona(found["id"], interaction.user.id)
    name = given.get("name", "") if "name" in asked else persona.name
    bio = given.get("bio", "") if "bio" in asked else persona.bio
    facts = await _permitted(interaction, "update_chat_persona", name, bio)
    await library.update_persona(persona, name, bio)
    told = said("{name} is changed, in all of their chats.", name=_named(facts, persona))
    await say(interaction, texts(told))


async def _permitted(interaction: Click, operation: str, name: str, bio: str) -> Facts:
    """Ask the policy to read a name and a bio."""
    facts = await Facts.of_interaction(interaction)
    await facts.ask(Send(operation, {"name": name, "bio": bio, "isDefault": False}))
    return facts


async def _own(interaction: Click, wanted: str, verb: Verb) -> tuple[Facts, Persona]:
    """A persona of whoever asks, if they may do this with it here."""
    facts = await Facts.of_interaction(interaction)
    persona = await interaction.client.library.own_persona(wanted, interaction.user.id)
    await facts.may_manage(verb, persona.owner_id, None)
    return facts, persona


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
        await mine(interaction, Verb.EDIT)
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
        await defer(interaction, ephemeral=True, thinking=True)
        library = interaction.client.library
        facts = await Facts.of_interaction(interaction)
        await facts.may_manage(Verb.SEE, interaction.user.id, None)
        await default_persona(interaction, facts)
        lines = [_line(facts, each) for each in await library.personas(interaction.user.id)]
        await say(interaction, texts(f"### {said('Personas')}", "\n".join(lines)))

    @persona.command()
    @app_commands.describe(persona="Which of yours")
    async def edit(self, interaction: Click, persona: str) -> None:
        """Change one of your personas; texts that may not stand here stay as they are."""
        facts, chosen = await _own(interaction, persona, Verb.EDIT)
        boxes = [
            text_field(label, name, limit, long=name == "bio", value=text, must=name == "name")
            for label, name, limit, text in (
                ("Name", "name", PERSONA_NAME_LIMIT, chosen.name),
                ("About you", "bio", PERSONA_BIO_LIMIT, chosen.bio),
            )
            if facts.readable(text) == text
        ]
        if not boxes:
            await facts.ask(Show(Shown.TEXT, Rating.EXPLICIT, private=False, barred=False))
        custom_id = f"persona:edit:{chosen.persona_id}"
        await interaction.response.send_modal(form("Edit persona", custom_id, *boxes))

    @persona.command()
    @app_commands.describe(persona="Which of yours")
    async def default(self, interaction: Click, persona: str) -> None:
        """Let new scenes begin with one of your personas."""
        facts, chosen = await _own(interaction, persona, Verb.EDIT)
        await interaction.client.library.make_default(chosen)
        told = said("New scenes begin with you as {name}.", name=_named(facts, chosen))
        await say(interaction, texts(told))

    @persona.command()
    @app_commands.describe(persona="Which of yours")
    async def delete(self, interaction: Click, persona: str) -> None:
        """Delete one of your personas."""
        await defer(interaction, ephemeral=True, thinking=True)
        facts, chosen = await _own(interaction, persona, Verb.REMOVE)
        await interaction.client.library.delete_persona(chosen)
        await say(interaction, texts(said("{name} is deleted.", name=_named(facts, chosen))))

    @edit.autocomplete("persona")
    @default.autocomplete("persona")
    @delete.autocomplete("persona")
    async def own(self, interaction: Click, current: str) -> list[Choice[str]]:
        """One's own personas."""
        return await _completing.personas(interaction, current)


def _named(facts: Facts, persona: Persona) -> str:
    return plain(facts.readable(persona.name))


def _line(facts: Facts, persona: Persona) -> str:
    mark = f" · {said('default')}" if persona.default else ""
    return f"**{_named(facts, persona)}**{mark}\n{plain(facts.readable(persona.bio))}"


async def setup(bot: Vivant) -> None:
    """Called by the library when the cog is loaded."""
    await bot.add_cog(Personas())
