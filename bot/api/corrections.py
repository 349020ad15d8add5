"""An operator's corrections to the table of routes, from a TOML file.

    [create_chat_image]
    method = "POST"
    path = "/chats/{chatId}/image"

Either key may be left out. ``python -m bot doctor`` prints such a file.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.api.routes import ROUTES, Route
from config.settings import SettingsError

Table = Mapping[Route[Any], Route[Any]]
"""The rows as the documentation's table has them, each with the row to call instead."""

# What may be called again is known by its method, so no correction can make a row repeatable.
_CHANGING = {"POST", "PUT", "PATCH", "DELETE"}
_PATH = re.compile(r"(/([\w.~-]+|\{\w+\}))+")


def load_corrections(file: Path | None) -> Table:
    """The table with the corrections in ``file``; without a file, nothing is corrected.

    Raises:
        SettingsError: The file cannot be read, or a row or value in it cannot be; all at once.
    """
    if file is None:
        return {}
    try:
        rows = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SettingsError([f"ALIVEAI_ROUTES_FILE cannot be read: {error}"]) from None
    return corrected(rows)


def corrected(rows: Mapping[str, Any]) -> Table:
    """The table by ``rows``, corrections by operation.

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
        raise SettingsError([f"ALIVEAI_ROUTES_FILE: {problem}" for problem in problems])
    return table


def _changed(
    route: Route[Any] | None, operation: str, values: object, problems: list[str]
) -> Route[Any] | None:
    if route is None:
        problems.append(f"{operation} is no row of the table")
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
