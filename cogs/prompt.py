"""``/prompt``: helpers that write. Each ends in one button that makes what was written."""

import secrets
from collections.abc import Mapping
from typing import Any

import discord
from discord import app_commands, ui
from discord.app_commands import Range
from discord.ext import commands

from bot.api import compose, routes
from bot.api.models.choices import LlmModel, Model, VideoModel
from bot.api.models.llm import PromptText
from bot.api.routes import Route
from bot.app import Vivant
from bot.errors import NotFound
from bot.operations import ANIMATE, IMAGE, OPERATIONS, PROFILE_IMAGE, Kind, Operation
from bot.policy import Send
from bot.provenance import expected, hoped, placeholder, source_of, starting_body
from bot.store.records import Medium, Origin
from cogs._answers import Click
from cogs._buttons import Pressed
from cogs._commands import entries_here
from cogs._gate import Facts
from cogs._present import button, layout, plain
from cogs._sources import Material, found
from cogs._submit import Wish, submit

DRAFT_SECONDS = 24 * 3600.0
"""How long what was written waits for its button."""

TEXT_LIMIT = 3000
PICTURES: frozenset[Kind] = frozenset({"IMAGE"})


class DraftButton(Pressed, template=r"draft:(?P<key>\w+)"):
    """Makes what a helper wrote."""

    async def press(self, interaction: Click, found: Mapping[str, str]) -> None:
        """Submit the draft; the policy is asked for this place and person."""
        bot = interaction.client
        draft: Any = await bot.store.options.get(f"draft:{found['key']}")
        if not isinstance(draft, dict):
            raise NotFound("draft")
        row = OPERATIONS[draft["operation"]]
        facts = await Facts.of_interaction(interaction)
        medium = await bot.store.media.get(draft["source"]) if draft["source"] else None
        upload = medium is not None and medium.origin is not Origin.OWN
        rules = bot.settings.rules
        body = starting_body(row, facts.place, facts.person, rules, upload=upload)
        body |= draft["body"]
        media = {row.source[0]: Material(medium.kind, medium)} if row.source and medium else {}
        await submit(interaction, Wish(row, body, media=media), facts)


class Prompt(commands.Cog):
    """Writes and describes prompts."""

    prompt = app_commands.Group(name="prompt", description="Helpers that write prompts")

    @prompt.command()
    @app_commands.describe(text="A short prompt, which becomes a longer one")
    async def improve(self, interaction: Click, text: Range[str, 5, 1000]) -> None:
        """Make a longer prompt out of a short one."""
        body = {"inputPrompt": text, "model": Model.DEFAULT.value}
        written = await _written(interaction, routes.GENERATE_PROMPT, body)
        await _offer(interaction, written, IMAGE)

    @prompt.command()
    @app_commands.describe(picture="What to describe", result="One of your own results instead")
    async def describe(
        self,
        interaction: Click,
        picture: discord.Attachment | None = None,
        result: str | None = None,
    ) -> None:
        """Describe a picture in words."""
        source = await found(interaction, PICTURES, picture, result)
        await _ask(interaction, "generate_vision_prompt", {}, source)
        await interaction.response.defer(ephemeral=True, thinking=True)
        _, seen = await _taken(interaction, source)
        await _offer(interaction, seen, IMAGE)

    @prompt.command(name="video-script")
    @app_commands.describe(
        text="What should happen",
        picture="The picture it begins with; without one, your newest result here",
        result="One of your own results instead",
    )
    async def video_script(
        self,
        interaction: Click,
        text: Range[str, 5, 500],
        picture: discord.Attachment | None = None,
        result: str | None = None,
    ) -> None:
        """Write the script of a video for a picture."""
        source = await found(interaction, PICTURES, picture, result)
        body = {"userInput": text, "model": VideoModel.GROK.value}
        await _ask(interaction, "generate_video_prompt", body, source)
        await interaction.response.defer(ephemeral=True, thinking=True)
        medium, _ = await _taken(interaction, source)
        request = compose(routes.GENERATE_VIDEO_PROMPT, {**body, "mediaId": medium.media_id})
        script = await interaction.client.api.call(routes.GENERATE_VIDEO_PROMPT, body=request)
        await _offer(interaction, script.prompt_text, ANIMATE, medium)

    @prompt.command()
    @app_commands.describe(
        profile="Whose picture", theme="What it is about", outfit="What they wear", details="More"
    )
    async def character(
        self,
        interaction: Click,
        profile: str,
        theme: Range[str, 1, 500],
        outfit: Range[str, 1, 500],
        details: Range[str, 1, 1000] | None = None,
    ) -> None:
        """Write a prompt for a trained profile."""
        body = {"profileId": profile, "theme": theme, "outfit": outfit}
        if details:
            body["additionalDetails"] = details
        written = await _written(interaction, routes.GENERATE_CHARACTER_PROMPT, body)
        await _offer(interaction, written, PROFILE_IMAGE, more={"profileId": profile})

    @character.autocomplete("profile")
    async def profiles(self, interaction: Click, current: str) -> list[app_commands.Choice[str]]:
        """The profiles that may be used here."""
        option = next(one for one in PROFILE_IMAGE.options if one.name == "profile")
        entries = await entries_here(interaction, PROFILE_IMAGE, option)
        return [
            app_commands.Choice(name=each.name, value=each.value)
            for each in entries
            if current.casefold() in each.name.casefold()
        ][:25]

    @prompt.command()
    @app_commands.describe(
        text="The prompt as it is", hair="New hair", clothes="New clothes", place="New place"
    )
    async def update(
        self,
        interaction: Click,
        text: Range[str, 5, 1500],
        hair: Range[str, 1, 200] | None = None,
        clothes: Range[str, 1, 200] | None = None,
        place: Range[str, 1, 200] | None = None,
    ) -> None:
        """Bring a prompt in line with new attributes."""
        named = {"hairStyle": hair, "clothes": clothes, "place": place}
        attributes = {name: value for name, value in named.items() if value}
        new = {"model": LlmModel.QWEN3_235B.value, "attributes": attributes}
        body = {"model": LlmModel.QWEN3_235B.value, "oldRequest": text, "newRequest": new}
        written = await _written(interaction, routes.GENERATE_UPDATE_PROMPT, body)
        await _offer(interaction, written, IMAGE)


