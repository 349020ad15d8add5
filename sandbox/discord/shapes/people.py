"""Accounts, members and application as JSON."""

from sandbox.discord.clock import timestamp
from sandbox.discord.model import Application, Guild, Json, Member, User


def user(account: User) -> Json:
    shape: Json = {
        "id": str(account.id),
        "username": account.username,
        "discriminator": "0000" if account.bot else "0",
        "global_name": account.global_name,
        "avatar": account.avatar,
        "public_flags": 0,
        "flags": 0,
        "primary_guild": None,
    }
    if account.bot:
        shape["bot"] = True
    return shape


def me(account: User) -> Json:
    """The account as it sees itself."""
    return user(account) | {
        "verified": True,
        "mfa_enabled": True,
        "email": None,
        "locale": account.locale,
    }


def member(one: Member) -> Json:
    """A membership without the account, as messages carry it."""
    return {
        "roles": [str(role) for role in one.roles],
        "joined_at": timestamp(one.joined),
        "nick": one.nick,
        "avatar": None,
        "banner": None,
        "premium_since": None,
        "pending": False,
        "communication_disabled_until": None,
        "deaf": False,
        "mute": False,
        "flags": 0,
    }


def full_member(one: Member) -> Json:
    return member(one) | {"user": user(one.user)}


def member_of(guild: Guild | None, account: User) -> Json | None:
    """The account's membership in ``guild``, if it has one."""
    if guild is None or account.id not in guild.members:
        return None
    return member(guild.members[account.id])


def application(app: Application) -> Json:
    """``GET /applications/@me``."""
    return {
        "id": str(app.id),
        "name": app.user.username,
        "icon": None,
        "description": "",
        "type": None,
        "bot": user(app.user),
        "summary": "",
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "flags": app.flags,
        "flags_new": str(app.flags),
        "owner": user(app.user),
        "team": None,
        "hook": True,
        "is_monetized": False,
        "is_verified": False,
        "is_discoverable": False,
        "storefront_available": False,
        "integration_types_config": {"0": {}},
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "approximate_guild_count": 1,
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
        "explicit_content_filter": 0,
        "eligible_oauth2_scopes": [],
    }
