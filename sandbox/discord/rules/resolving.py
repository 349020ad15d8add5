"""The objects behind ids that a person chose: ``resolved`` of an interaction."""

from sandbox.discord.events import Viewer
from sandbox.discord.model import Attachment, Channel, Json, Message, User
from sandbox.discord.permissions import in_channel
from sandbox.discord.refusal import Refusal, refuse
from sandbox.discord.rules.components import Kind
from sandbox.discord.shapes import files, messages, people, places
from sandbox.discord.world import World

USER, CHANNEL, ROLE, MENTIONABLE, ATTACHMENT = 6, 7, 8, 9, 11
OF_SELECT = {
    Kind.USER_SELECT: USER,
    Kind.ROLE_SELECT: ROLE,
    Kind.MENTIONABLE_SELECT: MENTIONABLE,
    Kind.CHANNEL_SELECT: CHANNEL,
}


class Resolved:
    """Gathers what ids stand for; ``shape`` is the finished JSON."""

    def __init__(self, world: World, user: User, channel: Channel) -> None:
        self._world, self._user, self._channel = world, user, channel
        self.shape: Json = {}

    def add(self, kind: int, key: str) -> None:
        """Look up one id as an option of type ``kind``.

        Raises:
            Refusal: There is no such thing here.
        """
        number = int(key) if key.isdigit() else -1
        if kind == USER:
            self._add_user(number)
        elif kind == ROLE:
            self._add_role(number)
        elif kind == CHANNEL:
            self._add_channel(number)
        elif kind == ATTACHMENT:
            self._add_attachment(number)
        elif kind == MENTIONABLE:
            self._add_mentionable(number)

    def add_message(self, message: Message) -> None:
        """The target of a message menu, with its content."""
        shape = messages.message(self._world, message, Viewer(self._user))
        self._put("messages", message.id, shape)

    def _add_user(self, number: int) -> None:
        user = self._world.find_user(number)
        self._put("users", number, people.user(user))
        guild = self._channel.guild
        if guild and number in guild.members:
            rights = {"permissions": str(int(in_channel(self._channel, user)))}
            self._put("members", number, people.member(guild.members[number]) | rights)

    def _add_role(self, number: int) -> None:
        guild = self._channel.guild
        if guild is None or number not in guild.roles:
            raise refuse(10011)
        self._put("roles", number, places.role(guild.roles[number]))

    def _add_channel(self, number: int) -> None:
        channel = self._world.find_channel(number)
        shape = places.interaction_channel(channel, self._user, self._world.users)
        self._put("channels", number, shape)

    def _add_mentionable(self, number: int) -> None:
        if number in self._world.users:
            self._add_user(number)
        else:
            self._add_role(number)

    def _add_attachment(self, number: int) -> None:
        one: Attachment | None = self._world.files.get(number)
        if one is None:
            raise Refusal(400, 50035, "Unknown attachment")
        now = self._world.clock.now()
        self._put("attachments", number, files.attachment(one, self._world.cdn_url, now))

    def _put(self, shelf: str, key: int, shape: Json) -> None:
        self.shape.setdefault(shelf, {})[str(key)] = shape