async def _written(interaction: Click, route: Route[PromptText], body: dict[str, Any]) -> str:
    """What a helper makes of a body, once the policy allowed it."""
    request = compose(route, body)
    await _ask(interaction, route.operation, body)
    await interaction.response.defer(ephemeral=True, thinking=True)
    return (await interaction.client.api.call(route, body=request)).prompt_text


async def _ask(
    interaction: Click, operation: str, body: dict[str, Any], source: Material | None = None
) -> None:
    """Ask the policy, for a source that is yet to be taken in as if all went well."""
    facts = await Facts.of_interaction(interaction)
    if source is None:
        await facts.ask(Send(operation, body))
        return
    if source.medium:
        known = hoped(source_of(source.medium))
        media_id = source.medium.media_id
    else:
        entry = source.intake("mediaId")
        media_id, known = placeholder(entry), expected(entry, interaction.user.id)
    await facts.ask(Send(operation, {**body, "mediaId": media_id}, {media_id: known}))


async def _taken(interaction: Click, source: Material) -> tuple[Medium, str]:
    """The medium of a source, a file being taken in first; and what can be seen in it."""
    intakes = interaction.client.jobs.intakes
    if source.medium:
        return source.medium, await intakes.describe(source.medium)
    return await intakes.take(interaction.user.id, source.intake("mediaId"))


async def _offer(
    interaction: Click,
    text: str,
    row: Operation,
    source: Medium | None = None,
    more: Mapping[str, Any] | None = None,
) -> None:
    """Show what was written, if it may be, with the button that makes it.

    Raises:
        Denied: It may not be shown.
    """
    facts = await Facts.of_interaction(interaction)
    await facts.may_read(text)
    option = next(one for one in row.options if one.field == row.words)
    most = int(row.bounds(option).most or TEXT_LIMIT)
    key = secrets.token_hex(8)
    draft: dict[str, Any] = {
        "operation": row.name,
        "body": {row.words: text[:most], **(more or {})},
        "source": source.media_id if source else "",
    }
    await interaction.client.store.options.put(f"draft:{key}", draft, DRAFT_SECONDS)
    label = "Make the video" if row.wants == "VIDEO" else "Make the picture"
    buttons: ui.ActionRow[Any] = ui.ActionRow(button(label, f"draft:{key}", emoji="🎨"))
    view = layout(ui.TextDisplay(plain(text, TEXT_LIMIT)), buttons)
    await interaction.edit_original_response(view=view)


async def setup(bot: Vivant) -> None:
    """Called by the library when the cog is loaded."""
    bot.add_dynamic_items(DraftButton)
    await bot.add_cog(Prompt())
