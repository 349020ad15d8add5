"""Routes of webhooks and of an interaction's own messages."""

from sandbox.discord.acts import interactions, messages, webhooks
from sandbox.discord.model import Json, Message, Webhook
from sandbox.discord.permissions import Permission, require
from sandbox.discord.refusal import Unhonoured
from sandbox.discord.rest.ask import Ask
from sandbox.discord.rules import drafts
from sandbox.discord.shapes import places


def create(ask: Ask) -> Json:
    made = webhooks.create(ask.world, ask.account, ask.channel, ask.body)
    return places.webhook(made, with_token=True)


def of_channel(ask: Ask) -> list[Json]:
    require(ask.channel, ask.account, Permission.MANAGE_WEBHOOKS)
    return [_shape(ask, one) for one in webhooks.of_channel(ask.world, ask.channel)]


def of_guild(ask: Ask) -> list[Json]:
    found = [one for one in ask.world.webhooks.values() if one.channel.guild is ask.guild]
    for one in found:
        require(one.channel, ask.account, Permission.MANAGE_WEBHOOKS)
    return [_shape(ask, one) for one in found]


def get(ask: Ask) -> Json:
    return _shape(ask, _allowed(ask))


def change(ask: Ask) -> Json:
    webhook = _allowed(ask)
    webhooks.change(ask.world, webhook, ask.body)
    return _shape(ask, webhook)


def delete(ask: Ask) -> None:
    webhooks.delete(ask.world, _allowed(ask))


def execute(ask: Ask) -> Json | None:
    webhook = _by_token(ask)
    draft = drafts.read(ask.body, ask.uploads, drafts.WEBHOOK)
    if draft.given.get("thread_name"):
        raise Unhonoured("webhook thread_name (forums)")
    channel = webhooks.place_of(ask.world, webhook, ask.query.get("thread_id"))
    message = webhooks.execute(ask.world, webhook, channel, draft)
    return ask.show(message) if ask.flag("wait") else None


def message(ask: Ask) -> Json:
    return ask.show(_message(ask))


def edit_message(ask: Ask) -> Json:
    found = _message(ask)
    draft = drafts.read(ask.body, ask.uploads, drafts.COMMON, flags_now=found.flags)
    return ask.show(messages.edit(ask.world, found, draft))


def delete_message(ask: Ask) -> None:
    messages.remove(ask.world, _message(ask))


def follow_up(ask: Ask) -> Json:
    one = interactions.by_token(ask.world, ask.path["token"])
    draft = drafts.read(ask.body, ask.uploads, drafts.WEBHOOK)
    return ask.show(interactions.follow_up(ask.world, one, draft))


def answer(ask: Ask) -> Json:
    return ask.show(_answer(ask))


def edit_answer(ask: Ask) -> Json:
    found = _answer(ask)
    draft = drafts.read(ask.body, ask.uploads, drafts.COMMON, flags_now=found.flags)
    return ask.show(messages.edit(ask.world, found, draft))


def delete_answer(ask: Ask) -> None:
    messages.remove(ask.world, _answer(ask))


def _answer(ask: Ask) -> Message:
    one = interactions.by_token(ask.world, ask.path["token"])
    return interactions.message_of(one, ask.path["message_id"])


def _message(ask: Ask) -> Message:
    webhook = _by_token(ask)
    channel = webhooks.place_of(ask.world, webhook, ask.query.get("thread_id"))
    return webhooks.message_of(webhook, channel, ask.id("message_id"))


def _by_token(ask: Ask) -> Webhook:
    return webhooks.find(ask.world, ask.id("webhook_id"), ask.path["token"])


def _allowed(ask: Ask) -> Webhook:
    """By its token, or for those who may manage webhooks there."""
    if "token" in ask.path:
        return _by_token(ask)
    webhook = webhooks.find(ask.world, ask.id("webhook_id"))
    require(webhook.channel, ask.account, Permission.MANAGE_WEBHOOKS)
    return webhook


def _shape(ask: Ask, webhook: Webhook) -> Json:
    """The token is shown to the application that made the webhook, and to people."""
    own = webhook.application_id in {None, ask.world.bot.id}
    return places.webhook(webhook, with_token=own)
