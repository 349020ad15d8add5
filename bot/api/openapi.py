"""Compares the table of routes with the service's own OpenAPI file.

The documentation is rendered from that file, so its headings are the file's tags and its
summaries or operation ids; by these a row finds its operation. What is found becomes corrections,
as ``bot.api.corrections`` reads them.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from bot.api.fields import differences
from bot.api.routes import ROUTES, Route
from config.settings import SettingsError


class Verdict(StrEnum):
    """What was found out about a row; FIELDS: it is where it should be, but takes other fields."""

    SAME = "same"
    FIELDS = "fields"
    DIFFERS = "differs"
    ABSENT = "absent"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Finding:
    """One row and where it really is; ``method`` and ``path`` are the row's own if unknown."""

    route: Route[Any]
    verdict: Verdict
    method: str
    path: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class _Operation:
    method: str
    path: str
    tags: frozenset[str]
    names: frozenset[str]
    described: Mapping[str, Any] = field(repr=False)


def read_document(file: Path) -> Mapping[str, Any]:
    """The OpenAPI document in ``file``, which must be JSON.

    Raises:
        SettingsError: It cannot be read or is no such document.
    """
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        problem = f"{file} cannot be read as JSON ({type(error).__name__}); convert YAML first"
        raise SettingsError([problem]) from None
    if not isinstance(document, dict) or not isinstance(document.get("paths"), dict):
        raise SettingsError([f"{file} is no OpenAPI document: it has no paths"])
    return document


def compare(document: Mapping[str, Any]) -> list[Finding]:
    """A finding for each row but the sockets, which OpenAPI cannot describe."""
    operations = list(_operations(document))
    return [_finding(route, operations, document) for route in ROUTES if route.method != "WS"]


def corrections(findings: Iterable[Finding]) -> str:
    """The findings that differ, as a file of corrections; empty if none does."""
    return "\n".join(
        f"[{found.route.operation}]\n{_changed(found)}"
        for found in findings
        if found.verdict is Verdict.DIFFERS
    )


def _changed(found: Finding) -> str:
    pairs = (("method", found.route.method, found.method), ("path", found.route.path, found.path))
    return "".join(f'{key} = "{new}"\n' for key, old, new in pairs if old != new)


def _operations(document: Mapping[str, Any]) -> Iterator[_Operation]:
    for path, item in document["paths"].items():
        for method, described in item.items() if isinstance(item, dict) else ():
            if isinstance(described, dict) and method.upper() in _METHODS:
                tags = frozenset(_plain(str(tag)) for tag in described.get("tags", []))
                # Where two methods have one name, the later one's id ends in a number.
                own = re.sub(r"_\d+$", "", str(described.get("operationId", "")))
                names = frozenset({_plain(str(described.get("summary", ""))), _plain(own)})
                shared = item.get("parameters", []) + described.get("parameters", [])
                stated = {**described, "parameters": shared} if shared else described
                yield _Operation(method.upper(), path, tags, names - {""}, stated)


_METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE"}


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())


def _finding(
    route: Route[Any], operations: Sequence[_Operation], document: Mapping[str, Any]
) -> Finding:
    named = [one for one in operations if _plain(route.title) in one.names]
    tagged = [one for one in named if _plain(route.section) in one.tags] or named
    fitting = [one for one in tagged if len(_names(one.path)) == len(route.path_params)]
    here = [one for one in operations if (one.method, one.path) == (route.method, route.path)]
    if len(fitting) == 1 or here:
        return _at(route, fitting[0] if len(fitting) == 1 else here[0], document)
    verdict = Verdict.UNCLEAR if fitting else Verdict.ABSENT
    note = ", ".join(f"{one.method} {one.path}" for one in fitting)
    return Finding(route, verdict, route.method, route.path, note)


def _at(route: Route[Any], operation: _Operation, document: Mapping[str, Any]) -> Finding:
    path = _renamed(operation.path, route)
    note = "; ".join(differences(route, operation.described, document))
    found = Finding(route, Verdict.DIFFERS, operation.method, path, note)
    if (operation.method, path) != (route.method, route.path):
        return found
    return replace(found, verdict=Verdict.FIELDS if note else Verdict.SAME)


def _renamed(path: str, route: Route[Any]) -> str:
    """``path`` with the row's own parameter names, in its order, where the file has others."""
    names = _names(path)
    if sorted(names) == sorted(route.path_params):
        return path
    for theirs, ours in zip(names, route.path_params, strict=True):
        path = path.replace(f"{{{theirs}}}", f"{{{ours}}}")
    return path


def _names(path: str) -> list[str]:
    return re.findall(r"\{(\w+)\}", path)
