"""What the gateway tells whom: one event, its audience, and its JSON for each viewer.

Source: Discord's documentation, "Gateway" (list of intents, message content).
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntFlag

from sandbox.discord.model import Channel, ChannelType, Guild, Json, User
from sandbox.discord.permissions import sees


class Intent(IntFlag):
    NONE = 0
    GUILDS = 1 << 0
    GUILD_MEMBERS = 1 << 1
    GUILD_WEBHOOKS = 1 << 5
    GUILD_PRESENCES = 1 << 8
    GUILD_MESSAGES = 1 << 9
    GUILD_REACTIONS = 1 << 10
    GUILD_TYPING = 1 << 11
    DIRECT_MESSAGES = 1 << 12
    DIRECT_REACTIONS = 1 << 13
    DIRECT_TYPING = 1 << 14
    MESSAGE_CONTENT = 1 << 15


PRIVILEGED = Intent.GUILD_MEMBERS | Intent.GUILD_PRESENCES | Intent.MESSAGE_CONTENT


@dataclass(frozen=True, slots=True)
class Viewer:
    """Through whose eyes something is shown; ``reads`` is the message-content privilege."""

    user: User
    reads: bool = True


@dataclass(frozen=True, slots=True)
class Event:
    """One dispatch.

    Attributes:
        body: The JSON as one viewer sees it.
        channel: Only for those who see this channel.
        guild: The server, which picks the bot's shard.
        intent: What a bot must have asked for; people need none.
        only: Only for this account.
        members: Only for members of ``guild`` (where no channel says so).
    """

    name: str
    body: Callable[[Viewer], Json]
    channel: Channel | None = None
    guild: Guild | None = None
    intent: Intent = Intent.NONE
    only: int | None = None

    def reaches(self, user: User) -> bool:
        """Whether the account may know of it at all, intents aside."""
        if self.only is not None:
            return self.only == user.id
        if self.channel is not None:
            return sees(self.channel, user)
        return self.guild is None or user.id in self.guild.members


def same(body: Json) -> Callable[[Viewer], Json]:
    """A body that looks alike to everybody."""
    return lambda _: body


def in_place(
    name: str,
    channel: Channel,
    body: Callable[[Viewer], Json],
    *,
    guild_intent: Intent,
    direct_intent: Intent = Intent.NONE,
    only: int | None = None,
) -> Event:
    """An event of ``channel`` with the intent that fits servers or direct conversations."""
    direct = channel.type is ChannelType.DM
    intent = direct_intent if direct else guild_intent
    return Event(name, body, channel, channel.guild, intent, only)
