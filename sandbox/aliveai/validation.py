"""Holds every request to the documentation: its fields, limits, patterns, enums and defaults.

``documented.json`` is taken from the documentation's text and not from the client's models, so
that a mistake there is caught here. Unknown fields are refused, louder than the service itself
probably does.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # ships no types
from jsonschema.exceptions import ValidationError  # type: ignore[import-untyped]  # ditto

from sandbox.aliveai.problems import Problem, Violation


@cache
def documented() -> dict[str, Any]:
    """The documentation's request fields by operation and part (path, query, body)."""
    text = Path(__file__).with_name("documented.json").read_text(encoding="utf-8")
    tables: dict[str, Any] = json.loads(text)
    return tables


def fields(operation: str, part: str) -> dict[str, Any]:
    """The documented fields of one part of a request, by name."""
    table = documented()["operations"].get(operation, {}).get(part, {})
    found: dict[str, Any] = table.get("properties", {})
    return found


def check(operation: str, part: str, values: dict[str, Any]) -> None:
    """Raise a problem with one violation for each value that breaks the documentation."""
    errors = _validator(operation, part).iter_errors(values)
    violations = tuple(dict.fromkeys(v for error in errors for v in _violations(error, part)))
    if violations:
        raise Problem(400, "", violations)


def typed(operation: str, query: dict[str, list[str]]) -> dict[str, Any]:
    """Query values as the types they are documented with; what cannot be read stays text."""
    return {
        name: _read(fields(operation, "query").get(name, {}), values)
        for name, values in query.items()
    }


@cache
def _validator(operation: str, part: str) -> Draft202012Validator:
    table = documented()["operations"].get(operation, {}).get(part, {})
    closed = part != "path"
    schema = {"type": "object", "$defs": documented()["$defs"], **table}
    return Draft202012Validator({**schema, "additionalProperties": not closed})


def _violations(error: ValidationError, part: str) -> list[Violation]:
    path = ".".join(str(step) for step in error.absolute_path)
    if error.validator == "required":
        absent = [name for name in error.validator_value if name not in error.instance]
        return [Violation(_join(path, name), part, "must not be null") for name in absent]
    if error.validator == "additionalProperties":
        known = error.schema.get("properties", {})
        return [
            Violation(_join(path, name), part, "unknown field")
            for name in error.instance
            if name not in known
        ]
    return [Violation(path, part, _message(error))]


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _message(error: ValidationError) -> str:
    limit = error.validator_value
    match error.validator:
        case "minLength" | "maxLength" | "minItems" | "maxItems":
            return f"size breaks {error.validator} {limit}"
        case "minimum":
            return f"must be greater than or equal to {limit}"
        case "maximum":
            return f"must be less than or equal to {limit}"
        case "pattern":
            return f'must match "{limit}"'
        case "enum":
            return f"must be one of {', '.join(limit)}"
        case _:
            return str(error.message)


def _read(schema: dict[str, Any], values: list[str]) -> object:
    if schema.get("type") == "array":
        return values
    text = values[-1]
    if schema.get("type") == "integer" and text.removeprefix("-").isdigit():
        return int(text)
    if schema.get("type") == "boolean" and text in ("true", "false"):
        return text == "true"
    return text
