"""A person who acts in the world, limited by that account's rights.

Everything an actor does goes through the same rules as a request over the wire; what is refused
raises ``Refusal``.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.discord.actors import naming
from sandbox.discord.actors.asked import Asked, acknowledged
from sandbox.discord.acts import asking, messages, reactions, threads
from sandbox.discord.model import Channel, ChannelType, Json, Message, Upload, User
from sandbox.discord.permissions import sees
from sandbox.discord.rules import drafts
from sandbox.discord.rules.commands import MESSAGE_MENU, USER_MENU
from sandbox.discord.world import World

Value = str | float | bool | User | Channel | Upload


class Actor:
    """One person with a client."""

    def __init__(self, world: World, user: User) -> None:
        self.world, self.user = world, user

    # --- the application --------------------------------------------------------------------

    async def slash(self, channel: Channel, command: str, **options: Value) -> Asked:
        """Use ``/command``, with spaces before subcommands, and wait for its acknowledgement.

        Raises:
            Refusal: The command is not available here, or the options do not fit.
            NotAnswered: The bot did not acknowledge within three seconds.
        """
        found, given = naming.invocation(self.world, self.user, channel, command, options)
        begun = asking.command(self.world, self.user, channel, found, given)
        return await acknowledged(self.world, begun)

    async def autocomplete(
        self, channel: Channel, command: str, option: str, typed: str = "", **others: Value
    ) -> list[Json]:
        """The choices (``name``, ``value``) the bot offers for ``option`` so far ``typed``."""
        found, given = naming.invocation(
            self.world, self.user, channel, command, {**others, option: typed}, focused=option
        )
        begun = asking.command(self.world, self.user, channel, found, given, typing=True)
        asked = await acknowledged(self.world, begun)
        return asked.interaction.choices or []

    async def menu(
        self, name: str, target: Message | User, channel: Channel | None = None
    ) -> Asked:
        """Use a message menu, or a user menu in ``channel``."""
        place = channel if isinstance(target, User) else target.channel
        if place is None:
            raise ValueError("a user menu needs a channel")
        kind = USER_MENU if isinstance(target, User) else MESSAGE_MENU
        found = naming.command(self.world, self.user, place, name, kind)
        begun = asking.menu(self.world, self.user, place, found, target)
        return await acknowledged(self.world, begun)

    async def press(self, message: Message, button: str) -> Asked:
        """Press a button by label, emoji or custom id."""
        part = naming.component(message, button)
        begun = asking.component(self.world, self.user, message, part["custom_id"])
        return await acknowledged(self.world, begun)

    async def choose(self, message: Message, select: str, *values: str | User | Channel) -> Asked:
        """Choose in a select, found by placeholder or custom id, by values or labels."""
        part = naming.component(message, select)
        picked = [one if isinstance(one, str) else str(one.id) for one in values]
        begun = asking.component(self.world, self.user, message, part["custom_id"], picked)
        return await acknowledged(self.world, begun)

    async def submit(self, opened: Asked, entries: Mapping[str, Any]) -> Asked:
        """Submit the modal that ``opened`` showed; entries by label or custom id."""
        place = opened.interaction.channel
        given = naming.entries(self.world, place, opened.modal, entries)
        begun = asking.modal(self.world, self.user, opened.interaction, given)
        return await acknowledged(self.world, begun)

    def commands(self, channel: Channel) -> list[str]:
        """Names of the slash commands and menus that can be used in ``channel``."""
        return [one.name for one in asking.available(self.world, self.user, channel)]

    # --- messages -----------------------------------------------------------------------------

    async def say(
        self,
        channel: Channel,
        text: str = "",
        *,
        files: Sequence[Upload] = (),
        reply_to: Message | None = None,
        mention: bool = True,
    ) -> Message:
        """Write a message; a reply mentions its author unless ``mention`` is false."""
        body: Json = {"content": text}
        if reply_to:
            body["message_reference"] = {"message_id": str(reply_to.id)}
            body["allowed_mentions"] = {
                "parse": ["users", "roles", "everyone"],
                "replied_user": mention,
            }
        draft = drafts.read(body, tuple(files), drafts.CREATE)
        return messages.send(self.world, self.user, channel, draft)

    async def edit(self, message: Message, text: str) -> Message:
        draft = drafts.read({"content": text}, (), drafts.COMMON)
        return messages.edit_own(self.world, self.user, message, draft)

    async def delete(self, message: Message) -> None:
        """Delete a message, or dismiss an ephemeral one."""
        messages.delete(self.world, self.user, message)

    async def react(self, message: Message, emoji: str) -> None:
        reactions.add(self.world, self.user, message, emoji)

    async def unreact(self, message: Message, emoji: str) -> None:
        reactions.remove(self.world, self.user, message, emoji, self.user)

    # --- places -------------------------------------------------------------------------------

    async def direct(self) -> Channel:
        """The direct conversation with the bot."""
        return self.world.direct(self.user, self.world.bot.user)

    async def thread(
        self, place: Channel | Message, name: str, *, private: bool = False
    ) -> Channel:
        """A thread in a channel, or from a message."""
        if isinstance(place, Message):
            return threads.from_message(self.world, self.user, place, {"name": name})
        kind = ChannelType.PRIVATE_THREAD if private else threads.KINDS[place.type][0]
        body = {"name": name, "type": int(kind)}
        return threads.without_message(self.world, self.user, place, body)

    async def post(self, forum: Channel, name: str, text: str) -> Channel:
        """A post in a forum."""
        return threads.post(self.world, self.user, forum, name, text)

    async def archive(self, thread: Channel, *, locked: bool | None = None) -> None:
        body: Json = {"archived": True} | ({} if locked is None else {"locked": locked})
        threads.change(self.world, self.user, thread, body)

    async def unarchive(self, thread: Channel) -> None:
        threads.change(self.world, self.user, thread, {"archived": False})

    async def add_to_thread(self, thread: Channel, who: User) -> None:
        threads.join(self.world, self.user, thread, who)

    def sees(self, what: Channel | Message) -> bool:
        """Whether the channel, or the message in it, is there for this person."""
        if isinstance(what, Channel):
            return sees(what, self.user)
        mine = what.seen_only_by in {None, self.user.id}
        return mine and not what.deleted and sees(what.channel, self.user)

    def reads(self, channel: Channel) -> list[Message]:
        """The messages this person sees in ``channel``, oldest first, own ephemerals included."""
        return [one for one in channel.messages if self.sees(one)]

    def is_waiting(self) -> bool:
        """Whether something this person asked is not acknowledged yet."""
        mine = (one for one in self.world.unanswered.values() if one.user is self.user)
        return any(not one.acknowledged for one in mine)
