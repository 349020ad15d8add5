"""How a server uses the bot: ``/settings``, and what the bot says when it comes to a server.

One card, for those who manage the server. It shows the server, or one of its channels or roles;
every value says where it comes from.
"""

import logging
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.app import Vivant
from bot.errors import NotFound
from bot.languages import said
from bot.policy import Verb
from bot.store.records import Server
from bot.switches import FEATURES, SERVER, change, channel_scope, switch_of
from cogs._answers import Click
from cogs._buttons import Pressed, chosen
from cogs._gate import Facts
from cogs._languages import aloud, chosen_or_native
from cogs._present import button, layout

log = logging.getLogger(__name__)

SCOPE = r"(?P<scope>server|channel-\d+|role-\d+)"

FEATURE_NAMES = {
    "image": "Pictures",
    "edit": "Editing pictures",
    "face": "Faces",
    "video": "Videos",
    "profile": "Trained profiles",
    "wardrobe": "Wardrobe",
    "prompt": "Help with prompts",
    "character": "Making characters",
    "chat": "Scenes",
    "adult": "Adult operations",
    "identity": "Characters under their own names",
}

NEEDED = {
    "view_channel": "View Channel",
    "send_messages": "Send Messages",
    "attach_files": "Attach Files",
    "embed_links": "Embed Links",
    "read_message_history": "Read Message History",
    "create_public_threads": "Create Public Threads",
    "create_private_threads": "Create Private Threads",
    "send_messages_in_threads": "Send Messages in Threads",
    "manage_webhooks": "Manage Webhooks",
}
"""The permissions that something does not work without, by the library's names for them."""

LISTED = 12
"""Channels that a list of missing permissions names."""


class FeatureSelect(Pressed, template=rf"settings:feature:{SCOPE}"):
    """Moves the chosen feature on to its next value in a scope."""

    async def press(self, interaction: Click, found: Mapping[str, str]) -> None:
        """Change it, and show the card as it is now."""
        feature = next(iter(chosen(interaction)), "")
        if feature not in FEATURES:
            raise NotFound("setting")
        async with _changing(interaction, found["scope"]) as server:
            change(server, found["scope"], feature)


class LogSelect(Pressed, template=r"settings:log"):
    """Chooses where reports go; nothing chosen: to the operator."""

    async def press(self, interaction: Click, _: Mapping[str, str]) -> None:
        """Note the channel."""
        picked = next(iter(map(int, chosen(interaction))), None)
        if picked and interaction.guild and interaction.guild.get_channel(picked) is None:
            raise NotFound("setting")
        async with _changing(interaction, SERVER) as server:
            server.log_channel = picked


class BlockSelect(Pressed, template=r"settings:block"):
    """Blocks somebody, or unblocks whoever is blocked."""

    async def press(self, interaction: Click, _: Mapping[str, str]) -> None:
        """Note it."""
        async with _changing(interaction, SERVER) as server:
            server.blocked = sorted(set(server.blocked) ^ set(map(int, chosen(interaction))))


class LanguageSelect(Pressed, template=r"settings:language"):
    """Chooses the language of notices; nothing chosen: the server's own at Discord."""

    async def press(self, interaction: Click, _: Mapping[str, str]) -> None:
        """Note it."""
        code = next(iter(chosen(interaction)), None)
        if code and interaction.client.languages.find(code) is None:
            raise NotFound("setting")
        async with _changing(interaction, SERVER) as server:
            server.language = code


class ScenesButton(Pressed, template=r"settings:scenes:channel-(?P<channel>\d+)"):
    """Allows scenes in a channel, or no longer."""

    async def press(self, interaction: Click, found: Mapping[str, str]) -> None:
        """Note it."""
        channel_id = int(found["channel"])
        async with _changing(interaction, channel_scope(channel_id)) as server:
            server.scenes_in = sorted(set(server.scenes_in) ^ {channel_id})


class ScopeSelect(Pressed, template=r"settings:look:(?P<kind>channel|role|server)"):
    """Shows the card of a channel, of a role, or of the whole server."""

    async def press(self, interaction: Click, found: Mapping[str, str]) -> None:
        """Show it."""
        await _may_configure(interaction)
        picked = next(iter(chosen(interaction)), "")
        kind = found["kind"]
        scope = f"{kind}-{picked}" if picked.isdecimal() and kind != SERVER else SERVER
        await interaction.response.edit_message(view=await _card(interaction, scope))


