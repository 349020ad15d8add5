"""Who is spoken to in which language, and the words that Discord shows by itself.

What stands in a channel is in its server's language: the one that its moderators chose, else the
one it has at Discord. What only one person sees is in theirs, if there are words of it.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import discord
from discord import app_commands
from discord.app_commands import TranslationContextLocation as Location

from bot.app import Vivant
from bot.errors import StoreDown
from bot.languages import ENGLISH, Language, Languages, speak, speaking, spoken
from bot.store.records import Anchor, Server
from cogs._answers import Click

FOLDER = Path(__file__).parent / "languages"
"""The catalogues, one file a language."""

NAMES = {Location.command_name, Location.group_name, Location.parameter_name}
"""What stays as it is: people, and ``/help``, write commands as they are called in English."""


def chosen_or_native(bot: Vivant, server: Server) -> Language:
    """The language of a server's notices."""
    guild = bot.get_guild(server.guild_id)
    return bot.languages.first(server.language, str(guild.preferred_locale) if guild else None)


async def language_in(bot: Vivant, guild_id: int | None) -> Language:
    """The language of what stands in a server's channels; English in direct messages."""
    if guild_id is None:
        return ENGLISH
    try:
        server = await bot.store.servers.get(guild_id)
    except StoreDown:
        server = Server(guild_id=guild_id)
    return chosen_or_native(bot, server)


@asynccontextmanager
async def aloud(bot: Vivant, guild_id: int | None) -> AsyncIterator[None]:
    """Speak so that a whole channel understands, for the block; in direct messages as before."""
    with speaking(await language_in(bot, guild_id) if guild_id else spoken()):
        yield


async def note_language(bot: Vivant, anchor: Anchor) -> None:
    """Note the language of a message's place on its anchor, unless one is noted already."""
    if anchor.language is None:
        anchor.language = (await language_in(bot, anchor.guild_id)).code


async def language_of(interaction: Click) -> Language:
    """The language of whoever asks for something; the server's if there are no words of theirs."""
    own = interaction.client.languages.find(str(interaction.locale))
    return own or await language_in(interaction.client, interaction.guild_id)


async def listen(interaction: Click) -> bool:
    """Answer in the asker's language from here on; called before anything else is done."""
    speak(await language_of(interaction))
    return True


class Translator(app_commands.Translator):
    """Tells Discord the descriptions of commands, options and choices in every language."""

    def __init__(self, languages: Languages) -> None:
        self._languages = languages

    async def translate(
        self,
        string: app_commands.locale_str,
        locale: discord.Locale,
        context: app_commands.TranslationContextTypes,
    ) -> str | None:
        """Called by the library for every text and locale; nothing: as it is in English."""
        language = self._languages.find(str(locale))
        if language is None or context.location in NAMES:
            return None
        return language.sentences.get(string.message)
