"""Whether an account may post a message where it wants to."""

from sandbox.discord.model import Channel, ChannelType, Json, Message, User
from sandbox.discord.permissions import NOTHING, Permission, in_channel, require, sending
from sandbox.discord.refusal import Problems, refuse
from sandbox.discord.rules.drafts import Draft
from sandbox.discord.world import World

NONCE_SECONDS = 300.0


def check(world: World, author: User, channel: Channel, draft: Draft) -> None:
    if channel.type in {ChannelType.CATEGORY, ChannelType.FORUM}:
        raise refuse(50008)
    if channel.type is ChannelType.DM:
        _may_write_to(world, author, channel)
    needed = Permission.VIEW_CHANNEL | sending(channel)
    needed |= Permission.EMBED_LINKS if draft.embeds and author.bot else NOTHING
    needed |= Permission.ATTACH_FILES if draft.uploads else NOTHING
    require(channel, author, needed)
    state = channel.thread
    if state and state.locked and not in_channel(channel, author) & Permission.MANAGE_THREADS:
        raise refuse(160005)


def _may_write_to(world: World, author: User, channel: Channel) -> None:
    others = [world.users[one] for one in channel.recipients if one != author.id]
    for other in others:
        shared = any(
            {author.id, other.id} <= guild.members.keys() for guild in world.guilds.values()
        )
        if author.bot and not (shared and other.direct_open):
            raise refuse(50007)


def check_reference(channel: Channel, author: User, reference: Json | None) -> None:
    if reference is None:
        return
    found = channel.log.get(int(reference.get("message_id", 0)))
    if found is not None and found.seen_only_by is None:
        if not in_channel(channel, author) & Permission.READ_MESSAGE_HISTORY:
            raise refuse(160002)
    elif reference.get("fail_if_not_exists", True):
        problems = Problems()
        problems.add(("message_reference",), "REPLIES_UNKNOWN_MESSAGE", "Unknown message")
        problems.settle()


def twin(world: World, author: User, channel: Channel, draft: Draft) -> Message | None:
    """A recent message of the same author with the same nonce, which a second send returns."""
    nonce = str(draft.given.get("nonce"))
    since = world.clock.now() - NONCE_SECONDS
    for message in reversed(channel.log.values()):
        if message.sent < since:
            return None
        if message.author is author and str(message.nonce) == nonce:
            return message
    return None
