"""Cogs that take in forms: submissions are found by their ids, also after a restart."""

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import ClassVar

import discord
from discord.ext import commands

from cogs._answers import Click, tell_error
from cogs._languages import listen

Answer = Callable[[Click, Mapping[str, str]], Awaitable[None]]
"""Takes a submission and the named groups of its form's id."""


class FormCog(commands.Cog):
    """Base of cogs with forms; a subclass maps patterns of form ids to what takes them in."""

    forms: ClassVar[Mapping[str, Answer]]

    @commands.Cog.listener()
    async def on_interaction(self, interaction: Click) -> None:
        """Hand a submitted form on, and word whatever goes wrong."""
        if interaction.type is not discord.InteractionType.modal_submit:
            return
        custom_id = str(dict(interaction.data or {}).get("custom_id"))
        for pattern, answer in self.forms.items():
            if found := re.fullmatch(pattern, custom_id):
                try:
                    await listen(interaction)
                    await answer(interaction, found.groupdict())
                except Exception as error:  # noqa: BLE001 - the library would swallow it unseen
                    await tell_error(interaction, error)
