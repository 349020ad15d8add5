"""THE table: one row per route this Discord knows.

A row says which fields of the body and which query parameters are honoured; anything else is a
loud failure.
Source: Discord's documentation and its OpenAPI description; the rows at the end are what the
ordinary client of a person uses.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from sandbox.discord.refusal import fields
from sandbox.discord.rest import applications, channels, interactions, messages, webhooks
from sandbox.discord.rest.ask import Ask
from sandbox.discord.rules import commands, drafts

NONE: frozenset[str] = frozenset()
ANY_BODY = frozenset({"*"})
COMMAND_FIELDS = commands.FIELDS
THREAD = fields("name auto_archive_duration rate_limit_per_user type invitable")
CHANNEL = channels.THREAD_FIELDS | channels.TEXT_FIELDS
INTERACTION = fields(
    "type application_id guild_id channel_id session_id data nonce message_id "
    "message_flags analytics_location"
)


@dataclass(frozen=True, slots=True)
class Row:
    """One route.

    Attributes:
        act: From the request to the JSON of the answer; None is a 204.
        fields: Body fields that are honoured; the act itself checks those of a list.
        bucket: The rate limit it counts against.
        open: Works without an Authorization header, since the address holds a token; such calls
            are outside the global rate limit.
        status: Status of a success with a body.
    """

    method: str
    path: str
    act: Callable[[Ask], Any]
    fields: frozenset[str] = NONE
    query: frozenset[str] = NONE
    bucket: str = "other"
    open: bool = False
    status: int = 200
    pattern: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        parts = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", self.path)
        object.__setattr__(self, "pattern", re.compile(parts + r"/?"))

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"


def _rows() -> Iterable[Row]:
    yield from _account_rows()
    yield from _command_rows()
    yield from _interaction_rows()
    yield from _message_rows()
    yield from _channel_rows()
    yield from _guild_rows()
    yield from _webhook_rows()
    yield from _person_rows()


def _account_rows() -> Iterable[Row]:
    yield Row("GET", "/gateway", applications.gateway, open=True)
    yield Row("GET", "/gateway/bot", applications.gateway_bot)
    yield Row("GET", "/users/@me", applications.me)
    yield Row("GET", "/users/@me/guilds", channels.guilds, query=fields("limit with_counts"))
    yield Row("GET", "/users/@me/channels", channels.directs)
    yield Row("POST", "/users/@me/channels", channels.open_direct, fields("recipient_id"))
    yield Row("GET", "/users/{user_id}", applications.user)
    yield Row("GET", "/applications/@me", applications.application)
    yield Row("GET", "/oauth2/applications/@me", applications.application)
    yield Row("GET", "/applications/{application_id}/emojis", applications.emojis)


def _command_rows() -> Iterable[Row]:
    for scope in ("", "/guilds/{guild_id}"):
        path = f"/applications/{{application_id}}{scope}/commands"
        one = path + "/{command_id}"
        yield Row("GET", path, applications.listing, query=fields("with_localizations"))
        yield Row("PUT", path, applications.overwrite, ANY_BODY)
        yield Row("POST", path, applications.create, COMMAND_FIELDS, status=201)
        yield Row("GET", one, applications.get)
        yield Row("PATCH", one, applications.change, COMMAND_FIELDS)
        yield Row("DELETE", one, applications.delete)


def _interaction_rows() -> Iterable[Row]:
    yield Row(
        "POST",
        "/interactions/{interaction_id}/{token}/callback",
        interactions.callback,
        fields("type data"),
        fields("with_response"),
        bucket="callback",
        open=True,
    )
    path = "/webhooks/{application_id}/{token}"
    one = path + "/messages/{message_id}"
    yield Row(
        "POST",
        path,
        webhooks.follow_up,
        drafts.WEBHOOK,
        fields("wait thread_id with_components"),
        bucket="interaction",
        open=True,
    )
    extra = fields("thread_id with_components")
    yield Row("GET", one, webhooks.answer, query=extra, bucket="interaction", open=True)
    yield Row(
        "PATCH", one, webhooks.edit_answer, drafts.COMMON, extra, bucket="interaction", open=True
    )
    yield Row("DELETE", one, webhooks.delete_answer, query=extra, bucket="interaction", open=True)


def _message_rows() -> Iterable[Row]:
    path = "/channels/{channel_id}/messages"
    one = path + "/{message_id}"
    paging = fields("limit before after around")
    yield Row("POST", path, messages.send, drafts.CREATE, bucket="messages")
    yield Row("GET", path, messages.listing, query=paging)
    yield Row("POST", path + "/bulk-delete", messages.delete_many, fields("messages"))
    yield Row("GET", one, messages.get)
    yield Row("PATCH", one, messages.edit, drafts.COMMON, bucket="messages")
    yield Row("DELETE", one, messages.delete, bucket="deletes")
    yield Row("POST", "/channels/{channel_id}/typing", messages.typing, bucket="typing")
    emoji = one + "/reactions/{emoji}"
    yield Row("PUT", emoji + "/{user_id}", messages.react, bucket="reactions")
    yield Row("DELETE", emoji + "/{user_id}", messages.unreact, bucket="reactions")
    yield Row("GET", emoji, messages.reactors, query=fields("limit after type"))
    yield Row("DELETE", emoji, messages.clear_reactions, bucket="reactions")
    yield Row("DELETE", one + "/reactions", messages.clear_reactions, bucket="reactions")
    yield Row(
        "POST", "/attachments/refresh-urls", messages.refresh_addresses, fields("attachment_urls")
    )


def _channel_rows() -> Iterable[Row]:
    path = "/channels/{channel_id}"
    yield Row("GET", path, channels.get)
    yield Row("PATCH", path, channels.change, CHANNEL)
    yield Row("DELETE", path, channels.delete)
    yield Row(
        "POST",
        path + "/messages/{message_id}/threads",
        channels.thread_from_message,
        THREAD,
        bucket="threads",
        status=201,
    )
    yield Row("POST", path + "/threads", channels.thread, THREAD, bucket="threads", status=201)
    yield Row(
        "GET",
        path + "/threads/archived/{kind}",
        channels.archived_threads,
        query=fields("before limit"),
    )
    members = path + "/thread-members"
    paging = fields("with_member after limit")
    yield Row("GET", members, channels.thread_members, query=paging)
    yield Row("GET", members + "/{user_id}", channels.thread_member, query=paging)
    yield Row("PUT", members + "/{user_id}", channels.join_thread)
    yield Row("DELETE", members + "/{user_id}", channels.leave_thread)


def _guild_rows() -> Iterable[Row]:
    path = "/guilds/{guild_id}"
    yield Row("GET", path, channels.guild, query=fields("with_counts"))
    yield Row("GET", path + "/channels", channels.guild_channels)
    yield Row("GET", path + "/roles", channels.roles)
    yield Row("GET", path + "/threads/active", channels.active_threads)
    yield Row("GET", path + "/members", channels.members, query=fields("limit after"))
    yield Row("GET", path + "/members/{user_id}", channels.member)


def _webhook_rows() -> Iterable[Row]:
    yield Row("POST", "/channels/{channel_id}/webhooks", webhooks.create, fields("name avatar"))
    yield Row("GET", "/channels/{channel_id}/webhooks", webhooks.of_channel)
    yield Row("GET", "/guilds/{guild_id}/webhooks", webhooks.of_guild)
    for path, is_open in (
        ("/webhooks/{webhook_id}", False),
        ("/webhooks/{webhook_id}/{token}", True),
    ):
        yield Row("GET", path, webhooks.get, open=is_open)
        yield Row("PATCH", path, webhooks.change, fields("name avatar"), open=is_open)
        yield Row("DELETE", path, webhooks.delete, open=is_open)
    path = "/webhooks/{webhook_id}/{token}"
    yield Row(
        "POST",
        path,
        webhooks.execute,
        drafts.WEBHOOK,
        fields("wait thread_id with_components"),
        bucket="webhook",
        open=True,
    )
    one = path + "/messages/{message_id}"
    extra = fields("thread_id with_components")
    yield Row("GET", one, webhooks.message, query=extra, bucket="webhook", open=True)
    yield Row(
        "PATCH", one, webhooks.edit_message, drafts.COMMON, extra, bucket="webhook", open=True
    )
    yield Row("DELETE", one, webhooks.delete_message, query=extra, bucket="webhook", open=True)


def _person_rows() -> Iterable[Row]:
    yield Row("POST", "/interactions", interactions.begin, INTERACTION)
    yield Row(
        "GET",
        "/channels/{channel_id}/application-commands/search",
        interactions.index,
        query=fields("type query limit include_applications"),
    )
    yield Row("GET", "/guilds/{guild_id}/application-command-index", interactions.index)


ROWS: tuple[Row, ...] = tuple(_rows())


def find(method: str, path: str, application_id: int) -> tuple[Row, dict[str, str]] | None:
    """The row for a request, with the parameters of its address.

    A webhook's address and an interaction's look alike: the id tells which it is.
    """
    for row in ROWS:
        if row.method != method:
            continue
        if match := row.pattern.fullmatch(path):
            parameters = match.groupdict()
            if parameters.get("application_id", str(application_id)) == str(application_id):
                return row, parameters
    return None
