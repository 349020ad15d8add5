"""Who may do what where: Discord's permission bits and how roles and overwrites add up.

Source: Discord's documentation, "Permissions" (hierarchy, implicit permissions, threads).
"""

from enum import IntFlag

from sandbox.discord.model import Channel, Guild, User
from sandbox.discord.refusal import refuse


class Permission(IntFlag):
    """The bits this server knows by name; the others travel as numbers."""

    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    ADD_REACTIONS = 1 << 6
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    USE_EXTERNAL_EMOJIS = 1 << 18
    MANAGE_ROLES = 1 << 28
    MANAGE_WEBHOOKS = 1 << 29
    USE_APPLICATION_COMMANDS = 1 << 31
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    CREATE_PRIVATE_THREADS = 1 << 36
    SEND_MESSAGES_IN_THREADS = 1 << 38
    MODERATE_MEMBERS = 1 << 40


NOTHING = Permission(0)
EVERYTHING = Permission((1 << 53) - 1)
EVERYBODY = (
    Permission.ADD_REACTIONS
    | Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.USE_EXTERNAL_EMOJIS
    | Permission.USE_APPLICATION_COMMANDS
    | Permission.CREATE_PUBLIC_THREADS
    | Permission.CREATE_PRIVATE_THREADS
    | Permission.SEND_MESSAGES_IN_THREADS
)
INVITED_BOT = (
    EVERYBODY | Permission.MANAGE_MESSAGES | Permission.MANAGE_WEBHOOKS | Permission.MANAGE_THREADS
)
DIRECT = EVERYBODY | Permission.MENTION_EVERYONE
NEEDS_SENDING = Permission.EMBED_LINKS | Permission.ATTACH_FILES | Permission.MENTION_EVERYONE


def in_guild(guild: Guild, user: User) -> Permission:
    """What the roles of ``user`` give in ``guild``, before overwrites."""
    if guild.owner_id == user.id:
        return EVERYTHING
    member = guild.members.get(user.id)
    if member is None:
        return NOTHING
    bits = guild.roles[guild.id].permissions
    for role_id in member.roles:
        bits |= guild.roles[role_id].permissions
    return EVERYTHING if bits & Permission.ADMINISTRATOR else Permission(bits)


def in_channel(channel: Channel, user: User) -> Permission:
    """What ``user`` may do in ``channel``; a thread follows its parent's overwrites."""
    if channel.guild is None:
        return DIRECT if user.id in channel.recipients else NOTHING
    granted = in_guild(channel.guild, user)
    if granted == EVERYTHING or user.id not in channel.guild.members:
        return granted
    place = channel.parent if channel.thread and channel.parent else channel
    granted = _overwritten(granted, place, channel.guild, user)
    if channel.is_private_thread and not _enters(channel, user, granted):
        return NOTHING
    return _implied(granted, channel)


def require(channel: Channel, user: User, needed: Permission) -> None:
    """Raise Discord's refusal unless ``user`` has every bit of ``needed`` in ``channel``.

    Raises:
        Refusal: 50001 where the channel cannot even be seen, else 50013.
    """
    granted = in_channel(channel, user)
    if not granted & Permission.VIEW_CHANNEL:
        raise refuse(50001)
    if needed & ~granted:
        raise refuse(50013)


def sees(channel: Channel, user: User) -> bool:
    return bool(in_channel(channel, user) & Permission.VIEW_CHANNEL)


def sending(channel: Channel) -> Permission:
    """The bit that sending there needs."""
    return Permission.SEND_MESSAGES_IN_THREADS if channel.thread else Permission.SEND_MESSAGES


def _overwritten(granted: Permission, place: Channel, guild: Guild, user: User) -> Permission:
    member = guild.members[user.id]
    overwrites = place.overwrites
    roles = [overwrites[role] for role in member.roles if role in overwrites]
    allow = deny = 0
    for overwrite in roles:
        allow |= overwrite.allow
        deny |= overwrite.deny
    steps = [
        (overwrites[target].allow, overwrites[target].deny)
        for target in (guild.id,)
        if target in overwrites
    ]
    steps.append((allow, deny))
    if user.id in overwrites:
        steps.append((overwrites[user.id].allow, overwrites[user.id].deny))
    bits = int(granted)
    for allowed, denied in steps:
        bits = bits & ~denied | allowed
    return Permission(bits)


def _enters(thread: Channel, user: User, granted: Permission) -> bool:
    return user.id in thread.thread_members or bool(granted & Permission.MANAGE_THREADS)


def _implied(granted: Permission, channel: Channel) -> Permission:
    if not granted & Permission.VIEW_CHANNEL:
        return NOTHING
    if not granted & sending(channel):
        granted &= ~NEEDS_SENDING
    return granted
