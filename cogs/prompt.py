"""``/prompt``: helpers that write. Each ends in one button that makes what was written."""

from collections.abc import Mapping
from typing import Any, ClassVar

import discord
from discord import app_commands
from discord.app_commands import Choice, Range

from bot.api import compose, routes
from bot.api.models.choices import LlmModel, Model
from bot.api.models.llm import PromptText
from bot.api.routes import Route
from bot.app import Vivant
from bot.operations import IMAGE, PROFILE_IMAGE, Form
from cogs._answers import Click, defer
from cogs._buttons import Pressed
from cogs._completing import matching, recent
from cogs._drafts import ask, change, describe, make, make_changed, offer, script
from cogs._forms import Answer, FormCog
from cogs._gate import Facts
from cogs._shelves import entries_here
from cogs._sources import PICTURES, found

WRITER = LlmModel.QWEN3_235B.value


class DraftButton(Pressed, template=r"draft:(?P<action>make|change):(?P<key>\w+)"):
    """Makes what a helper wrote, or changes it first."""

    async def press(self, interaction: Click, found: Mapping[str, str]) -> None:
        """Submit the draft, if it is theirs, or open it."""
        await (change if found["action"] == "change" else make)(interaction, found["key"])


class Prompt(FormCog):
    """Writes and describes prompts."""

    forms: ClassVar[Mapping[str, Answer]] = {r"draft:(?P<key>\w+)": make_changed}

    prompt = app_commands.Group(name="prompt", description="Helpers that write prompts")

    @prompt.command()
    @app_commands.describe(text="A short prompt, which becomes a longer one")
    async def improve(self, interaction: Click, text: Range[str, 5, 1000]) -> None:
        """Make a longer prompt out of a short one."""
        body = {"inputPrompt": text, "model": Model.DEFAULT.value}
        written = await _written(interaction, routes.GENERATE_PROMPT, body)
        await offer(interaction, written, IMAGE)

    @prompt.command()
    @app_commands.describe(picture="What to describe", result="One of your own results instead")
    async def describe(
        self,
        interaction: Click,
        picture: discord.Attachment | None = None,
        result: str | None = None,
    ) -> None:
        """Describe a picture in words."""
        await describe(interaction, await found(interaction, PICTURES, picture, result))

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
        await script(interaction, text, await found(interaction, PICTURES, picture, result))

    @describe.autocomplete("result")
    @video_script.autocomplete("result")
    async def results(self, interaction: Click, current: str) -> list[Choice[str]]:
        """One's own pictures."""
        return await recent(interaction, current, PICTURES)

    @prompt.command()
    @app_commands.describe(
        theme="What it is about",
        outfit="What they wear",
        profile="Whose picture, if it is of a trained profile",
        details="More",
    )
    async def character(
        self,
        interaction: Click,
        theme: Range[str, 1, 500],
        outfit: Range[str, 1, 500],
        profile: str | None = None,
        details: Range[str, 1, 1000] | None = None,
    ) -> None:
        """Write a prompt for a character."""
        told = {"theme": theme, "outfit": outfit, "additionalDetails": details}
        known = {name: text for name, text in told.items() if text}
        if profile:
            body = {"profileId": profile, **known}
            written = await _written(interaction, routes.GENERATE_CHARACTER_PROMPT, body)
            await offer(interaction, written, PROFILE_IMAGE, more={"profileId": profile})
            return
        built = {"model": WRITER, "attributes": known}
        written = await _written(interaction, routes.GENERATE_CHARACTER_BUILDER_PROMPT, built)
        await offer(interaction, written, IMAGE)

    @character.autocomplete("profile")
    async def profiles(self, interaction: Click, current: str) -> list[Choice[str]]:
        """The profiles that may be used here."""
        facts = await Facts.of_interaction(interaction)
        option = PROFILE_IMAGE.option_of(Form.PROFILE)
        entries = await entries_here(facts, PROFILE_IMAGE, option)
        return matching(((each.name, each.value) for each in entries), current)

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
        new = {"model": WRITER, "attributes": attributes}
        body = {"model": WRITER, "oldRequest": text, "newRequest": new}
        written = await _written(interaction, routes.GENERATE_UPDATE_PROMPT, body)
        await offer(interaction, written, IMAGE)


async def _written(interaction: Click, route: Route[PromptText], body: dict[str, Any]) -> str:
    """What a helper makes of a body, once the policy allowed it."""
    request = compose(route, body)
    await ask(interaction, route.operation, body)
    await defer(interaction, ephemeral=True, thinking=True)
    return (await interaction.client.api.call(route, body=request)).prompt_text


async def setup(bot: Vivant) -> None:
    """Called by the library when the cog is loaded."""
    bot.add_dynamic_items(DraftButton)
    await bot.add_cog(Prompt())