class Admin(commands.Cog):
    """Settles how a server uses the bot."""

    def __init__(self, bot: Vivant) -> None:
        self._bot = bot

    @app_commands.command()
    @app_commands.guild_only()
    @app_commands.default_permissions(manage_guild=True)
    async def settings(self, interaction: Click) -> None:
        """Settle what people may do with me in this server."""
        await _may_configure(interaction)
        view = await _card(interaction, SERVER)
        await interaction.response.send_message(view=view, ephemeral=True)

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Note the server, and say what can be done in it."""
        await self._bot.privacy.entered(self._bot.application_id or 0, guild.id)
        if place := _greeting_place(guild):
            self._bot.lanes.spend()
            async with aloud(self._bot, guild.id):
                hello = _greeting(guild)
            try:
                await place.send(view=hello)
            except discord.HTTPException as error:
                log.warning("could not greet a server: %s", error)

    @commands.Cog.listener()
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Note when the bot left: what came to be there is forgotten in time."""
        await self._bot.privacy.left(self._bot.application_id or 0, guild.id)


async def _may_configure(interaction: Click) -> Facts:
    """Ask whether somebody may settle how this server uses the bot."""
    facts = await Facts.of_interaction(interaction)
    await facts.may_manage(Verb.CONFIGURE, 0, interaction.guild_id)
    return facts


@asynccontextmanager
async def _changing(interaction: Click, scope: str) -> AsyncIterator[Server]:
    """The server's decisions to be changed; the card of ``scope`` then shows the change.

    Raises:
        Denied: Whoever pressed does not manage the server.
    """
    facts = await _may_configure(interaction)
    async with interaction.client.store.server(interaction.guild_id or 0) as server:
        yield server
    await facts.note("settings")
    await interaction.response.edit_message(view=await _card(interaction, scope))


async def _card(interaction: Click, scope: str) -> ui.LayoutView:
    """All values of a scope, and what changes them."""
    server = await interaction.client.store.servers.get(interaction.guild_id or 0)
    rows = [_features(server, scope), _scopes("channel"), _scopes("role")]
    if scope == SERVER:
        rows += [_log_select(), _block_select(), _language_select(interaction.client)]
    else:
        back = button("The whole server", "settings:look:server", emoji="↩️")
        rows.append(ui.ActionRow(*_scene_toggle(server, scope), back))
    return layout(
        ui.TextDisplay(f"### {said('Settings of {scope}', scope=_named(scope))}"),
        ui.TextDisplay("\n".join(_lines(interaction.client, server, scope))),
        *rows,
    )


def _lines(bot: Vivant, server: Server, scope: str) -> list[str]:
    """The values of a scope, each with where it comes from."""
    lines = [_feature_line(server, scope, feature) for feature in FEATURES]
    if scope.startswith("role-"):
        return lines
    if scope != SERVER:
        allowed = _id(scope) in server.scenes_in
        where = said("set here" if allowed else "default: age-restricted channels only")
        return [*lines, f"**{said('Scenes allowed here:')}** {_on(allowed)} · {where}"]
    rooms = " ".join(f"<#{each}>" for each in server.scenes_in[:LISTED])
    room = server.log_channel
    reports = f"<#{room}> · {said('set here')}" if room else said("operator · default")
    people = " ".join(f"<@{each}>" for each in server.blocked[:LISTED])
    return [
        *lines,
        f"**{said('Scenes also in:')}** {rooms or said('age-restricted channels only · default')}",
        f"**{said('Reports go to:')}** {reports}",
        f"**{said('Blocked:')}** {people or said('nobody · default')}",
        f"**{said('Language of notices:')}** {_language(bot, server)}",
    ]


def _language(bot: Vivant, server: Server) -> str:
    """The language of what the bot says in the server, and where that comes from."""
    language = chosen_or_native(bot, server)
    guild = bot.get_guild(server.guild_id)
    if bot.languages.find(server.language):
        source = said("set here")
    elif guild and bot.languages.find(str(guild.preferred_locale)):
        source = said("default: the server's language at Discord")
    else:
        source = said("default")
    return f"{language.name} · {source}"


def _feature_line(server: Server, scope: str, feature: str) -> str:
    on, source = _value(server, scope, feature)
    return f"**{said(FEATURE_NAMES[feature])}:** {_on(on)} · {source}"


def _value(server: Server, scope: str, feature: str) -> tuple[bool, str]:
    """What holds for a feature in a scope by itself, and where that comes from in words."""
    channels = (_id(scope),) if scope.startswith("channel-") else ()
    roles = (_id(scope),) if scope.startswith("role-") else ()
    found = switch_of(server, feature, channels, roles)
    if found.scope is None:
        return found.on, said("default")
    return found.on, said("set here" if found.scope == scope else "from the server")


