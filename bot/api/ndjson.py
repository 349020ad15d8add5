r"""Chat replies as they stream: bytes in, events out, without I/O.

Records are split on the byte ``\n`` and on nothing else: text may hold U+2028 or U+0085, at which
line iterators of libraries also split. Only ``init`` is documented field by field, so the fields
of the other records are looked for under every name that is likely.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from bot.api.models.chats import Candidate, ChatMessage
from bot.api.models.events import ChatEvent, Complete, Init, Token
from bot.errors import GenerationFailed

RECORD_BYTES = 1024 * 1024

_TOKEN_NAMES = ("token", "content", "text", "delta")
_TEXT_NAMES = ("message", "content", "text", "token")
_ERROR_NAMES = ("message", "error", "detail")
_KIND_NAMES = ("errorType", "code", "title")


class RecordTooLongError(Exception):
    """A record is over the cap; the stream cannot be trusted to end."""


class Records:
    """Splits a stream of bytes into records, however it was cut into pieces."""

    def __init__(self, cap: int = RECORD_BYTES) -> None:
        self._cap = cap
        self._rest = b""

    def feed(self, piece: bytes) -> Iterator[bytes]:
        """Records that ``piece`` completes, without blank ones.

        Raises:
            RecordTooLongError: A record has more bytes than the cap.
        """
        *whole, self._rest = (self._rest + piece).split(b"\n")
        for record in whole:
            yield from self._checked(record)
        if len(self._rest) > self._cap:
            raise RecordTooLongError

    def end(self) -> Iterator[bytes]:
        """The last record, if the stream ended without a line end."""
        rest, self._rest = self._rest, b""
        yield from self._checked(rest)

    def _checked(self, record: bytes) -> Iterator[bytes]:
        if len(record) > self._cap:
            raise RecordTooLongError
        if stripped := record.strip(b" \t\r"):
            yield stripped


@dataclass(slots=True)
class ReplyReader:
    """Turns the records of one reply into events and remembers its text so far."""

    route: str
    _candidate_id: str | None = None
    _tokens: list[str] = field(default_factory=list)

    @property
    def partial(self) -> str:
        """The text of all tokens read."""
        return "".join(self._tokens)

    def read(self, record: bytes) -> ChatEvent | None:
        """The event in ``record``; ``None`` if it holds none that is known.

        Raises:
            GenerationFailed: The record is an error event.
        """
        fields = _fields(record)
        match str(fields.get("type", "")).lower():
            case "init":
                return self._init(fields)
            case "complete":
                return self._complete(fields)
            case "error":
                kind = _first(fields, _KIND_NAMES) or "error"
                raise GenerationFailed(self.route, kind, _first(fields, _ERROR_NAMES) or "")
            case "token" | "":
                return self._token(fields)
        return None

    def _init(self, fields: Mapping[str, Any]) -> Init:
        self._candidate_id = _text(fields.get("assistantCandidateId"))
        return Init(
            chat_id=_text(fields.get("chatId")),
            user_message_id=_text(fields.get("userMessageId")),
            user_candidate_id=_text(fields.get("userCandidateId")),
            assistant_message_id=_text(fields.get("assistantMessageId")),
            assistant_candidate_id=self._candidate_id,
        )

    def _token(self, fields: Mapping[str, Any]) -> Token | None:
        text = _first(fields, _TOKEN_NAMES)
        if not text:
            return None
        self._tokens.append(text)
        return Token(text)

    def _complete(self, fields: Mapping[str, Any]) -> Complete:
        message = _message(fields.get("message")) or _message(fields)
        text = self._text_of(message) if message else None
        if text is None:
            text = _first(fields, _TEXT_NAMES)
        return Complete(message, self.partial if text is None else text)

    def _text_of(self, message: ChatMessage) -> str | None:
        """The text of the candidate that this reply wrote, else of the selected one."""
        candidate: Candidate | None = next(
            (one for one in message.candidates if one.candidate_id == self._candidate_id),
            message.selected,
        )
        return candidate.message if candidate else None


def _fields(record: bytes) -> dict[str, Any]:
    try:
        value = json.loads(record.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _message(value: object) -> ChatMessage | None:
    try:
        return ChatMessage.model_validate(value)
    except ValidationError:
        return None


def _first(fields: Mapping[str, Any], names: tuple[str, ...]) -> str | None:
    return next((fields[name] for name in names if isinstance(fields.get(name), str)), None)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
