"""Sending, editing and deleting messages, with the events that follow."""

from dataclasses import dataclass

from sandbox.discord.acts import attaching, posting
from sandbox.discord.clock import created
from sandbox.discord.events import Event, Intent, Viewer, in_place, same
from sandbox.discord.model import (
    COMPONENTS_V2,
    EPHEMERAL,
    LOADING,
    Attachment,
    Channel,
    Interaction,
    Json,
    Message,
    MessageType,
    Revision,
    User,
)
from sandbox.discord.permissions import Permission, require
from sandbox.discord.refusal import Problems, refuse
from sandbox.discord.rules import drafts, mentions, uploads
from sandbox.discord.rules.components import number
from sandbox.discord.rules.drafts import Draft
from sandbox.discord.shapes import messages as shapes
from sandbox.discord.world import World

OLD_SECONDS = 3600.0
LATE_EDITS = 3
LATE_WINDOW_SECONDS = 20.0
BULK_SECONDS = 14 * 24 * 3600.0
NOTES = frozenset({MessageType.THREAD_STARTER_MESSAGE, MessageType.THREAD_CREATED})


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a message comes from, if not simply from an account."""

    type: MessageType = MessageType.DEFAULT
    webhook_id: int | None = None
    application_id: int | None = None
    interaction: Interaction | None = None
    seen_only_by: int | None = None
    loading: bool = False
    reference: Json | None = None

    @property
    def may_be_empty(self) -> bool:
        return self.loading or self.type in NOTES


PLAIN = Origin()


def send(world: World, author: User, channel: Channel, draft: Draft) -> Message:
    """Post ``draft`` as ``author``.

    Raises:
        Refusal: For want of permission, an empty message, a locked thread, closed direct messages.
    """
    if draft.given.get("enforce_nonce") and (twin := posting.twin(world, author, channel, draft)):
        return twin
    posting.check(world, author, channel, draft)
    posting.check_reference(channel, author, draft.given.get("message_reference"))
    kind = MessageType.REPLY if draft.given.get("message_reference") else MessageType.DEFAULT
    return place(world, author, channel, draft, Origin(kind))


def place(
    world: World, author: User, channel: Channel, draft: Draft, origin: Origin = PLAIN
) -> Message:
    """Put a message into ``channel`` without asking for permissions, and tell who may see it."""
    if draft.says_nothing and not origin.may_be_empty:
        raise refuse(50006)
    uploads.check(draft.uploads, attaching.upload_limit(channel))
    files = attaching.after(world, channel, draft, [], ephemeral=origin.seen_only_by is not None)
    drafts.check_files(draft.components, draft.embeds, {one.filename for one in files})
    message = _made(world, author, channel, draft, origin)
    message.attachments = files
    _mention(world, message)
    _revise(world, message)
    channel.log[message.id] = world.messages[message.id] = message
    if channel.thread and not message.ephemeral:
        _wake_thread(world, message)
    world.publish(_event(world, "MESSAGE_CREATE", message))
    return message


def edit(world: World, message: Message, draft: Draft) -> Message:
    """Change what ``draft`` names and keep the rest; whose message it is was asked before.

    Raises:
        Refusal: 50083 in an archived thread, 30046 for a message that is old, 50006 if nothing
            would be left.
    """
    _check_open(message.channel)
    _check_late(world, message)
    uploads.check(draft.uploads, attaching.upload_limit(message.channel))
    files = attaching.after(
        world, message.channel, draft, message.attachments, ephemeral=message.ephemeral
    )
    names = {one.filename for one in files}
    drafts.check_files(draft.components, draft.embeds, names)
    _check_result(message, draft, files)
    message.edited = None if message.loading else world.clock.now()
    _apply(message, draft)
    message.attachments = files
    _mention(world, message)
    _revise(world, message)
    world.publish(_event(world, "MESSAGE_UPDATE", message))
    return message


def edit_own(world: World, author: User, message: Message, draft: Draft) -> Message:
    """Edit as ``author``; another's message may only have its flags changed by moderators.

    Raises:
        Refusal: 50005 for a message of somebody else.
    """
    if message.author is not author:
        raise refuse(50005)
    return edit(world, message, draft)


def delete(world: World, by: User, message: Message) -> None:
    """Delete ``message``; others' need Manage Messages, and a reader may dismiss an ephemeral."""
    if message.author is not by and message.seen_only_by != by.id:
        if message.channel.guild is None:
            raise refuse(50003)
        require(message.channel, by, Permission.MANAGE_MESSAGES)
    _check_open(message.channel)
    remove(world, message)


def remove(world: World, message: Message) -> None:
    """Take the message away and tell who saw it."""
    del message.channel.log[message.id]
    message.deleted = True
    body = _removal(message.channel) | {"id": str(message.id)}
    world.publish(_told("MESSAGE_DELETE", message, body))


def delete_many(world: World, by: User, channel: Channel, ids: list[int]) -> None:
    """Bulk delete: 2 to 100 messages, none older than two weeks."""
    if channel.guild is None:
        raise refuse(50003)
    require(channel, by, Permission.MANAGE_MESSAGES)
    if not 2 <= len(set(ids)) <= 100:
        raise refuse(50016)
    if any(world.clock.now() - created(one) > BULK_SECONDS for one in ids):
        raise refuse(50034)
    gone = [channel.log[one] for one in ids if one in channel.log]
    for message in gone:
        del channel.log[message.id]
        message.deleted = True
    body = _removal(channel) | {"ids": [str(one.id) for one in gone]}
    world.publish(
        in_place("MESSAGE_DELETE_BULK", channel, same(body), guild_intent=Intent.GUILD_MESSAGES)
    )


