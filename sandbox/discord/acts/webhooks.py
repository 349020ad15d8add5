"""Webhooks of channels: who may make them, and messages under their identity."""

import hashlib
import secrets

from sandbox.discord.acts import messages
from sandbox.discord.events import Event, Intent, same
from sandbox.discord.model import Channel, ChannelType, Json, Message, User, Webhook
from sandbox.discord.permissions import Permission, require
from sandbox.discord.refusal import Problems, refuse
from sandbox.discord.rules.drafts import Draft
from sandbox.discord.world import World

MOST_PER_CHANNEL = 15
HAVE_WEBHOOKS = {ChannelType.TEXT, ChannelType.ANNOUNCEMENT, ChannelType.FORUM}
FORBIDDEN_NAMES = ("discord", "clyde")


def create(world: World, by: User, channel: Channel, body: Json) -> Webhook:
    """A webhook of ``channel``; needs Manage Webhooks.

    Raises:
        Refusal: 30007 above 15, 50035 for a name Discord forbids.
    """
    require(channel, by, Permission.MANAGE_WEBHOOKS)
    if channel.type not in HAVE_WEBHOOKS:
        raise refuse(50024)
    check_name(body.get("name"), "name")
    if len(of_channel(world, channel)) >= MOST_PER_CHANNEL:
        raise refuse(30007)
    webhook = Webhook(
        id=world.clock.snowflake(),
        channel=channel,
        name=body["name"],
        token=secrets.token_urlsafe(48),
        creator=by,
        avatar=picture(world, body.get("avatar")),
        application_id=world.bot.id if by is world.bot.user else None,
    )
    world.webhooks[webhook.id] = webhook
    _announce(world, channel)
    return webhook


def change(world: World, webhook: Webhook, body: Json) -> None:
    """Rename a webhook or give it another picture."""
    if "name" in body:
        check_name(body["name"], "name")
        webhook.name = body["name"]
    if "avatar" in body:
        webhook.avatar = picture(world, body["avatar"])
    _announce(world, webhook.channel)


def delete(world: World, webhook: Webhook) -> None:
    del world.webhooks[webhook.id]
    _announce(world, webhook.channel)


def of_channel(world: World, channel: Channel) -> list[Webhook]:
    return [one for one in world.webhooks.values() if one.channel is channel]


def find(world: World, webhook_id: int, token: str | None = None) -> Webhook:
    """The webhook, if the token (where one is given) is its own."""
    webhook = world.webhooks.get(webhook_id)
    if webhook is None:
        raise refuse(10015)
    if token is not None and token != webhook.token:
        raise refuse(50027)
    return webhook


def place_of(world: World, webhook: Webhook, thread_id: str | None) -> Channel:
    """Where the webhook speaks: its channel, or a thread of it."""
    if thread_id is None:
        return webhook.channel
    thread = world.channels.get(int(thread_id))
    if thread is None or thread.parent is not webhook.channel:
        raise refuse(10003)
    return thread


def execute(world: World, webhook: Webhook, channel: Channel, draft: Draft) -> Message:
    """Speak as the webhook, under the name and picture the draft gives, if any."""
    if draft.given.get("username") is not None:
        check_name(draft.given["username"], "username")
    _check_interactive(webhook, draft)
    face = User(
        webhook.id,
        draft.given.get("username") or webhook.name,
        bot=True,
        avatar=_shown(world, draft.given.get("avatar_url")) or webhook.avatar,
    )
    origin = messages.Origin(webhook_id=webhook.id, application_id=webhook.application_id)
    return messages.place(world, face, channel, draft, origin)


def message_of(webhook: Webhook, channel: Channel, message_id: int) -> Message:
    """A message the webhook itself wrote in ``channel``."""
    found = channel.log.get(message_id)
    if found is None or found.webhook_id != webhook.id:
        raise refuse(10008)
    return found


def check_name(name: object, field: str) -> None:
    """1 to 80 characters without Discord's own names."""
    problems = Problems()
    problems.text((field,), name, least=1, most=80)
    for word in FORBIDDEN_NAMES:
        if isinstance(name, str) and word in name.lower():
            problems.add((field,), "USERNAME_INVALID_CONTAINS", f'Username cannot contain "{word}"')
    problems.settle()


def picture(world: World, given: str | None) -> str | None:
    """The hash of a picture given as a data address."""
    if not given:
        return None
    if not given.startswith("data:image/"):
        problems = Problems()
        problems.add(("avatar",), "IMAGE_INVALID", "Invalid image data")
        problems.settle()
    return _shown(world, given)


def _shown(world: World, source: str | None) -> str | None:
    if not source:
        return None
    name = hashlib.sha256(source.encode()).hexdigest()[:32]
    world.images[name] = source
    return name


def _check_interactive(webhook: Webhook, draft: Draft) -> None:
    """Only webhooks of an application may carry buttons and selects."""
    if draft.components and webhook.application_id is None and not draft.is_v2:
        raise refuse(50006)


def _announce(world: World, channel: Channel) -> None:
    server = str(channel.guild.id) if channel.guild else None
    body = {"guild_id": server, "channel_id": str(channel.id)}
    world.publish(
        Event("WEBHOOKS_UPDATE", same(body), channel, channel.guild, Intent.GUILD_WEBHOOKS)
    )
