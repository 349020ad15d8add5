"""Everything that makes or changes pictures and videos: one command per path in the table.

``/adult`` exists only where the operator switched explicit content on.
"""

from collections.abc import Mapping

from discord import app_commands

from bot.app import Vivant
from cogs._answers import Click
from cogs._buttons import Pressed, chosen
from cogs._commands import of_table
from cogs._regions import picked

GROUPS = {
    "face": "Faces: made, improved, swapped",
    "video": "Videos: made, longer, smoother, larger",
}

ADULT = "adult"


class RegionSelect(Pressed, template=r"region:(?P<key>\w+)"):
    """Which parts of a picture are to change."""

    async def press(self, interaction: Click, found: Mapping[str, str]) -> None:
        """Submit what waits for them."""
        await picked(interaction, found["key"], chosen(interaction))


async def setup(bot: Vivant) -> None:
    """Called by the library when the cog is loaded."""
    bot.add_dynamic_items(RegionSelect)
    groups = {
        name: app_commands.Group(name=name, description=about) for name, about in GROUPS.items()
    }
    if bot.settings.rules.explicit_enabled:
        about = "Explicit edits of what you made"
        groups[ADULT] = app_commands.Group(name=ADULT, description=about, nsfw=True)
    for name, command in of_table("", *groups):
        if name:
            groups[name].add_command(command)
        else:
            bot.tree.add_command(command)
    for group in groups.values():
        bot.tree.add_command(group)
