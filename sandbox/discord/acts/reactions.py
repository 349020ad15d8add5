"""Adding and removing reactions."""

from sandbox.discord.events import Event, Intent, in_place, same
from sandbox.discord.model import Json, Message, User
from sandbox.discord.permissions import Permission, in_channel, require
from sandbox.discord.refusal import refuse
from sandbox.discord.shapes import people
from sandbox.discord.shapes.messages import emoji
from sandbox.discord.world import World

MOST_KINDS = 20


def add(world: World, by: User, message: Message, key: str) -> None:
    """React with ``key``: the character itself, or ``name:id`` for a custom emoji.

    Raises:
        Refusal: 10014 for an unknown emoji, 30010 above 20 kinds, 50083 in an archived thread.
    """
    _check(world, by, message, key)
    if key not in message.reactions:
        require(message.channel, by, Permission.ADD_REACTIONS)
        if len(message.reactions) >= MOST_KINDS:
            raise refuse(30010)
    reactors = message.reactions.setdefault(key, {})
    if by.id not in reactors:
        reactors[by.id] = None
        world.publish(_event("MESSAGE_REACTION_ADD", message, _by(message, by, key, joined=True)))


def remove(world: World, by: User, message: Message, key: str, whose: User) -> None:
    """Take back a reaction; somebody else's needs Manage Messages."""
    _check(world, by, message, key)
    if by is not whose:
        require(message.channel, by, Permission.MANAGE_MESSAGES)
    reactors = message.reactions.get(key)
    if reactors is None or whose.id not in reactors:
        raise refuse(10014)
    del reactors[whose.id]
    if not reactors:
        del message.reactions[key]
    world.publish(_event("MESSAGE_REACTION_REMOVE", message, _by(message, whose, key)))


def clear(world: World, by: User, message: Message, key: str | None = None) -> None:
    """Remove all reactions, or all of one emoji."""
    require(message.channel, by, Permission.MANAGE_MESSAGES)
    body = _where(message)
    if key is None:
        message.reactions.clear()
        world.publish(_event("MESSAGE_REACTION_REMOVE_ALL", message, body))
        return
    message.reactions.pop(key, None)
    body |= {"emoji": emoji(key)}
    world.publish(_event("MESSAGE_REACTION_REMOVE_EMOJI", message, body))


def _check(world: World, by: User, message: Message, key: str) -> None:
    granted = in_channel(message.channel, by)
    if not granted & Permission.VIEW_CHANNEL or message.ephemeral:
        raise refuse(50001)
    if not granted & Permission.READ_MESSAGE_HISTORY:
        raise refuse(50013)
    if message.channel.thread and message.channel.thread.archived:
        raise refuse(50083)
    name, _, snowflake = key.partition(":")
    custom = bool(snowflake) and int(snowflake) in world.bot.emojis
    if not custom and (snowflake or name.isascii()):
        raise refuse(10014)


def _where(message: Message) -> Json:
    body: Json = {"channel_id": str(message.channel.id), "message_id": str(message.id)}
    if message.channel.guild:
        body["guild_id"] = str(message.channel.guild.id)
    return body


def _by(message: Message, user: User, key: str, *, joined: bool = False) -> Json:
    body = _where(message) | {
        "user_id": str(user.id),
        "emoji": emoji(key),
        "burst": False,
        "type": 0,
    }
    guild = message.channel.guild
    if joined:
        body["message_author_id"] = str(message.author.id)
        if guild:
            body["member"] = people.full_member(guild.members[user.id])
    return body


def _event(name: str, message: Message, body: Json) -> Event:
    return in_place(
        name,
        message.channel,
        same(body),
        guild_intent=Intent.GUILD_REACTIONS,
        direct_intent=Intent.DIRECT_REACTIONS,
    )
