"""How this Discord says no: its own error JSON, or a loud complaint that it does not know how.

``Refusal`` is an answer real Discord would give. ``Unhonoured`` means that a request asked for
something this server does not play; it must never pass silently, or a test would prove nothing.
Source: Discord's documentation, "Opcodes and Status Codes" and "Error Messages".
"""

from typing import Any

Path = tuple[str | int, ...]

KNOWN: dict[int, tuple[int, str]] = {
    10002: (404, "Unknown Application"),
    10003: (404, "Unknown Channel"),
    10004: (404, "Unknown Guild"),
    10007: (404, "Unknown Member"),
    10008: (404, "Unknown Message"),
    10011: (404, "Unknown Role"),
    10013: (404, "Unknown User"),
    10014: (400, "Unknown Emoji"),
    10015: (404, "Unknown Webhook"),
    10062: (404, "Unknown interaction"),
    10063: (404, "Unknown application command"),
    20001: (403, "Bots cannot use this endpoint"),
    20002: (403, "Only bots can use this endpoint"),
    30007: (400, "Maximum number of webhooks reached (15)"),
    30010: (400, "Maximum number of reactions reached (20)"),
    30046: (429, "Maximum number of edits to messages older than 1 hour reached. Try again later"),
    40005: (413, "Request entity too large"),
    40060: (400, "Interaction has already been acknowledged."),
    50001: (403, "Missing Access"),
    50003: (403, "Cannot execute action on a DM channel"),
    50005: (403, "Cannot edit a message authored by another user"),
    50006: (400, "Cannot send an empty message"),
    50007: (403, "Cannot send messages to this user"),
    50008: (400, "Cannot send messages in a non-text channel"),
    50013: (403, "Missing Permissions"),
    50016: (
        400,
        "Provided too few or too many messages to delete.",
    ),
    50021: (403, "Cannot execute action on a system message"),
    50024: (400, "Cannot execute action on this channel type"),
    50027: (401, "Invalid Webhook Token"),
    50034: (400, "A message provided was too old to bulk delete"),
    50035: (400, "Invalid Form Body"),
    50083: (400, "Thread is archived"),
    50109: (400, "The request body contains invalid JSON."),
    160002: (400, "Cannot reply without permission to read message history"),
    160004: (400, "A thread has already been created for this message"),
    160005: (400, "Thread is locked"),
}


class Refusal(Exception):
    """An error answer as Discord gives it.

    Attributes:
        status: HTTP status.
        code: Discord's JSON error code.
        errors: Nested problems of a 50035.
    """

    def __init__(
        self, status: int, code: int, message: str, errors: dict[str, Any] | None = None
    ) -> None:
        super().__init__(f"{status} {code} {message} {errors or ''}".strip())
        self.status, self.code, self.message, self.errors = status, code, message, errors

    def body(self) -> dict[str, Any]:
        """The JSON that goes over the wire."""
        body: dict[str, Any] = {"message": self.message, "code": self.code}
        if self.errors:
            body["errors"] = self.errors
        if self.status == 429:
            body |= {"retry_after": 20.0, "global": False}
        return body


class Unhonoured(Exception):
    """A request used something this server does not play; ``what`` names it."""

    def __init__(self, what: str) -> None:
        super().__init__(f"the local Discord does not honour {what}")
        self.what = what


def refuse(code: int) -> Refusal:
    """The refusal with Discord's own words for ``code``."""
    status, message = KNOWN[code]
    return Refusal(status, code, message)


def unauthorized() -> Refusal:
    return Refusal(401, 0, "401: Unauthorized")


class Problems:
    """Gathers what is wrong with a form body, then refuses all of it at once (50035)."""

    def __init__(self) -> None:
        self._errors: dict[str, Any] = {}

    def add(self, path: Path, code: str, message: str) -> None:
        """Note one problem of the field at ``path``."""
        node = self._errors
        for part in path:
            node = node.setdefault(str(part), {})
        node.setdefault("_errors", []).append({"code": code, "message": message})

    def settle(self) -> None:
        """Raise the refusal if any problem was noted."""
        if self._errors:
            status, message = KNOWN[50035]
            raise Refusal(status, 50035, message, self._errors)

    def text(self, path: Path, value: object, *, least: int = 0, most: int) -> None:
        """A string of ``least`` to ``most`` characters."""
        if not isinstance(value, str):
            self.add(path, "BASE_TYPE_REQUIRED", "This field is required")
        elif len(value) > most and least == 0:
            self.add(path, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")
        elif not least <= len(value) <= most:
            self.add(path, "BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length.")

    def number(self, path: Path, value: object, *, least: int, most: int) -> None:
        """A whole number from ``least`` to ``most``."""
        if isinstance(value, bool) or not isinstance(value, int):
            self.add(path, "NUMBER_TYPE_COERCE", f'Value "{value}" is not int.')
        elif value < least:
            self.add(path, "NUMBER_TYPE_MIN", f"int value should be at least {least}.")
        elif value > most:
            self.add(path, "NUMBER_TYPE_MAX", f"int value should be less than or equal to {most}.")

    def choice(self, path: Path, value: object, allowed: tuple[object, ...]) -> None:
        """One of ``allowed``."""
        if value not in allowed:
            listed = ", ".join(map(str, allowed))
            self.add(path, "BASE_TYPE_CHOICES", f"Value must be one of {{{listed}}}.")


def fields(names: str) -> frozenset[str]:
    """Field names written with spaces between them."""
    return frozenset(names.split())


def honour(given: object, known: frozenset[str], where: str) -> dict[str, Any]:
    """``given`` as a JSON object with only ``known`` fields.

    Raises:
        Refusal: It is no object.
        Unhonoured: It has a field that this server does not play.
    """
    if not isinstance(given, dict):
        problems = Problems()
        problems.add((), "DICT_TYPE_CONVERT", f"Only dictionaries may be used in {where}")
        problems.settle()
        raise TypeError(where)
    if unknown := given.keys() - known:
        raise Unhonoured(f"{where}: field {', '.join(sorted(unknown))}")
    return given
