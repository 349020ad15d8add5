"""The whole state of this Discord, with builders for tests and the one place events come from.

Hides how things are indexed. Builders arrange the world and are not limited by permissions; what
people and bots do goes through ``acts``.
"""

from collections.abc import Callable, Iterable
from typing import TypeVar

from sandbox.discord.clock import Clock
from sandbox.discord.events import PRIVILEGED, Event, Intent, Viewer, same
from sandbox.discord.model import (
    Application,
    Attachment,
    Channel,
    ChannelType,
    Command,
    Guild,
    Interaction,
    Member,
    Message,
    Overwrite,
    Role,
    User,
    Webhook,
)
from sandbox.discord.permissions import EVERYBODY, INVITED_BOT, NOTHING
from sandbox.discord.refusal import refuse
from sandbox.discord.shapes import people, places

T = TypeVar("T")

CONTENT_FLAG = 1 << 18
CONTENT_FLAG_LIMITED = 1 << 19


class World:
    """Everything there is; ``bot`` is the one application.

    Attributes:
        images: Pictures of accounts by hash, as bytes or as the address they came from.
        online: Accounts with a gateway session.
        advised_shards: What ``GET /gateway/bot`` recommends.
        listeners: Hear every event; the gateway is one.
    """

    def __init__(self, clock: Clock, *, bot_name: str = "Vivant") -> None:
        self.clock = clock
        self.users: dict[int, User] = {}
        self.tokens: dict[str, User] = {}
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.messages: dict[int, Message] = {}
        self.webhooks: dict[int, Webhook] = {}
        self.interactions: dict[int, Interaction] = {}
        self.unanswered: dict[int, Interaction] = {}
        self.by_token: dict[str, Interaction] = {}
        self.files: dict[int, Attachment] = {}
        self.images: dict[str, bytes | str] = {}
        self.listeners: list[Callable[[Event], None]] = []
        self.online: set[int] = set()
        self.cdn_url = ""
        self.advised_shards = 1
        self.bot = Application(self._account(bot_name, bot=True), int(PRIVILEGED), CONTENT_FLAG)

    # --- builders -------------------------------------------------------------------------

    def user(self, name: str) -> User:
        """A person."""
        return self._account(name, bot=False)

    def guild(
        self,
        name: str,
        owner: User,
        *,
        members: Iterable[User] = (),
        bot_permissions: int | None = int(INVITED_BOT),
        premium_tier: int = 0,
    ) -> Guild:
        """A server with its everyone-role; the bot is in it unless its permissions are None."""
        guild = Guild(self.clock.snowflake(apart=True), name, owner.id, premium_tier)
        guild.roles[guild.id] = Role(guild.id, "@everyone", int(EVERYBODY), position=0)
        self.guilds[guild.id] = guild
        for user in (owner, *members):
            self.join(guild, user)
        if bot_permissions is not None:
            self.invite_bot(guild, bot_permissions)
        return guild

    def invite_bot(self, guild: Guild, permissions: int = int(INVITED_BOT)) -> Role:
        """Bring the bot into ``guild`` with a role of its own, which is returned."""
        role = Role(self.clock.snowflake(), self.bot.user.username, permissions, 1, self.bot.id)
        guild.roles[role.id] = role
        guild.members[self.bot.id] = Member(self.bot.user, self.clock.now(), [role.id])
        self.publish(self._arrival(guild, self.bot.user))
        return role

    def join(self, guild: Guild, user: User, *, roles: Iterable[Role] = ()) -> Member:
        """Make ``user`` a member."""
        member = Member(user, self.clock.now(), [role.id for role in roles])
        guild.members[user.id] = member
        self.publish(self._arrival(guild, user))
        joined = places.member_event(guild, member)
        self.publish(Event("GUILD_MEMBER_ADD", joined, guild=guild, intent=Intent.GUILD_MEMBERS))
        return member

    def leave(self, guild: Guild, user: User) -> None:
        """Take a member, or the bot, out of ``guild``."""
        member = guild.members.pop(user.id)
        gone = {"id": str(guild.id)}
        self.publish(Event("GUILD_DELETE", same(gone), guild=guild, only=user.id))
        left = places.member_event(guild, member)
        self.publish(Event("GUILD_MEMBER_REMOVE", left, guild=guild, intent=Intent.GUILD_MEMBERS))

    def role(
        self, guild: Guild, name: str, permissions: int = int(NOTHING), *, to: Iterable[User] = ()
    ) -> Role:
        """A role with ``permissions``, given ``to`` some members."""
        role = Role(self.clock.snowflake(), name, permissions, len(guild.roles))
        guild.roles[role.id] = role
        for user in to:
            guild.members[user.id].roles.append(role.id)
        self.announce_role(guild, role, "GUILD_ROLE_CREATE")
        return role

    def announce_role(self, guild: Guild, role: Role, name: str = "GUILD_ROLE_UPDATE") -> None:
        """Tell the bot about a role after it was changed."""
        body = {"guild_id": str(guild.id), "role": places.role(role)}
        self.publish(Event(name, same(body), guild=guild, intent=Intent.GUILDS))

    def channel(
        self,
        guild: Guild,
        name: str,
        *,
        nsfw: bool = False,
        topic: str | None = None,
        kind: ChannelType = ChannelType.TEXT,
    ) -> Channel:
        """A channel: for text, announcements, or a forum."""
        channel = Channel(
            self.clock.snowflake(),
            kind,
            self,
            name,
            guild,
            nsfw=nsfw,
            topic=topic,
            position=len(guild.channels),
        )
        guild.channels[channel.id] = self.channels[channel.id] = channel
        self.announce(channel, "CHANNEL_CREATE")
        return channel

    def overwrite(
        self, channel: Channel, target: Role | User, *, allow: int = 0, deny: int = 0
    ) -> None:
        """Set what ``target`` is allowed and denied in ``channel`` beyond its roles."""
        rule = Overwrite(target.id, isinstance(target, User), int(allow), int(deny))
        channel.overwrites[target.id] = rule
        self.announce(channel, "CHANNEL_UPDATE")

    def announce(self, channel: Channel, name: str) -> None:
        """Tell those who see ``channel`` about it."""
        self.publish(
            Event(
                name,
                lambda viewer: places.channel(channel, viewer),
                channel=channel,
                guild=channel.guild,
                intent=Intent.GUILDS,
            )
        )

    def direct(self, one: User, other: User) -> Channel:
        """The direct conversation of two accounts, opened if need be."""
        pair = sorted((one.id, other.id))
        for channel in self.channels.values():
            if channel.recipients == pair:
                return channel
        channel = Channel(self.clock.snowflake(), ChannelType.DM, self, recipients=pair)
        self.channels[channel.id] = channel
        for user in (one, other):
            self.publish(
                Event(
                    "CHANNEL_CREATE",
                    lambda viewer: places.channel(channel, viewer, self.users),
                    only=user.id,
                )
            )
        return channel

    def emoji(self, name: str) -> str:
        """An emoji of the application; returns it as it is written in a reaction's address."""
        snowflake = self.clock.snowflake()
        self.bot.emojis[snowflake] = {
            "id": str(snowflake),
            "name": name,
            "roles": [],
            "user": people.user(self.bot.user),
            "require_colons": True,
            "managed": False,
            "animated": False,
            "available": True,
        }
        return f"{name}:{snowflake}"

    def approve(self, intents: int) -> None:
        """Set which privileged intents the bot's application may ask for."""
        self.bot.approved = int(intents)
        self.bot.flags = CONTENT_FLAG if intents & Intent.MESSAGE_CONTENT else 0

    # --- finding --------------------------------------------------------------------------

    def find_channel(self, channel_id: int) -> Channel:
        return _found(self.channels, channel_id, 10003)

    def find_guild(self, guild_id: int) -> Guild:
        return _found(self.guilds, guild_id, 10004)

    def find_user(self, user_id: int) -> User:
        return _found(self.users, user_id, 10013)

    def find_message(self, channel: Channel, message_id: int, by: User) -> Message:
        """A message ``by`` can see; an ephemeral one exists only for its reader."""
        message = _found(channel.log, message_id, 10008)
        if message.seen_only_by not in {None, by.id}:
            raise refuse(10008)
        return message

    def find_command(self, command_id: int) -> Command:
        return _found(self.bot.commands, command_id, 10063)

    def account_of(self, token: str) -> User | None:
        """Whose token it is."""
        return self.tokens.get(token)

    def viewer(self, user: User) -> Viewer:
        """``user`` with what the application's approval lets it read over REST."""
        reads = not user.bot or bool(self.bot.approved & Intent.MESSAGE_CONTENT)
        return Viewer(user, reads)

    # --- change ---------------------------------------------------------------------------

    def publish(self, event: Event) -> None:
        """Hand an event to the gateway and wake whoever waits for the world to change."""
        for listener in self.listeners:
            listener(event)
        self.clock.pulse.beat()

    async def until(
        self,
        condition: Callable[[], T | None],
        *,
        timeout: float = 5,  # noqa: ASYNC109
        what: str = "",
    ) -> T:
        """The first true value of ``condition``; NotSeen after ``timeout`` seconds."""
        return await self.clock.pulse.until(condition, timeout=timeout, what=what)

    def _account(self, name: str, *, bot: bool) -> User:
        user = User(self.clock.snowflake(), name, None if bot else name, bot=bot)
        self.users[user.id] = self.tokens[user.token] = user
        return user

    def _arrival(self, guild: Guild, user: User) -> Event:
        return Event(
            "GUILD_CREATE",
            lambda viewer: places.guild_create(guild, viewer, self.online),
            guild=guild,
            only=user.id,
        )


def _found(shelf: dict[int, T], key: int, code: int) -> T:
    try:
        return shelf[key]
    except KeyError:
        raise refuse(code) from None
