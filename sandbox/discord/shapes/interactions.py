"""Interactions and commands as JSON."""

from typing import TYPE_CHECKING

from sandbox.discord.events import Viewer
from sandbox.discord.model import LOADING, Command, Interaction, Json
from sandbox.discord.permissions import in_channel
from sandbox.discord.shapes import messages, people, places
from sandbox.discord.shapes.messages import owners

if TYPE_CHECKING:
    from sandbox.discord.world import World

VERSION = 1


def interaction(world: "World", one: Interaction, limit: int) -> Json:
    """INTERACTION_CREATE as the application gets it; ``limit``: bytes per attachment."""
    place, guild = one.channel, one.channel.guild
    shape: Json = {
        "id": str(one.id),
        "application_id": str(world.bot.id),
        "type": one.type,
        "token": one.token,
        "version": VERSION,
        "data": one.data,
        "channel_id": str(place.id),
        "channel": places.interaction_channel(place, one.user, world.users),
        "locale": one.user.locale,
        "entitlements": [],
        "entitlement_sku_ids": [],
        "authorizing_integration_owners": owners(one),
        "context": 0 if guild else 1,
        "attachment_size_limit": limit,
        "app_permissions": str(int(in_channel(place, world.bot.user))),
    }
    if guild:
        member = people.full_member(guild.members[one.user.id])
        member["permissions"] = str(int(in_channel(place, one.user)))
        shape |= {
            "member": member,
            "guild_id": str(guild.id),
            "guild": {"id": str(guild.id), "locale": guild.locale, "features": []},
            "guild_locale": guild.locale,
        }
    else:
        shape["user"] = people.user(one.user)
    if one.message:
        shape["message"] = messages.message(world, one.message, Viewer(world.bot.user))
    return shape


def callback(world: "World", one: Interaction) -> Json:
    """The answer to a callback that asked for one (``with_response``)."""
    status: Json = {"id": str(one.id), "type": one.type}
    shown = one.response if one.answer_type in {4, 5} else one.message
    if shown and one.answer_type in {4, 5, 6, 7}:
        status |= {
            "response_message_id": str(shown.id),
            "response_message_loading": bool(shown.flags & LOADING),
            "response_message_ephemeral": shown.ephemeral,
        }
    if shown is None or one.answer_type not in {4, 7}:
        return {"interaction": status}
    message = messages.message(world, shown, Viewer(world.bot.user))
    return {"interaction": status, "resource": {"type": one.answer_type, "message": message}}


def command(world: "World", one: Command) -> Json:
    """A registered command."""
    shape: Json = {
        "id": str(one.id),
        "application_id": str(world.bot.id),
        "version": str(one.version),
        "type": one.type,
        "description": "",
        "default_member_permissions": None,
        "dm_permission": True,
        "contexts": None,
        "integration_types": [0],
        "nsfw": False,
        **{key: value for key, value in one.spec.items() if value is not None},
    }
    if shape["default_member_permissions"] is not None:
        shape["default_member_permissions"] = str(shape["default_member_permissions"])
    if one.guild_id:
        shape["guild_id"] = str(one.guild_id)
    return shape
