"""Servers, roles, channels, threads and webhooks as JSON."""

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet

from sandbox.discord.clock import timestamp
from sandbox.discord.events import Viewer, same
from sandbox.discord.model import Channel, ChannelType, Guild, Json, Member, Role, User, Webhook
from sandbox.discord.permissions import in_channel, sees
from sandbox.discord.shapes import people


def role(one: Role) -> Json:
    tags = {"tags": {"bot_id": str(one.managed_by)}} if one.managed_by else {}
    return {
        "id": str(one.id),
        "name": one.name,
        "description": None,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "icon": None,
        "unicode_emoji": None,
        "position": one.position,
        "permissions": str(int(one.permissions)),
        "managed": one.managed_by is not None,
        "mentionable": False,
        "flags": 0,
        **tags,
    }


def channel(place: Channel, viewer: Viewer, users: Mapping[int, User] | None = None) -> Json:
    """A channel of any type; ``users`` names the recipients of a direct conversation."""
    if place.type is ChannelType.DM:
        return _direct(place, viewer, users or {})
    return thread(place, viewer) if place.thread else _text(place)


def _text(place: Channel) -> Json:
    return {
        "id": str(place.id),
        "type": int(place.type),
        "guild_id": str(place.guild.id) if place.guild else None,
        "name": place.name,
        "topic": place.topic,
        "position": place.position,
        "nsfw": place.nsfw,
        "parent_id": str(place.parent.id) if place.parent else None,
        "rate_limit_per_user": place.slowmode,
        "flags": 0,
        "last_message_id": _last(place),
        "last_pin_timestamp": None,
        "permission_overwrites": [
            {
                "id": str(rule.target_id),
                "type": int(rule.is_member),
                "allow": str(rule.allow),
                "deny": str(rule.deny),
            }
            for rule in place.overwrites.values()
        ],
    }


def _direct(place: Channel, viewer: Viewer, users: Mapping[int, User]) -> Json:
    others = [users[one] for one in place.recipients if one != viewer.user.id and one in users]
    return {
        "id": str(place.id),
        "type": int(place.type),
        "last_message_id": _last(place),
        "flags": 0,
        "recipients": [people.user(one) for one in others],
    }


def thread(place: Channel, viewer: Viewer) -> Json:
    state = place.thread
    if state is None or place.parent is None or place.guild is None:
        raise TypeError("not a thread")
    shape: Json = {
        "id": str(place.id),
        "type": int(place.type),
        "guild_id": str(place.guild.id),
        "parent_id": str(place.parent.id),
        "owner_id": str(state.owner_id),
        "name": place.name,
        "last_message_id": _last(place),
        "message_count": len(place.log),
        "member_count": min(len(place.thread_members), 50),
        "total_message_sent": state.sent,
        "rate_limit_per_user": place.slowmode,
        "flags": 0,
        "thread_metadata": {
            "archived": state.archived,
            "auto_archive_duration": state.auto_archive_minutes,
            "archive_timestamp": timestamp(state.changed),
            "locked": state.locked,
            "create_timestamp": timestamp(state.created),
        },
    }
    if place.is_private_thread:
        shape["thread_metadata"]["invitable"] = state.invitable
    if viewer.user.id in place.thread_members:
        shape["member"] = thread_member(place, viewer.user.id)
    return shape


def thread_member(place: Channel, user_id: int) -> Json:
    return {
        "id": str(place.id),
        "user_id": str(user_id),
        "join_timestamp": timestamp(place.thread_members[user_id]),
        "flags": 1,
    }


def interaction_channel(place: Channel, user: User, users: Mapping[int, User]) -> Json:
    """A channel inside an interaction, with what the person may do there."""
    shape = channel(place, Viewer(user), users)
    shape.pop("permission_overwrites", None)
    return shape | {"permissions": str(int(in_channel(place, user)))}


def guild(server: Guild) -> Json:
    """What ``GET /guilds/{id}`` and GUILD_CREATE share."""
    return {
        "id": str(server.id),
        "name": server.name,
        "icon": None,
        "description": None,
        "home_header": None,
        "splash": None,
        "discovery_splash": None,
        "features": [],
        "banner": None,
        "owner_id": str(server.owner_id),
        "application_id": None,
        "region": "local",
        "afk_channel_id": None,
        "afk_timeout": 300,
        "system_channel_id": None,
        "system_channel_flags": 0,
        "widget_enabled": False,
        "widget_channel_id": None,
        "verification_level": 0,
        "roles": [role(one) for one in server.roles.values()],
        "default_message_notifications": 0,
        "mfa_level": 0,
        "explicit_content_filter": 0,
        "max_presences": None,
        "max_members": 500_000,
        "max_stage_video_channel_users": 50,
        "max_video_channel_users": 25,
        "vanity_url_code": None,
        "premium_tier": server.premium_tier,
        "premium_subscription_count": 0,
        "preferred_locale": server.locale,
        "rules_channel_id": None,
        "safety_alerts_channel_id": None,
        "public_updates_channel_id": None,
        "premium_progress_bar_enabled": False,
        "nsfw": False,
        "nsfw_level": 0,
        "emojis": [],
        "stickers": [],
        "incidents_data": None,
    }


def guild_create(server: Guild, viewer: Viewer, online: AbstractSet[int]) -> Json:
    """GUILD_CREATE: a bot is sent only itself, a person everybody and who is ``online``."""
    me = viewer.user
    members = [
        people.full_member(one)
        for one in server.members.values()
        if not me.bot or one.user.id == me.id
    ]
    threads = [
        thread(one, viewer)
        for one in server.threads.values()
        if one.thread and not one.thread.archived and sees(one, me)
    ]
    return guild(server) | {
        "joined_at": timestamp(server.members[me.id].joined),
        "large": False,
        "member_count": len(server.members),
        "members": members,
        "channels": [_text(one) for one in server.channels.values() if me.bot or sees(one, me)],
        "threads": threads,
        "presences": [] if me.bot else [presence(one) for one in server.members if one in online],
        "voice_states": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


def presence(user_id: int, status: str = "online") -> Json:
    return {
        "user": {"id": str(user_id)},
        "status": status,
        "activities": [],
        "client_status": {"web": status},
    }


def member_event(server: Guild, one: Member) -> Callable[[Viewer], Json]:
    """The body of an event about one member."""
    body = people.full_member(one) | {"guild_id": str(server.id)}
    return same(body)


def webhook(one: Webhook, *, with_token: bool) -> Json:
    shape: Json = {
        "id": str(one.id),
        "type": 1,
        "name": one.name,
        "avatar": one.avatar,
        "channel_id": str(one.channel.id),
        "guild_id": str(one.channel.guild.id) if one.channel.guild else None,
        "application_id": str(one.application_id) if one.application_id else None,
        "user": people.user(one.creator),
    }
    if with_token:
        shape["token"] = one.token
    return shape


def _last(place: Channel) -> str | None:
    return str(next(reversed(place.log))) if place.log else None
