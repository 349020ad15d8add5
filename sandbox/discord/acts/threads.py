"""Making, changing, joining and leaving threads.

Source: Discord's documentation, "Threads" (permissions, archiving, locking).
"""

from dataclasses import replace

from sandbox.discord.acts import messages
from sandbox.discord.events import Event, Intent, Viewer, same
from sandbox.discord.model import (
    HAS_THREAD,
    Channel,
    ChannelType,
    Guild,
    Json,
    Message,
    MessageType,
    ThreadState,
    User,
)
from sandbox.discord.permissions import Permission, in_channel, require, sees
from sandbox.discord.refusal import Problems, refuse
from sandbox.discord.rules.drafts import Draft
from sandbox.discord.shapes import people, places
from sandbox.discord.world import World

ARCHIVE_MINUTES = (60, 1440, 4320, 10080)

KINDS = {
    ChannelType.TEXT: (ChannelType.PUBLIC_THREAD, ChannelType.PRIVATE_THREAD),
    ChannelType.ANNOUNCEMENT: (ChannelType.ANNOUNCEMENT_THREAD,),
}
"""The threads that a channel may have, by its kind (Discord, Threads); a forum has posts."""


def from_message(world: World, by: User, message: Message, body: Json) -> Channel:
    """A public thread under ``message``, with the message's id.

    Raises:
        Refusal: 160004 if the message has one, 50024 in a place that has no threads.
    """
    parent = message.channel
    (kind, *_) = _kinds_in(parent)
    require(parent, by, Permission.CREATE_PUBLIC_THREADS | Permission.READ_MESSAGE_HISTORY)
    if message.thread or message.id in world.channels:
        raise refuse(160004)
    thread = _make(world, by, parent, kind, body, thread_id=message.id)
    message.thread = thread
    message.flags |= HAS_THREAD
    _announce(world, thread)
    messages.refresh(world, message)
    pointer = {"channel_id": str(parent.id), "message_id": str(message.id)}
    _note(world, by, thread, messages.Origin(MessageType.THREAD_STARTER_MESSAGE, reference=pointer))
    return thread


def without_message(world: World, by: User, parent: Channel, body: Json) -> Channel:
    """A thread on its own; private unless the body's type says public."""
    kind = ChannelType(body.get("type", ChannelType.PRIVATE_THREAD))
    if kind not in _kinds_in(parent):
        raise refuse(50024)
    private = kind is ChannelType.PRIVATE_THREAD
    require(
        parent,
        by,
        Permission.CREATE_PRIVATE_THREADS if private else Permission.CREATE_PUBLIC_THREADS,
    )
    thread = _make(world, by, parent, kind, body, thread_id=world.clock.snowflake())
    _announce(world, thread)
    if not private:
        origin = messages.Origin(
            MessageType.THREAD_CREATED, reference={"channel_id": str(thread.id)}
        )
        _note(world, by, parent, origin, thread.name)
    return thread


def post(world: World, by: User, forum: Channel, name: str, text: str) -> Channel:
    """A forum's post: a thread that begins with its author's message."""
    require(forum, by, Permission.SEND_MESSAGES)
    body = {"name": name}
    thread = _make(
        world, by, forum, ChannelType.PUBLIC_THREAD, body, thread_id=world.clock.snowflake()
    )
    _announce(world, thread)
    messages.place(world, by, thread, Draft({"content": text}))
    return thread


def change(world: World, by: User, thread: Channel, body: Json) -> None:
    """Rename, archive, lock or retime a thread.

    Whoever may write may unarchive an unlocked thread; the owner may archive; the rest needs
    Manage Threads.
    """
    state = _state(thread)
    granted = in_channel(thread, by)
    moderator = bool(granted & Permission.MANAGE_THREADS)
    opening = body.keys() == {"archived"} and not body["archived"] and not state.locked
    restricted = state.locked or body.keys() & {"locked", "rate_limit_per_user"}
    owner = by.id == state.owner_id and not restricted
    if not (moderator or owner or (opening and granted & Permission.SEND_MESSAGES_IN_THREADS)):
        raise refuse(50013 if sees(thread, by) else 50001)
    if state.archived and body.get("archived", True) and not body.keys() <= {"locked", "archived"}:
        raise refuse(50083)
    _check_body(body)
    _set(world, thread, state, body)
    world.announce(thread, "THREAD_UPDATE")


def join(world: World, by: User, thread: Channel, who: User) -> None:
    """Bring ``who`` into the thread; for a private one, ``by`` must be inside already."""
    if not sees(thread, by):
        raise refuse(50001)
    if _state(thread).archived:
        raise refuse(50083)
    if by is not who:
        require(thread, by, Permission.SEND_MESSAGES_IN_THREADS)
    if thread.guild is None or who.id not in thread.guild.members:
        raise refuse(10007)
    if who.id not in thread.thread_members:
        thread.thread_members[who.id] = world.clock.now()
        _members_changed(world, thread, added=[who], removed=[])


def leave(world: World, by: User, thread: Channel, who: User) -> None:
    """Take ``who`` out; somebody else needs Manage Threads, or to own a private thread."""
    owns = thread.is_private_thread and _state(thread).owner_id == by.id
    if by is not who and not owns:
        require(thread, by, Permission.MANAGE_THREADS)
    if who.id in thread.thread_members:
        del thread.thread_members[who.id]
        _members_changed(world, thread, added=[], removed=[who])


