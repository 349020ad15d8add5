"""Everything that makes or changes pictures and videos: one command per path in the table.

``/adult`` exists only where the operator switched explicit content on.
"""

from discord import app_commands

from bot.app import Vivant
from cogs._commands import of_table

GROUPS = {
    "face": "Faces: made, improved, swapped",
    "video": "Videos: made, longer, smoother, larger",
}

ADULT = "adult"


async def setup(bot: Vivant) -> None:
    """Called by the library when the cog is loaded."""
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
