"""Everything a Discord user can see or touch.

Loaded by ``bot.app`` as one extension: it brings words and the stage, then each cog by name. A
cog that is taken out of ``COGS`` is gone, and nothing else changes. Cogs import no other cog.
"""

from bot.app import Vivant
from bot.languages import Languages
from cogs._answers import tell_command_error
from cogs._languages import FOLDER, Translator, listen
from cogs._stage import DiscordStage

COGS = (
    *("studio", "wardrobe", "prompt", "jobs", "menus", "gallery", "usage"),
    *("characters", "personas", "chat", "scenes"),
    *("account", "admin", "reports"),
)


async def setup(bot: Vivant) -> None:
    """Bring the stage and load every cog."""
    languages = Languages.load(FOLDER)
    bot.perform_on(DiscordStage(bot), languages)
    await bot.tree.set_translator(Translator(languages))
    bot.tree.interaction_check = listen  # type: ignore[method-assign] # the bot made its tree
    bot.tree.error(tell_command_error)
    for name in COGS:
        await bot.load_extension(f"{__name__}.{name}")
