"""``/account``: one's own use and limits, and for operators what the account still has."""

from discord import app_commands, ui
from discord.ext import commands

from bot.allowance import allowance_of
from bot.api import routes
from bot.app import Vivant
from bot.errors import ApiError
from bot.languages import said
from bot.operations import ROWS
from bot.policy import Verb
from bot.provenance import starting_body
from cogs._answers import Click, defer
from cogs._gate import Facts, roles_of
from cogs._present import layout


class Usage(commands.Cog):
    """Tells what was used and what is left."""

    @app_commands.command()
    async def account(self, interaction: Click) -> None:
        """What you used today, your limits, and what things cost."""
        facts = await Facts.of_interaction(interaction)
        await facts.may_manage(Verb.SEE, interaction.user.id, None)
        await defer(interaction, ephemeral=True, thinking=True)
        lines = [*await _own(interaction), *await _costs(interaction, facts)]
        if facts.person.operator:
            lines.append(await _credits(interaction.client))
        view = layout(
            ui.TextDisplay(f"### {said('Your account')}"), ui.TextDisplay("\n".join(lines))
        )
        await interaction.edit_original_response(view=view)


async def _own(interaction: Click) -> list[str]:
    """Today's use beside the limits; and how much may be under way."""
    bot, person_id = interaction.client, interaction.user.id
    limits = bot.settings.limits
    allowance = allowance_of(limits, roles_of(interaction.user, interaction.guild_id))
    active = await bot.store.jobs.count_active(person_id)
    pictures = await bot.jobs.days.spent(person_id, "IMAGE")
    videos = await bot.jobs.days.spent(person_id, "VIDEO")
    by_day = allowance.by_day
    running = said("{count} at a time", count=allowance.running)
    waiting = _of(active, allowance.under_way) if by_day else str(active)
    return [
        f"**{said('Pictures today:')}** {_of(pictures, limits.daily_pictures if by_day else 0)}",
        f"**{said('Videos today:')}** {_of(videos, limits.daily_videos if by_day else 0)}",
        f"**{said('Under way:')}** {waiting}, {running}",
    ]


def _of(count: int, limit: int) -> str:
    if limit:
        return said("{count} of {limit}", count=count, limit=limit)
    return said("{count}, without a limit", count=count)


async def _costs(interaction: Click, facts: Facts) -> list[str]:
    """What has been seen to be spent on each operation, with the models of this place."""
    estimates, rules = interaction.client.jobs.estimates, facts.bot.settings.rules
    told = []
    for row in (each for each in ROWS if not each.in_scenes):
        body = starting_body(row, facts.place, facts.person, rules)
        if cost := await estimates.cost(row.name, body):
            told.append(f"{said(row.label)} {cost:g}")
    return [f"**{said('Credits, as seen so far:')}** {', '.join(told)}"] if told else []


async def _credits(bot: Vivant) -> str:
    try:
        me = await bot.api.call(routes.GET_ME)
    except ApiError:
        return f"**{said('Credits left:')}** {said('the AI service does not say')}"
    return f"**{said('Credits left:')}** {me.credits:g}" if me.credits is not None else ""


async def setup(bot: Vivant) -> None:
    """Called by the library when the cog is loaded."""
    await bot.add_cog(Usage())
