"""Limits and form of modals, and what a person may enter into one.

Source: Discord's documentation, "Component Reference" (modal components, label).
"""

from collections.abc import Callable

from sandbox.discord.model import Json
from sandbox.discord.refusal import Path, Problems, fields, honour
from sandbox.discord.rules.components import (
    SELECT_FIELDS,
    SELECTS,
    Kind,
    check_custom_id,
    check_unique_ids,
)
from sandbox.discord.rules.options import bound, check_options

FIELDS = fields("custom_id title components")
LABEL_FIELDS = fields("type id label description component")
ROW_FIELDS = fields("type id components")
INSIDE: dict[Kind, frozenset[str]] = {
    Kind.TEXT_INPUT: fields(
        "type id custom_id style label placeholder value required min_length max_length"
    ),
    **dict.fromkeys(SELECTS, SELECT_FIELDS),
    Kind.FILE_UPLOAD: fields("type id custom_id min_values max_values required"),
    Kind.RADIO_GROUP: fields("type id custom_id options required"),
    Kind.CHECKBOX_GROUP: fields("type id custom_id options min_values max_values required"),
    Kind.CHECKBOX: fields("type id custom_id default"),
}
MOST_ROWS = 5
LONGEST_TEXT = 4000


def check(modal: Json) -> None:
    """Refuse a modal Discord would refuse (50035)."""
    problems = Problems()
    honour(modal, FIELDS, "modal")
    problems.text(("title",), modal.get("title"), least=1, most=45)
    check_custom_id(modal, (), problems)
    rows = modal.get("components") or []
    if not 1 <= len(rows) <= MOST_ROWS:
        problems.add(("components",), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.")
    for index, row in enumerate(rows):
        _row(row, ("components", index), problems)
    check_unique_ids(rows, problems)
    problems.settle()


def inputs(modal: Json) -> list[tuple[Json, Json]]:
    """Each row that takes an entry, with its input component."""
    pairs = []
    for row in modal["components"]:
        if row["type"] == Kind.LABEL:
            pairs.append((row, row["component"]))
        elif row["type"] == Kind.ROW:
            pairs.append((row, row["components"][0]))
    return pairs


def _row(row: Json, path: Path, problems: Problems) -> None:
    kind = row.get("type")
    problems.choice((*path, "type"), kind, (Kind.ROW, Kind.TEXT, Kind.LABEL))
    if kind == Kind.LABEL:
        honour(row, LABEL_FIELDS, "label")
        problems.text((*path, "label"), row.get("label"), least=1, most=45)
        if row.get("description") is not None:
            problems.text((*path, "description"), row["description"], most=100)
        _input(row.get("component") or {}, (*path, "component"), problems, tuple(INSIDE))
    elif kind == Kind.ROW:
        honour(row, ROW_FIELDS, "modal row")
        for child in row.get("components") or [{}]:
            problems.text((*path, "components", 0, "label"), child.get("label"), least=1, most=45)
            _input(child, (*path, "components", 0), problems, (Kind.TEXT_INPUT,))
    elif kind == Kind.TEXT:
        problems.text((*path, "content"), row.get("content"), least=1, most=LONGEST_TEXT)


def _input(part: Json, path: Path, problems: Problems, allowed: tuple[Kind, ...]) -> None:
    kind = part.get("type")
    if kind not in allowed:
        problems.choice((*path, "type"), kind, tuple(int(one) for one in allowed))
        return
    honour(part, INSIDE[Kind(kind)], f"modal component type {kind}")
    check_custom_id(part, path, problems)
    if check_kind := CHECKS.get(Kind(kind)):
        check_kind(part, path, problems)


def _text_input(part: Json, path: Path, problems: Problems) -> None:
    problems.choice((*path, "style"), part.get("style"), (1, 2))
    least, most = part.get("min_length") or 0, part.get("max_length") or LONGEST_TEXT
    problems.number((*path, "min_length"), least, least=0, most=LONGEST_TEXT)
    problems.number((*path, "max_length"), most, least=1, most=LONGEST_TEXT)
    if part.get("placeholder") is not None:
        problems.text((*path, "placeholder"), part["placeholder"], most=100)
    if part.get("value"):
        problems.text((*path, "value"), part["value"], least=least, most=most)


def _choices(part: Json, path: Path, problems: Problems) -> None:
    most = bound(part, "max_values")
    check_options(part.get("options") or [], (*path, "options"), problems, most)


def _few_choices(part: Json, path: Path, problems: Problems) -> None:
    least = 2 if part["type"] == Kind.RADIO_GROUP else 1
    most = 1 if part["type"] == Kind.RADIO_GROUP else 10
    options = part.get("options") or []
    check_options(options, (*path, "options"), problems, most, least=least, most=10)


def _file_upload(part: Json, path: Path, problems: Problems) -> None:
    problems.number((*path, "min_values"), bound(part, "min_values"), least=0, most=10)
    problems.number((*path, "max_values"), bound(part, "max_values"), least=1, most=10)


CHECKS: dict[Kind, Callable[[Json, Path, Problems], None]] = {
    Kind.TEXT_INPUT: _text_input,
    Kind.STRING_SELECT: _choices,
    Kind.RADIO_GROUP: _few_choices,
    Kind.CHECKBOX_GROUP: _few_choices,
    Kind.FILE_UPLOAD: _file_upload,
}
