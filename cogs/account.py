"""What can be done here, by you: ``/help``."""

from discord import app_commands, ui
from discord.ext import commands

from bot.app import Vivant
from bot.errors import Denied
from bot.policy import Refused, Send, decide
from cogs._answers import Click
from cogs._gate import Facts
from cogs._present import layout
from cogs._words import words


class Account(commands.Cog):
    """Answers what a person may do in a place."""

    @app_commands.command()
    async def help(self, interaction: Click) -> None:
        """What you can do here and now."""
        facts = await Facts.of_interaction(interaction)
        lines = (
            "`/imagine` makes a picture from words; the buttons below it do the rest.",
            "`/character create` makes a character, `/character list` shows yours.",
            _scenes(facts),
        )
        view = layout(
            ui.TextDisplay("### What you can do here"),
            ui.TextDisplay("\n".join(f"- {line}" for line in lines)),
        )
        await interaction.response.send_message(view=view, ephemeral=True)


def _scenes(facts: Facts) -> str:
    """What the policy would say of a scene here. Nothing is asked for, so nothing is noted."""
    ask = Send("create_chat_with_custom_first_message", unfiltered=False)
    verdict = decide(ask, facts.place, facts.person, facts.bot.settings.rules)
    if isinstance(verdict, Refused):
        return f"Scenes: {words(Denied(verdict.reason))}"
    kind = " Explicit sentences are left out." if verdict.filtered else ""
    return f"`/chat start` opens a scene with a character in a thread.{kind}"


async def setup(bot: Vivant) -> None:
    """Called by the library when the cog is loaded."""
    await bot.add_cog(Account())
