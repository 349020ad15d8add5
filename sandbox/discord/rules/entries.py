"""What a person entered into a modal, held against the modal."""

from collections.abc import Mapping
from typing import Any

from sandbox.discord.model import Json
from sandbox.discord.refusal import Path, Problems
from sandbox.discord.rules.components import SELECTS, Kind
from sandbox.discord.rules.modals import LONGEST_TEXT, inputs
from sandbox.discord.rules.options import bound
from sandbox.discord.rules.resolving import ATTACHMENT, OF_SELECT, Resolved

Entry = str | bool | list[str] | None


def submission(modal: Json, entries: Mapping[str, Any], resolved: Resolved) -> list[Json]:
    """The components of a submitted modal; ``entries`` by custom id.

    Raises:
        Refusal: 50035 for a missing, unknown or ill-fitting entry.
    """
    problems = Problems()
    rows = inputs(modal)
    known = {part["custom_id"] for _, part in rows}
    for unknown in entries.keys() - known:
        problems.add(("data", unknown), "COMPONENT_UNKNOWN", "The modal has no such input")
    shaped = [_row(row, part, entries, problems, resolved) for row, part in rows]
    problems.settle()
    return shaped


def entered(components: list[Json]) -> dict[str, Entry]:
    """Entries by custom id out of the components that a client sends."""
    parts = [
        row.get("component") or row["components"][0]
        for row in components
        if row.get("type") in {Kind.ROW, Kind.LABEL}
    ]
    return {part["custom_id"]: part.get("values", part.get("value")) for part in parts}


def _row(
    row: Json, part: Json, entries: Mapping[str, Any], problems: Problems, resolved: Resolved
) -> Json:
    key = part["custom_id"]
    shape = {"type": part["type"], "custom_id": key, "id": part.get("id", 0)}
    shape |= _entry(part, entries.get(key), ("data", key), problems, resolved)
    outer = {"type": row["type"], "id": row.get("id", 0)}
    if row["type"] == Kind.LABEL:
        return outer | {"component": shape}
    return outer | {"components": [shape]}


def _entry(part: Json, given: Any, path: Path, problems: Problems, resolved: Resolved) -> Json:
    kind = Kind(part["type"])
    if kind is Kind.TEXT_INPUT:
        text = (part.get("value") or "") if given is None else given
        _text(part, text, path, problems)
        return {"value": text}
    if kind is Kind.CHECKBOX:
        return {"value": bool(part.get("default") if given is None else given)}
    if kind is Kind.RADIO_GROUP:
        values = _chosen(part, given)
        _count(part, values, path, problems, 1)
        return {"value": values[0] if values else None}
    values = _chosen(part, given)
    _count(part, values, path, problems, bound(part, "max_values"))
    if kind in OF_SELECT or kind is Kind.FILE_UPLOAD:
        for value in values:
            resolved.add(OF_SELECT.get(kind, ATTACHMENT), value)
    return {"values": values}


def _chosen(part: Json, given: Any) -> list[str]:
    """The values picked, with labels of options understood, or else the defaults."""
    options = part.get("options") or []
    if given is None:
        return [one["value"] for one in options if one.get("default")]
    by_label: dict[str, str] = {one["label"]: one["value"] for one in options}
    listed = given if isinstance(given, list) else [given]
    return [by_label.get(one, str(one)) for one in listed]


def _count(part: Json, values: list[str], path: Path, problems: Problems, most: int) -> None:
    required = part.get("required", True)
    least = bound(part, "min_values") if required else 0
    if not least <= len(values) <= most:
        problems.add(path, "BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length.")
    if part["type"] in {Kind.STRING_SELECT, Kind.RADIO_GROUP, Kind.CHECKBOX_GROUP}:
        allowed = tuple(one["value"] for one in part.get("options") or [])
        for value in values:
            problems.choice(path, value, allowed)


def _text(part: Json, text: object, path: Path, problems: Problems) -> None:
    most = part.get("max_length") or LONGEST_TEXT
    required = part.get("required", True)
    least = max(part.get("min_length") or 0, int(required))
    if not required and text == "":
        return
    problems.text(path, text, least=least, most=most)


def selected(part: Json, values: list[str], resolved: Resolved) -> list[str]:
    """Values chosen in a select of a message, checked.

    Raises:
        Refusal: 50035 for too few, too many or unknown values.
    """
    problems = Problems()
    picked = _chosen(part, values)
    if part["type"] in SELECTS:
        _count(part, picked, ("data", "values"), problems, bound(part, "max_values"))
    problems.settle()
    for value in picked:
        if part["type"] in OF_SELECT:
            resolved.add(OF_SELECT[Kind(part["type"])], value)
    return picked
