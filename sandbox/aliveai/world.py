"""What every responder can reach, and the call it answers."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from sandbox.aliveai.dialect import Dialect
from sandbox.aliveai.faults import Faults
from sandbox.aliveai.feeds import Feeds
from sandbox.aliveai.gates import Bell, Gate
from sandbox.aliveai.pace import Clock, Pace
from sandbox.aliveai.problems import Problem, Violation, missing
from sandbox.aliveai.seals import Seals
from sandbox.aliveai.state import Chat, Medium, State
from sandbox.aliveai.studio import Studio

Sent = Callable[[str, str, str], None]


@dataclass
class World:
    """One running service. ``sent`` is told every token: chat id, message id, text."""

    state: State
    dialect: Dialect
    pace: Pace
    clock: Clock
    bell: Bell
    gate: Gate
    seals: Seals
    faults: Faults
    studio: Studio
    feeds: Feeds
    start: Callable[[Awaitable[None]], None]
    sent: Sent
    url: str = ""

    def medium(self, media_id: str, where: str) -> Medium:
        """The account's medium with that id; ``where`` names the field that asked for it."""
        if medium := self.state.media.get(media_id):
            return medium
        violation = Violation(where, "body", f"no media with id {media_id!r}")
        raise Problem(404, "Media not found", (violation,))

    def chat(self, chat_id: str) -> Chat:
        if chat := self.state.chats.get(chat_id):
            return chat
        raise missing(self.dialect, "Chat")

    def charge(self, credits_: float) -> None:
        """Take what something costs. Raises a problem when the account has too little."""
        account = self.state.account
        if account.credits < credits_:
            raise Problem(self.dialect.no_credit_status, "Not enough credits.")
        account.credits -= credits_


@dataclass(frozen=True)
class Call:
    """One request that passed credentials and validation; ``body`` has no nulls at its top."""

    world: World
    operation: str
    path: dict[str, str]
    query: dict[str, Any]
    body: dict[str, Any]
    request: web.Request


@dataclass(frozen=True)
class File:
    """A file part of a multipart body."""

    name: str
    content_type: str
    content: bytes


Answer = dict[str, Any] | list[Any] | web.StreamResponse | None
"""JSON, nothing, or an answer that is already under way."""

Responder = Callable[[Call], Awaitable[Answer]]