def _features(server: Server, scope: str) -> ui.ActionRow[Any]:
    options = [
        discord.SelectOption(
            label=f"{said(FEATURE_NAMES[feature])}: {_on(on)}", value=feature, description=source
        )
        for feature in FEATURES
        for on, source in [_value(server, scope, feature)]
    ]
    return ui.ActionRow(
        ui.Select(
            custom_id=f"settings:feature:{scope}",
            placeholder=said("Switch a feature on, off, or back"),
            options=options,
        )
    )


def _scopes(kind: str) -> ui.ActionRow[Any]:
    place = said("Settings of a role …" if kind == "role" else "Settings of a channel …")
    custom_id = f"settings:look:{kind}"
    if kind == "role":
        return ui.ActionRow(ui.RoleSelect(custom_id=custom_id, placeholder=place))
    kinds = [discord.ChannelType.text]
    return ui.ActionRow(
        ui.ChannelSelect(custom_id=custom_id, placeholder=place, channel_types=kinds)
    )


def _log_select() -> ui.ActionRow[Any]:
    select: ui.ChannelSelect[Any] = ui.ChannelSelect(
        custom_id="settings:log",
        placeholder=said("Where reports go …"),
        min_values=0,
        channel_types=[discord.ChannelType.text],
    )
    return ui.ActionRow(select)


def _block_select() -> ui.ActionRow[Any]:
    return ui.ActionRow(
        ui.UserSelect(custom_id="settings:block", placeholder=said("Block or unblock somebody …"))
    )


def _language_select(bot: Vivant) -> ui.ActionRow[Any]:
    options = [discord.SelectOption(label=each.name, value=each.code) for each in bot.languages]
    return ui.ActionRow(
        ui.Select(
            custom_id="settings:language",
            placeholder=said("Language of notices …"),
            min_values=0,
            options=options,
        )
    )


def _scene_toggle(server: Server, scope: str) -> list[ui.Button[Any]]:
    if not scope.startswith("channel-"):
        return []
    allowed = _id(scope) in server.scenes_in
    label = said("No scenes here" if allowed else "Allow scenes here")
    return [button(label, f"settings:scenes:{scope}", emoji="💬")]


def _named(scope: str) -> str:
    kind, _, number = scope.partition("-")
    return {"channel": f"<#{number}>", "role": f"<@&{number}>"}.get(kind) or said("this server")


def _id(scope: str) -> int:
    found = re.search(r"\d+", scope)
    return int(found[0]) if found else 0


def _on(value: bool) -> str:
    return said("on" if value else "off")


def _greeting_place(guild: discord.Guild) -> discord.TextChannel | None:
    """Where the bot may greet: the channel for system messages, else the first it may write in."""
    channels = [guild.system_channel, *guild.text_channels]
    for channel in channels:
        held = channel.permissions_for(guild.me) if channel else None
        if held and held.view_channel and held.send_messages:
            return channel
    return None


def _greeting(guild: discord.Guild) -> ui.LayoutView:
    hello = said("I make pictures and videos from words, and I play characters in threads.")
    ways = said(
        "- `/imagine` makes a picture, `/character create` and `/chat start` open a scene.\n"
        "- Scenes run in age-restricted channels, or where `/settings` allows them.\n"
        "- `/settings` switches things off, says where reports go, and blocks people.\n"
        "- `/help` says what you can do in a channel, `/privacy` what I hold on you."
    )
    texts = (f"### {said('Hello!')}\n{hello}", ways, _missing(guild))
    return layout(*map(ui.TextDisplay, texts))


def _missing(guild: discord.Guild) -> str:
    """Which permissions the bot lacks, by channel."""
    lacking: dict[str, list[str]] = {}
    for channel in guild.text_channels:
        held = channel.permissions_for(guild.me)
        names = ", ".join(said(NEEDED[each]) for each in NEEDED if not getattr(held, each))
        if names:
            lacking.setdefault(names, []).append(channel.mention)
    if not lacking:
        return said("I have every permission that I need.")
    lines = [
        f"- {', '.join(channels[:LISTED])}{' …' if len(channels) > LISTED else ''}: {names}"
        for names, channels in lacking.items()
    ]
    return "\n".join((said("I am missing permissions:"), *lines[:LISTED]))


async def setup(bot: Vivant) -> None:
    """Called by the library when the cog is loaded."""
    bot.add_dynamic_items(FeatureSelect, LogSelect, BlockSelect, LanguageSelect)
    bot.add_dynamic_items(ScenesButton, ScopeSelect)
    await bot.add_cog(Admin(bot))
