"""What an answer with an error status means: status and text in, one error of the tree out.

Bodies are ``application/problem+json`` (``detail``, ``violations``), plain text or a web page;
the service does not document them. Two refusals are known by their text, whatever their status.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from bot.errors import (
    Invalid,
    Missing,
    OutOfCredit,
    QueueFull,
    RateLimited,
    Refused,
    ServerFault,
    Unauthorized,
)

DETAIL_CHARACTERS = 500
RETRY_SECONDS = 5.0
LONGEST_RETRY_SECONDS = 3600.0

_QUEUE_FULL = re.compile(r"max pending creations", re.IGNORECASE)
_REFUSALS = {400, 403, 409, 412, 422}
_NO_CREDIT = re.compile(r"\bcredits?\b", re.IGNORECASE)
_TAG = re.compile(r"<[^>]{0,500}>")
_SENTENCES = ("detail", "message", "error", "title")


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer, read. Header names are in lower case."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


def refusal(route: str, answer: Answer) -> Refused:
    """The error that ``answer``, of a status outside 200 to 299, stands for."""
    detail, fields = _problem(answer.body)
    status = answer.status
    if _QUEUE_FULL.search(detail):
        return QueueFull(route, status, detail)
    if status == 402 or (status in _REFUSALS and _NO_CREDIT.search(detail)):
        return OutOfCredit(route, status, detail)
    if status == 429:
        return RateLimited(route, status, detail, retry_after(answer.headers.get("retry-after")))
    if status in {400, 422} and fields:
        return Invalid(route, status, detail, fields)
    return _by_status(status)(route, status, detail)


def _by_status(status: int) -> type[Refused]:
    if status >= 500:
        return ServerFault
    return {401: Unauthorized, 404: Missing, 410: Missing}.get(status, Refused)


def retry_after(header: str | None, now: datetime | None = None) -> float:
    """Seconds to wait by a Retry-After header: a number or a date (RFC 9110, 10.2.3)."""
    try:
        return _bounded(float(header or ""))
    except ValueError:
        pass
    try:
        date = parsedate_to_datetime(header or "")
    except ValueError:
        return RETRY_SECONDS
    date = date if date.tzinfo else date.replace(tzinfo=UTC)
    return _bounded((date - (now or datetime.now(UTC))).total_seconds())


def _bounded(seconds: float) -> float:
    # A NaN compares false with everything, so it falls to the lower bound.
    return min(seconds, LONGEST_RETRY_SECONDS) if seconds > 0 else 0.0


def _problem(body: bytes) -> tuple[str, dict[str, str]]:
    """The sentence of an error body, and wire names with what is wrong about them."""
    text = body.decode("utf-8", "replace").strip()
    try:
        problem = json.loads(text)
    except (ValueError, RecursionError):
        return _sentence(_TAG.sub(" ", text)), {}
    if not isinstance(problem, dict):
        return (_sentence(problem) if isinstance(problem, str) else ""), {}
    said = [problem[key] for key in _SENTENCES if isinstance(problem.get(key), str)]
    detail = _sentence(next(filter(None, said), ""))
    return detail, _fields(problem, detail)


def _fields(problem: dict[str, object], detail: str) -> dict[str, str]:
    violations = problem.get("violations")
    if not isinstance(violations, list):
        named = problem.get("field")
        return {_sentence(named): detail} if isinstance(named, str) else {}
    return {
        _sentence(str(violation.get("field", ""))): _sentence(str(violation.get("message", "")))
        for violation in violations
        if isinstance(violation, dict)
    }


def _sentence(text: str) -> str:
    """``text`` on one line, without control characters, of bounded length."""
    printable = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(printable.split())[:DETAIL_CHARACTERS]
