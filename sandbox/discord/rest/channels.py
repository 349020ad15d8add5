"""Routes of channels, threads and direct conversations."""

from sandbox.discord.acts import threads
from sandbox.discord.model import Channel, ChannelType, Json, Overwrite
from sandbox.discord.permissions import Permission, require, sees
from sandbox.discord.refusal import Problems, fields, honour, refuse
from sandbox.discord.rest.ask import Ask, snowflake
from sandbox.discord.shapes import people, places

THREAD_FIELDS = fields("name archived locked invitable auto_archive_duration rate_limit_per_user")
TEXT_FIELDS = fields("name topic nsfw rate_limit_per_user permission_overwrites")


def get(ask: Ask) -> Json:
    return _shape(ask, ask.channel)


def change(ask: Ask) -> Json:
    channel = ask.channel
    if channel.thread:
        body = honour(ask.body, THREAD_FIELDS, "thread")
        threads.change(ask.world, ask.account, channel, body)
        return _shape(ask, channel)
    require(channel, ask.account, Permission.MANAGE_CHANNELS)
    _change_text(channel, honour(ask.body, TEXT_FIELDS, "channel"))
    ask.world.announce(channel, "CHANNEL_UPDATE")
    return _shape(ask, channel)


def _change_text(channel: Channel, body: Json) -> None:
    problems = Problems()
    if "name" in body:
        problems.text(("name",), body["name"], least=1, most=100)
    if body.get("topic") is not None:
        problems.text(("topic",), body["topic"], most=1024)
    problems.settle()
    channel.name = body.get("name", channel.name)
    channel.topic = body.get("topic", channel.topic)
    channel.nsfw = body.get("nsfw", channel.nsfw)
    channel.slowmode = body.get("rate_limit_per_user", channel.slowmode) or 0
    for rule in body.get("permission_overwrites") or []:
        target = int(rule["id"])
        channel.overwrites[target] = Overwrite(
            target, rule["type"] == 1, int(rule["allow"]), int(rule["deny"])
        )


def delete(ask: Ask) -> Json:
    channel = ask.channel
    shape = _shape(ask, channel)
    if channel.thread:
        threads.delete(ask.world, ask.account, channel)
    elif channel.guild:
        require(channel, ask.account, Permission.MANAGE_CHANNELS)
        ask.world.announce(channel, "CHANNEL_DELETE")
        del ask.world.channels[channel.id], channel.guild.channels[channel.id]
    return shape


def open_direct(ask: Ask) -> Json:
    other = ask.world.find_user(snowflake(ask.body.get("recipient_id"), "recipient_id"))
    if other is ask.account:
        raise refuse(50007)
    return _shape(ask, ask.world.direct(ask.account, other))


def directs(ask: Ask) -> list[Json]:
    """The asker's direct conversations."""
    mine = [
        one
        for one in ask.world.channels.values()
        if one.type is ChannelType.DM and ask.account.id in one.recipients
    ]
    return [_shape(ask, one) for one in mine]


def thread_from_message(ask: Ask) -> Json:
    return _shape(ask, threads.from_message(ask.world, ask.account, ask.message, ask.body))


def thread(ask: Ask) -> Json:
    return _shape(ask, threads.without_message(ask.world, ask.account, ask.channel, ask.body))


def join_thread(ask: Ask) -> None:
    threads.join(ask.world, ask.account, ask.channel, ask.member_user)


def leave_thread(ask: Ask) -> None:
    threads.leave(ask.world, ask.account, ask.channel, ask.member_user)


def thread_member(ask: Ask) -> Json:
    if ask.member_user.id not in ask.channel.thread_members:
        raise refuse(10007)
    return places.thread_member(ask.channel, ask.member_user.id)


def thread_members(ask: Ask) -> list[Json]:
    return [places.thread_member(ask.channel, one) for one in ask.channel.thread_members]


def active_threads(ask: Ask) -> Json:
    return _threads(ask, threads.active(ask.guild, ask.account))


def archived_threads(ask: Ask) -> Json:
    """Archived threads of a channel, public or private as the address says, newest first."""
    require(ask.channel, ask.account, Permission.READ_MESSAGE_HISTORY)
    private = ask.path["kind"] == "private"
    if private:
        require(ask.channel, ask.account, Permission.MANAGE_THREADS)
    found = [
        one
        for one in ask.world.channels.values()
        if one.parent is ask.channel
        and one.thread
        and one.thread.archived
        and one.is_private_thread is private
        and sees(one, ask.account)
    ]
    return _threads(ask, found[::-1])


def _threads(ask: Ask, found: list[Channel]) -> Json:
    mine = [one for one in found if ask.account.id in one.thread_members]
    return {
        "has_more": False,
        "threads": [places.thread(one, ask.viewer) for one in found],
        "members": [places.thread_member(one, ask.account.id) for one in mine],
    }


def guild(ask: Ask) -> Json:
    counts = {"approximate_member_count": len(ask.guild.members), "approximate_presence_count": 0}
    return places.guild(ask.guild) | (counts if ask.flag("with_counts") else {})


def guilds(ask: Ask) -> list[Json]:
    """The servers the asker is in."""
    mine = [one for one in ask.world.guilds.values() if ask.account.id in one.members]
    return [
        {
            "id": str(one.id),
            "name": one.name,
            "icon": None,
            "banner": None,
            "owner": one.owner_id == ask.account.id,
            "permissions": "0",
            "features": [],
        }
        for one in mine
    ]


def guild_channels(ask: Ask) -> list[Json]:
    return [_shape(ask, one) for one in ask.guild.channels.values() if sees(one, ask.account)]


def roles(ask: Ask) -> list[Json]:
    return [places.role(one) for one in ask.guild.roles.values()]


def member(ask: Ask) -> Json:
    found = ask.guild.members.get(ask.member_user.id)
    if found is None:
        raise refuse(10007)
    return people.full_member(found)


def members(ask: Ask) -> list[Json]:
    limit, after = int(ask.query.get("limit", 1)), int(ask.query.get("after", 0))
    listed = sorted(one for one in ask.guild.members if one > after)[:limit]
    return [people.full_member(ask.guild.members[one]) for one in listed]


def _shape(ask: Ask, channel: Channel) -> Json:
    return places.channel(channel, ask.viewer, ask.world.users)
