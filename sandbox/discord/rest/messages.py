"""Routes of messages and reactions."""

from urllib.parse import unquote

from sandbox.discord.acts import messages, reactions
from sandbox.discord.events import Intent, in_place, same
from sandbox.discord.model import Json, Message
from sandbox.discord.permissions import Permission, in_channel, require, sending
from sandbox.discord.refusal import Problems
from sandbox.discord.rest.ask import Ask, snowflake
from sandbox.discord.rules import drafts
from sandbox.discord.shapes import files, people


def send(ask: Ask) -> Json:
    draft = drafts.read(ask.body, ask.uploads, drafts.CREATE)
    return ask.show(messages.send(ask.world, ask.account, ask.channel, draft))


def edit(ask: Ask) -> Json:
    message = ask.message
    draft = drafts.read(ask.body, ask.uploads, drafts.COMMON, flags_now=message.flags)
    return ask.show(messages.edit_own(ask.world, ask.account, message, draft))


def get(ask: Ask) -> Json:
    require(ask.channel, ask.account, Permission.READ_MESSAGE_HISTORY)
    return ask.show(ask.message)


def listing(ask: Ask) -> list[Json]:
    """Newest first; ``before``, ``after`` or ``around`` a message id, 1 to 100 of them."""
    channel = ask.channel
    if not in_channel(channel, ask.account) & Permission.READ_MESSAGE_HISTORY:
        return []
    limit = snowflake(ask.query.get("limit", "50"), "limit")
    problems = Problems()
    problems.number(("limit",), limit, least=1, most=100)
    problems.settle()
    mine = {None, ask.account.id}
    seen = [one for one in channel.messages if one.seen_only_by in mine]
    return [ask.show(one) for one in reversed(_window(ask, seen, limit))]


def _window(ask: Ask, seen: list[Message], limit: int) -> list[Message]:
    if after := ask.query.get("after"):
        return [one for one in seen if one.id > int(after)][:limit]
    if around := ask.query.get("around"):
        earlier = [one for one in seen if one.id < int(around)][-(limit // 2) :]
        later = [one for one in seen if one.id >= int(around)][: limit - len(earlier)]
        return earlier + later
    before = ask.query.get("before")
    return [one for one in seen if before is None or one.id < int(before)][-limit:]


def delete(ask: Ask) -> None:
    messages.delete(ask.world, ask.account, ask.message)


def delete_many(ask: Ask) -> None:
    ids = [snowflake(one, "messages") for one in ask.body.get("messages", [])]
    messages.delete_many(ask.world, ask.account, ask.channel, ids)


def typing(ask: Ask) -> None:
    channel, user = ask.channel, ask.account
    require(channel, user, sending(channel))
    now = ask.world.clock.now()
    channel.typing[user.id] = now
    body: Json = {
        "channel_id": str(channel.id),
        "user_id": str(user.id),
        "timestamp": int(now),
    }
    if channel.guild:
        body["guild_id"] = str(channel.guild.id)
        body["member"] = people.full_member(channel.guild.members[user.id])
    ask.world.publish(
        in_place(
            "TYPING_START",
            channel,
            same(body),
            guild_intent=Intent.GUILD_TYPING,
            direct_intent=Intent.DIRECT_TYPING,
        )
    )


def react(ask: Ask) -> None:
    reactions.add(ask.world, ask.account, ask.message, _emoji(ask))


def unreact(ask: Ask) -> None:
    reactions.remove(ask.world, ask.account, ask.message, _emoji(ask), ask.member_user)


def reactors(ask: Ask) -> list[Json]:
    """Who reacted with one emoji, by id."""
    listed = sorted(ask.message.reactions.get(_emoji(ask), ()))
    after, limit = int(ask.query.get("after", 0)), int(ask.query.get("limit", 25))
    chosen = [one for one in listed if one > after][:limit]
    return [people.user(ask.world.users[one]) for one in chosen]


def clear_reactions(ask: Ask) -> None:
    key = _emoji(ask) if "emoji" in ask.path else None
    reactions.clear(ask.world, ask.account, ask.message, key)


def _emoji(ask: Ask) -> str:
    return unquote(ask.path["emoji"])


def refresh_addresses(ask: Ask) -> Json:
    """New signed addresses for attachments whose old ones may have run out."""
    fresh = []
    for address in ask.body["attachment_urls"]:
        parts = address.partition("?")[0].split("/")
        found = ask.world.files.get(snowflake(parts[-2], "attachment_urls"))
        now = ask.world.clock.now()
        url = files.address(ask.world.cdn_url, found, now) if found else None
        fresh.append({"original": address, "refreshed": url})
    return {"refreshed_urls": fresh}
