"""An operator's corrections to the table of routes: a TOML file, a variable, or both.

The file that ``ALIVEAI_ROUTES_FILE`` names; ``python -m bot doctor`` prints such a file, and either
key may be left out:

    [create_chat_image]
    method = "POST"
    path = "/chats/{chatId}/image"

The variable ``ALIVEAI_ROUTES``, which overrules the file row by row:

    create_chat_image=POST /chats/{chatId}/image, list_chats=/chat
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.api.routes import ROUTES, Route
from config.settings import AliveAI, SettingsError

Table = Mapping[Route[Any], Route[Any]]
"""The rows as the documentation's table has them, each with the row to call instead."""

FILE, VARIABLE = "ALIVEAI_ROUTES_FILE", "ALIVEAI_ROUTES"

# What may be called again is known by its method, so no correction can make a row repeatable.
_CHANGING = {"POST", "PUT", "PATCH", "DELETE"}
_PATH = re.compile(r"(/([\w.~-]+|\{\w+\}))+")


def load_corrections(settings: AliveAI) -> Table:
    """The rows that the operator corrected, each with what to call instead.

    Raises:
        SettingsError: The file cannot be read, or a row or value is wrong; all at once.
    """
    from_file = corrected(_rows_of(settings.routes_file)) if settings.routes_file else {}
    return {**from_file, **corrected(_rows_in(settings.routes or ""), source=VARIABLE)}


def _rows_of(file: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SettingsError([f"{FILE} cannot be read: {error}"]) from None


def _rows_in(text: str) -> Mapping[str, Any]:
    """Corrections by operation, out of the variable's text."""
    rows: dict[str, Any] = {}
    for part in filter(None, map(str.strip, text.split(","))):
        operation, _, place = part.partition("=")
        method, _, path = place.strip().rpartition(" ")
        rows[operation.strip()] = {"path": path} | ({"method": method} if method else {})
    return rows


def corrected(rows: Mapping[str, Any], *, source: str = FILE) -> Table:
    """The table by ``rows``, corrections by operation; ``source`` is named in what is wrong.

    Raises:
        SettingsError: With one line for each thing wrong.
    """
    known = {route.operation: route for route in ROUTES}
    problems: list[str] = []
    table = {
        known[operation]: changed
        for operation, values in rows.items()
        if (changed := _changed(known.get(operation), operation, values, problems))
    }
    if problems:
        raise SettingsError([f"{source}: {problem}" for problem in problems])
    return table


def _changed(
    route: Route[Any] | None, operation: str, values: object, problems: list[str]
) -> Route[Any] | None:
    if route is None:
        problems.append(f"{operation} is no row of the table of routes")
        return None
    if not isinstance(values, dict) or not values.keys() <= {"method", "path"}:
        problems.append(f"{operation} takes method and path only")
        return None
    method = values.get("method", route.method)
    path = values.get("path", route.path)
    if problem := _problem(route, method, path):
        problems.append(f"{operation} {problem}")
        return None
    return replace(route, method=method, path=path)


def _problem(route: Route[Any], method: object, path: object) -> str | None:
    allowed = _CHANGING if route.method in _CHANGING else {route.method}
    if method not in allowed:
        return f"has a method other than {', '.join(sorted(allowed))}"
    if not isinstance(path, str) or not _PATH.fullmatch(path):
        return "has a path that is none"
    if sorted(re.findall(r"\{(\w+)\}", path)) != sorted(route.path_params):
        return f"needs the parameters {', '.join(route.path_params) or '(none)'} in its path"
    return None
