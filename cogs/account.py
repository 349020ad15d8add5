"""What can be done here, by you, and what is held on you: ``/help`` and ``/privacy``."""

import gzip
import io
from collections.abc import Mapping

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.app import Vivant
from bot.errors import NotFound, OverLimit
from bot.languages import said
from bot.policy import Verb
from bot.store.records import now
from cogs._answers import Click, consent, defer, tell
from cogs._buttons import Pressed
from cogs._gate import Facts
from cogs._help import help_card
from cogs._present import button, layout, question
from cogs._why import WHY, needs_consent

EXPORT_NAME = "vivant-export.json"

FORGETTING = (
    "Your characters, personas, scenes, pictures and videos, your confirmation and all notes on "
    "you are deleted, here and at the AI service. It can't be undone. Messages that already "
    "stand in Discord stay until somebody deletes them."
)


class AdultButton(Pressed, template=r"adult:(?P<answer>yes|no)"):
    """Confirms to be an adult, or takes that back; counts for whoever presses."""

    async def press(self, interaction: Click, found: Mapping[str, str]) -> None:
        """Note the answer with its date, and show the card again."""
        facts = await Facts.of_interaction(interaction)
        await facts.may_manage(Verb.REMOVE, interaction.user.id, None)
        confirmed = found["answer"] == "yes"
        async with interaction.client.store.person(interaction.user.id) as person:
            person.adult_since = now() if confirmed else None
        await facts.note("adult", "confirmed" if confirmed else "revoked")
        view = await _adult_card(interaction)
        await interaction.response.send_message(view=view, ephemeral=True)


class ForgetButton(Pressed, template=r"privacy:delete"):
    """Deletes everything that is held on whoever presses."""

    async def press(self, interaction: Click, _: Mapping[str, str]) -> None:
        """Begin, and say so: it goes on by itself, across restarts."""
        facts = await Facts.of_interaction(interaction)
        await facts.may_manage(Verb.REMOVE, interaction.user.id, None)
        await interaction.client.privacy.forget_person(interaction.user.id)
        text = said("It has begun and goes on by itself. `/privacy export` shows what is left.")
        await interaction.response.edit_message(view=layout(ui.TextDisplay(f"🗑️ {text}")))


class WhyButton(Pressed, template=r"why:(?P<key>[\w-]+)"):
    """Tells the reason of a notice at length, to whoever presses."""

    async def press(self, interaction: Click, found: Mapping[str, str]) -> None:
        """Tell it; where a confirmation to be an adult is missing, with the button to give it."""
        key = found["key"]
        if key not in WHY:
            raise NotFound("notice")
        if needs_consent(key):
            await tell(interaction, said(WHY[key]), consent())
        else:
            await tell(interaction, said(WHY[key]))


class Account(commands.Cog):
    """Answers what a person may do in a place, and what is known of them."""

    privacy = app_commands.Group(name="privacy", description="What I hold on you")

    @app_commands.command()
    async def help(self, interaction: Click) -> None:
        """What you can do here and now."""
        facts = await Facts.of_interaction(interaction)
        await interaction.response.send_message(view=help_card(facts), ephemeral=True)

    @privacy.command()
    async def adult(self, interaction: Click) -> None:
        """Confirm that you are an adult, or take that back."""
        view = await _adult_card(interaction)
        await interaction.response.send_message(view=view, ephemeral=True)

    @privacy.command()
    async def export(self, interaction: Click) -> None:
        """Get everything I hold on you, as a file."""
        facts = await Facts.of_interaction(interaction)
        await facts.may_manage(Verb.EXPORT, interaction.user.id, None)
        await defer(interaction, ephemeral=True, thinking=True)
        content, name = await interaction.client.privacy.export(interaction.user.id), EXPORT_NAME
        if len(content) > interaction.filesize_limit:
            content, name = gzip.compress(content), f"{EXPORT_NAME}.gz"
        if len(content) > interaction.filesize_limit:
            raise OverLimit("export", interaction.filesize_limit)
        await facts.note("export")
        file = discord.File(io.BytesIO(content), name)
        text = said("This is everything I hold on you. Only you can see this message.")
        await interaction.edit_original_response(content=text, attachments=[file])

    @privacy.command()
    async def delete(self, interaction: Click) -> None:
        """Delete everything I hold on you."""
        text = f"### {said('Delete everything?')}\n{said(FORGETTING)}"
        view = question(text, "Delete everything", "privacy:delete")
        await interaction.response.send_message(view=view, ephemeral=True)


async def _adult_card(interaction: Click) -> ui.LayoutView:
    """Whether and since when somebody is known to be an adult, with the button to change it."""
    person = await interaction.client.store.people.get(interaction.user.id)
    if person.adult_since:
        since = discord.utils.format_dt(person.adult_since, "D")
        text = said(
            "You confirmed on {since} that you are an adult. You can take it back at any time.",
            since=since,
        )
        change = button("Take it back", "adult:no", emoji="↩️")
    else:
        text = said(
            "Age-restricted channels may hold explicit content where this bot's operator allows "
            "it. For that, confirm once that you are 18 or older, and of age where you live. The "
            "date is noted, nothing else."
        )
        change = button("I am 18 or older", "adult:yes", emoji="🔞")
    row: ui.ActionRow[ui.LayoutView] = ui.ActionRow(change)
    return layout(ui.TextDisplay(f"### {said('Adults only')}"), ui.TextDisplay(text), row)


async def setup(bot: Vivant) -> None:
    """Called by the library when the cog is loaded."""
    bot.add_dynamic_items(AdultButton, ForgetButton, WhyButton)
    await bot.add_cog(Account())
