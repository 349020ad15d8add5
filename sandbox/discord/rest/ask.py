"""One request as the routes see it: who asks, for what, with which body."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.discord.events import Viewer
from sandbox.discord.model import Channel, Guild, Message, Upload, User
from sandbox.discord.permissions import Permission, require
from sandbox.discord.refusal import Problems, refuse, unauthorized
from sandbox.discord.shapes import messages
from sandbox.discord.world import World


@dataclass(frozen=True, slots=True)
class Ask:
    """A parsed request.

    Attributes:
        who: The account behind the Authorization header, if any.
        path: Parameters from the address.
        body: The JSON body, an object unless the route takes a list.
    """

    world: World
    who: User | None
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: Any
    uploads: tuple[Upload, ...]
    gateway_url: str

    @property
    def account(self) -> User:
        if self.who is None:
            raise unauthorized()
        return self.who

    @property
    def viewer(self) -> Viewer:
        return self.world.viewer(self.who or self.world.bot.user)

    def id(self, name: str) -> int:
        """A snowflake from the address."""
        return snowflake(self.path[name], name)

    @property
    def channel(self) -> Channel:
        """The channel of the address, as far as the account sees it."""
        channel = self.world.find_channel(self.id("channel_id"))
        require(channel, self.account, Permission.VIEW_CHANNEL)
        return channel

    @property
    def message(self) -> Message:
        return self.world.find_message(self.channel, self.id("message_id"), self.account)

    @property
    def guild(self) -> Guild:
        """The server of the address, if the account is in it."""
        guild = self.world.find_guild(self.id("guild_id"))
        if self.account.id not in guild.members:
            raise refuse(50001)
        return guild

    @property
    def member_user(self) -> User:
        """The account of the address, where ``@me`` means who asks."""
        if self.path["user_id"] == "@me":
            return self.account
        return self.world.find_user(self.id("user_id"))

    def flag(self, name: str) -> bool:
        return self.query.get(name, "").lower() in {"1", "true"}

    def show(self, message: Message) -> dict[str, Any]:
        """The message as the asker sees it."""
        return messages.message(self.world, message, self.viewer)


def snowflake(text: object, name: str) -> int:
    """An id, or Discord's refusal of something that is none."""
    if not str(text).isdigit():
        problems = Problems()
        problems.add((name,), "NUMBER_TYPE_COERCE", f'Value "{text}" is not snowflake.')
        problems.settle()
    return int(str(text))
