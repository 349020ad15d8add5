"""Whole answers into replies: the one place where a body becomes a model."""

import json
from functools import cache
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter, ValidationError

from bot.api.refusals import Answer, refusal
from bot.api.routes import Route
from bot.errors import Malformed, Missing

R = TypeVar("R")

_NAMES_SEEN = 20
_NAME_CHARACTERS = 40


@cache
def _reader(route: Route[Any]) -> TypeAdapter[Any]:
    return TypeAdapter(cast("type[Any]", route.reply))


def decode(route: Route[R], answer: Answer) -> R:
    """The reply in ``answer``, ``None`` for operations that have none.

    Raises:
        Refused: Or one of its kinds, for every status outside 200 to 299.
        Missing: The answer is empty or null though the row has a reply.
        Malformed: It cannot be read as the row's reply.
    """
    if not 200 <= answer.status < 300:
        raise refusal(route.operation, answer)
    if route.reply is None:
        return None  # type: ignore[return-value]
    body = answer.body.strip()
    if body in {b"", b"null"}:
        raise Missing(route.operation, answer.status, "empty answer")
    try:
        reply: R = _reader(route).validate_json(body)
    except ValidationError:
        # From None: pydantic's error quotes the text that it could not read.
        raise Malformed(route.operation, names_in(body)) from None
    return reply


def names_in(body: bytes) -> list[str]:
    """Names of the top-level fields of a JSON body, for errors; never a value."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return []
    first = value[0] if isinstance(value, list) and value else value
    names = list(first)[:_NAMES_SEEN] if isinstance(first, dict) else []
    return [name[:_NAME_CHARACTERS] for name in names]