def refresh(world: World, message: Message) -> None:
    """Tell everybody about a message that changed without being edited."""
    world.publish(_event(world, "MESSAGE_UPDATE", message))


def _made(world: World, author: User, channel: Channel, draft: Draft, origin: Origin) -> Message:
    flags = draft.flags & ~EPHEMERAL
    flags |= EPHEMERAL if origin.seen_only_by else 0
    flags |= LOADING if origin.loading else 0
    return Message(
        id=world.clock.snowflake(),
        channel=channel,
        author=author,
        type=origin.type,
        content=draft.content.strip(),
        embeds=draft.embeds,
        components=number(draft.components),
        flags=flags,
        sent=world.clock.now(),
        allowed_mentions=draft.given.get("allowed_mentions"),
        reference=origin.reference or _reference(channel, draft.given.get("message_reference")),
        nonce=draft.given.get("nonce"),
        webhook_id=origin.webhook_id,
        application_id=origin.application_id,
        interaction=origin.interaction,
        seen_only_by=origin.seen_only_by,
    )


def _reference(channel: Channel, reference: Json | None) -> Json | None:
    if reference is None:
        return None
    place = {"guild_id": str(channel.guild.id)} if channel.guild else {}
    message_id = str(reference["message_id"])
    return {"type": 0, "channel_id": str(channel.id), "message_id": message_id, **place}


def _check_open(channel: Channel) -> None:
    if channel.thread and channel.thread.archived:
        raise refuse(50083)


def _check_late(world: World, message: Message) -> None:
    """A message older than an hour can be edited only a few times in a while."""
    now = world.clock.now()
    if now - message.sent < OLD_SECONDS:
        return
    recent = [at for at in message.late_edits if now - at < LATE_WINDOW_SECONDS]
    if len(recent) >= LATE_EDITS:
        raise refuse(30046)
    message.late_edits = [*recent, now]


def _check_result(message: Message, draft: Draft, files: list[Attachment]) -> None:
    content = draft.content if "content" in draft.given else message.content
    embeds = draft.embeds if "embeds" in draft.given else message.embeds
    parts = draft.components if "components" in draft.given else message.components
    if draft.is_v2 and (content or embeds):
        problems = Problems()
        problems.add(
            ("flags",),
            "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
            "The message has content or embeds, which Components V2 cannot show",
        )
        problems.settle()
    if not (content or embeds or parts or files):
        raise refuse(50006)


def _apply(message: Message, draft: Draft) -> None:
    if "content" in draft.given:
        message.content = draft.content.strip()
    if "embeds" in draft.given:
        message.embeds = draft.embeds
    if "components" in draft.given:
        message.components = number(draft.components)
    if "allowed_mentions" in draft.given:
        message.allowed_mentions = draft.given["allowed_mentions"]
    changed = drafts.SUPPRESS_EMBEDS if "flags" in draft.given else 0
    lasting = message.flags & ~(LOADING | changed)
    message.flags = lasting | draft.flags & (COMPONENTS_V2 | changed)


def _mention(world: World, message: Message) -> None:
    answered = None
    if message.type is MessageType.REPLY and message.reference:
        original = world.messages.get(int(message.reference["message_id"]))
        answered = original.author.id if original else None
    reached = mentions.found(
        message.content, message.allowed_mentions, message.channel, message.author, answered
    )
    message.mentions, message.mention_roles = reached.users, reached.roles
    message.mention_everyone = reached.everyone


def _revise(world: World, message: Message) -> None:
    message.revisions.append(
        Revision(
            at=world.clock.now(),
            content=message.content,
            embeds=tuple(message.embeds),
            components=tuple(message.components),
            files=tuple(one.filename for one in message.attachments),
            loading=message.loading,
        )
    )


def _wake_thread(world: World, message: Message) -> None:
    """A message opens an archived thread again, and brings in its author and who it names."""
    thread, state = message.channel, message.channel.thread
    if state is None:
        return
    state.sent += 1
    if state.archived:
        state.archived, state.changed = False, world.clock.now()
        world.announce(thread, "THREAD_UPDATE")
    arriving = [] if message.webhook_id else [message.author.id]
    for user_id in (*arriving, *message.mentions):
        thread.thread_members.setdefault(user_id, world.clock.now())


def _event(world: World, name: str, message: Message) -> Event:
    def body(viewer: Viewer) -> Json:
        return shapes.dispatched(world, message, viewer)

    return in_place(
        name,
        message.channel,
        body,
        guild_intent=Intent.GUILD_MESSAGES,
        direct_intent=Intent.DIRECT_MESSAGES,
        only=message.seen_only_by,
    )


def _told(name: str, message: Message, body: Json) -> Event:
    return in_place(
        name,
        message.channel,
        same(body),
        guild_intent=Intent.GUILD_MESSAGES,
        direct_intent=Intent.DIRECT_MESSAGES,
        only=message.seen_only_by,
    )


def _removal(channel: Channel) -> Json:
    server = {"guild_id": str(channel.guild.id)} if channel.guild else {}
    return {"channel_id": str(channel.id), **server}
