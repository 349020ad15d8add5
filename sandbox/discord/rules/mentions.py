"""Who is mentioned by a text, given ``allowed_mentions``. Source: "Message", allowed mentions."""

import re
from dataclasses import dataclass

from sandbox.discord.model import Channel, Json, User
from sandbox.discord.permissions import Permission, in_channel
from sandbox.discord.refusal import Problems, fields, honour

FIELDS = fields("parse users roles replied_user")
PARSEABLE = ("everyone", "users", "roles")
USER = re.compile(r"<@!?(\d+)>")
ROLE = re.compile(r"<@&(\d+)>")


@dataclass(frozen=True, slots=True)
class Mentioned:
    users: list[int]
    roles: list[int]
    everyone: bool


def check(allowed: Json | None, problems: Problems) -> None:
    """Note what Discord would refuse about ``allowed_mentions``."""
    if allowed is None:
        return
    honour(allowed, FIELDS, "allowed_mentions")
    parse = allowed.get("parse") or []
    for index, kind in enumerate(parse):
        problems.choice(("allowed_mentions", "parse", index), kind, PARSEABLE)
    for kind in ("users", "roles"):
        listed = allowed.get(kind) or []
        if len(listed) > 100:
            problems.add(
                ("allowed_mentions", kind),
                "BASE_TYPE_MAX_LENGTH",
                "Must be 100 or fewer in length.",
            )
        if kind in parse and listed:
            problems.add(
                ("allowed_mentions",),
                "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
                f'parse:["{kind}"] and {kind}: [ids...] are mutually exclusive.',
            )


def found(
    text: str, allowed: Json | None, channel: Channel, author: User, answered: int | None
) -> Mentioned:
    """Whom ``text`` reaches; ``answered`` is the author of the message replied to."""
    users = [int(one) for one in USER.findall(text)]
    roles = [int(one) for one in ROLE.findall(text)]
    everyone = "@everyone" in text or "@here" in text
    if allowed is not None:
        users = [one for one in users if _lets(allowed, "users", one)]
        roles = [one for one in roles if _lets(allowed, "roles", one)]
        everyone = everyone and "everyone" in (allowed.get("parse") or [])
    if not in_channel(channel, author) & Permission.MENTION_EVERYONE:
        everyone, roles = False, []
    if answered and (allowed is None or allowed.get("replied_user")):
        users.append(answered)
    return Mentioned(_known_users(users, channel), list(dict.fromkeys(roles)), everyone)


def _lets(allowed: Json, kind: str, one: int) -> bool:
    listed = [int(each) for each in allowed.get(kind) or []]
    return kind in (allowed.get("parse") or []) or one in listed


def _known_users(users: list[int], channel: Channel) -> list[int]:
    known = set(channel.guild.members) if channel.guild else set(channel.recipients)
    return [one for one in dict.fromkeys(users) if one in known]