def active(guild: Guild, viewer: User) -> list[Channel]:
    """Threads of ``guild`` that are open and that ``viewer`` may see, newest first."""
    threads = [one for one in guild.threads.values() if not _state(one).archived]
    return [one for one in reversed(threads) if sees(one, viewer)]


def archive_idle(world: World) -> None:
    """Archive the threads that were quiet for as long as they are meant to stay open."""
    now = world.clock.now()
    for thread in [one for guild in world.guilds.values() for one in guild.threads.values()]:
        state = _state(thread)
        newest = next(reversed(thread.log.values()), None)
        active = max(state.changed, newest.sent if newest else 0.0)
        if not state.archived and now - active > state.auto_archive_minutes * 60:
            state.archived, state.changed = True, now
            world.announce(thread, "THREAD_UPDATE")


def delete(world: World, by: User, thread: Channel) -> None:
    """Delete the thread; needs Manage Threads."""
    require(thread, by, Permission.MANAGE_THREADS)
    body = {
        "id": str(thread.id),
        "guild_id": str(thread.guild.id) if thread.guild else None,
        "parent_id": str(thread.parent.id) if thread.parent else None,
        "type": int(thread.type),
    }
    world.publish(Event("THREAD_DELETE", same(body), thread, thread.guild, Intent.GUILDS))
    del world.channels[thread.id]
    if thread.guild:
        del thread.guild.threads[thread.id]


def _kinds_in(parent: Channel) -> tuple[ChannelType, ...]:
    if parent.type not in KINDS:
        raise refuse(50024)
    return KINDS[parent.type]


def _check_body(body: Json) -> None:
    problems = Problems()
    if "name" in body:
        problems.text(("name",), body["name"], least=1, most=100)
    if body.get("auto_archive_duration") is not None:
        problems.choice(("auto_archive_duration",), body["auto_archive_duration"], ARCHIVE_MINUTES)
    if body.get("rate_limit_per_user") is not None:
        problems.number(("rate_limit_per_user",), body["rate_limit_per_user"], least=0, most=21600)
    problems.settle()


def _make(
    world: World, by: User, parent: Channel, kind: ChannelType, body: Json, *, thread_id: int
) -> Channel:
    _check_body({"name": None} | body)
    now = world.clock.now()
    state = ThreadState(
        owner_id=by.id,
        created=now,
        changed=now,
        auto_archive_minutes=body.get("auto_archive_duration") or 4320,
        invitable=body.get("invitable", True),
    )
    thread = Channel(
        thread_id,
        kind,
        world,
        body["name"],
        parent.guild,
        parent,
        thread=state,
        slowmode=body.get("rate_limit_per_user") or 0,
    )
    thread.thread_members[by.id] = now
    world.channels[thread_id] = thread
    if parent.guild:
        parent.guild.threads[thread_id] = thread
    return thread


def _announce(world: World, thread: Channel) -> None:
    def body(viewer: Viewer) -> Json:
        return places.thread(thread, viewer) | {"newly_created": True}

    world.publish(Event("THREAD_CREATE", body, thread, thread.guild, Intent.GUILDS))


def _note(
    world: World, by: User, channel: Channel, origin: messages.Origin, content: str = ""
) -> None:
    """Discord's own line in ``channel`` about a thread."""
    server = {"guild_id": str(channel.guild.id)} if channel.guild else {}
    pointing = replace(origin, reference={"type": 0, **(origin.reference or {}), **server})
    messages.place(world, by, channel, Draft({"content": content}), pointing)


def _set(world: World, thread: Channel, state: ThreadState, body: Json) -> None:
    if "name" in body:
        thread.name = body["name"]
    if "archived" in body and body["archived"] != state.archived:
        state.archived, state.changed = body["archived"], world.clock.now()
    state.locked = body.get("locked", state.locked)
    state.invitable = body.get("invitable", state.invitable)
    state.auto_archive_minutes = body.get("auto_archive_duration") or state.auto_archive_minutes
    if body.get("rate_limit_per_user") is not None:
        thread.slowmode = body["rate_limit_per_user"]


def _members_changed(
    world: World, thread: Channel, *, added: list[User], removed: list[User]
) -> None:
    guild = thread.guild
    if guild is None:
        return
    for user in added:
        if thread.is_private_thread:
            _show_to(world, thread, user)
    body = {
        "id": str(thread.id),
        "guild_id": str(guild.id),
        "member_count": len(thread.thread_members),
        "added_members": [
            places.thread_member(thread, user.id)
            | {"member": people.full_member(guild.members[user.id]), "presence": None}
            for user in added
        ],
        "removed_member_ids": [str(user.id) for user in removed],
    }
    world.publish(Event("THREAD_MEMBERS_UPDATE", same(body), thread, guild, Intent.GUILDS))


def _show_to(world: World, thread: Channel, user: User) -> None:
    """A private thread appears to somebody who was added."""
    world.publish(
        Event(
            "THREAD_CREATE",
            lambda viewer: places.thread(thread, viewer),
            thread,
            thread.guild,
            Intent.GUILDS,
            only=user.id,
        )
    )


def _state(thread: Channel) -> ThreadState:
    if thread.thread is None:
        raise refuse(50024)
    return thread.thread
