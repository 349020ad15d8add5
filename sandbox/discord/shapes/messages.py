"""Messages, reactions and interaction metadata as JSON, as one viewer sees them."""

from typing import TYPE_CHECKING

from sandbox.discord.clock import timestamp
from sandbox.discord.events import Viewer
from sandbox.discord.model import (
    EPHEMERAL,
    ChannelType,
    Interaction,
    Json,
    Message,
    MessageType,
)
from sandbox.discord.shapes import files, parts, people, places

if TYPE_CHECKING:
    from sandbox.discord.world import World


def message(world: "World", one: Message, viewer: Viewer, *, quoted: bool = True) -> Json:
    """The message as ``viewer`` sees it; ``quoted``: with the message it answers, if any."""
    open_book = _may_read(one, viewer)
    shape = _frame(one)
    shape |= _contents(world, one) if open_book else _closed()
    shape["mentions"] = [people.user(world.users[who]) for who in one.mentions]
    if one.nonce is not None:
        shape["nonce"] = one.nonce
    if one.reactions:
        shape["reactions"] = reactions(one, viewer)
    if one.webhook_id:
        shape["webhook_id"] = str(one.webhook_id)
    if one.application_id:
        shape["application_id"] = str(one.application_id)
    if one.interaction:
        shape["interaction_metadata"] = metadata(one.interaction)
    if one.thread:
        shape["thread"] = places.thread(one.thread, viewer)
    if one.reference:
        shape["message_reference"] = one.reference
        if quoted and one.type in {MessageType.REPLY, MessageType.THREAD_STARTER_MESSAGE}:
            shape["referenced_message"] = _quoted(world, one.reference, viewer)
    return shape


def dispatched(world: "World", one: Message, viewer: Viewer) -> Json:
    """The message as a gateway event carries it: with server and membership."""
    shape = message(world, one, viewer)
    guild = one.channel.guild
    shape["channel_type"] = int(one.channel.type)
    if guild:
        shape["guild_id"] = str(guild.id)
        membership = people.member_of(guild, one.author)
        if membership and not one.webhook_id:
            shape["member"] = membership
    return shape


def reactions(one: Message, viewer: Viewer) -> list[Json]:
    return [
        {
            "emoji": emoji(key),
            "count": len(reactors),
            "count_details": {"burst": 0, "normal": len(reactors)},
            "burst_colors": [],
            "me_burst": False,
            "burst_me": False,
            "burst_count": 0,
            "me": viewer.user.id in reactors,
        }
        for key, reactors in one.reactions.items()
    ]


def emoji(key: str) -> Json:
    """A partial emoji from its form in a path: the character itself, or ``name:id``."""
    name, _, snowflake = key.partition(":")
    return {"id": snowflake or None, "name": name}


def metadata(one: Interaction) -> Json:
    """What a message says of the interaction that made it."""
    shape: Json = {
        "id": str(one.id),
        "type": one.type,
        "user": people.user(one.user),
        "authorizing_integration_owners": owners(one),
    }
    if one.type == 2:
        shape |= {"name": one.data["name"], "command_type": one.data["type"]}
        if target := one.data.get("target_id"):
            key = "target_user" if one.data["type"] == 2 else "target_message_id"
            shape[key] = one.data["resolved"]["users"][target] if key == "target_user" else target
    elif one.type == 3 and one.message:
        shape["interacted_message_id"] = str(one.message.id)
    elif one.type == 5 and one.parent:
        shape["triggering_interaction_metadata"] = metadata(one.parent)
    return shape


def owners(one: Interaction) -> Json:
    """Through which installation the command came: server, or 0 for a direct conversation."""
    return {"0": str(one.channel.guild.id) if one.channel.guild else "0"}


def _frame(one: Message) -> Json:
    return {
        "id": str(one.id),
        "channel_id": str(one.channel.id),
        "type": int(one.type),
        "author": people.user(one.author),
        "timestamp": timestamp(one.sent),
        "edited_timestamp": timestamp(one.edited) if one.edited else None,
        "tts": False,
        "pinned": False,
        "flags": one.flags,
        "mention_everyone": one.mention_everyone,
        "mention_roles": [str(role) for role in one.mention_roles],
    }


def _contents(world: "World", one: Message) -> Json:
    shelf = parts.Shelf(one.attachments, world.cdn_url, world.clock.now())
    shown = parts.files_shown(one.components, one.embeds)
    return {
        "content": one.content,
        "embeds": [parts.embed(each, shelf) for each in one.embeds],
        "components": [parts.component(each, shelf) for each in one.components],
        "attachments": [
            files.attachment(file, world.cdn_url, world.clock.now())
            for file in one.attachments
            if file.filename not in shown
        ],
    }


def _closed() -> Json:
    return {"content": "", "embeds": [], "components": [], "attachments": []}


def _may_read(one: Message, viewer: Viewer) -> bool:
    """Message content needs the privilege, except in the cases the documentation lists."""
    me = viewer.user.id
    return (
        viewer.reads
        or me in {one.author.id, one.application_id}
        or me in one.mentions
        or one.channel.type is ChannelType.DM
        or bool(one.flags & EPHEMERAL)
    )


def _quoted(world: "World", reference: Json, viewer: Viewer) -> Json | None:
    found = world.messages.get(int(reference.get("message_id", 0)))
    if found is None or found.deleted:
        return None
    return message(world, found, viewer, quoted=False)
