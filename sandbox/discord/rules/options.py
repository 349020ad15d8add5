"""Limits of the options of selects, radio groups and checkbox groups."""

from typing import Any

from sandbox.discord.model import Json
from sandbox.discord.refusal import Path, Problems, fields, honour

FIELDS = fields("label value description emoji default")
MOST_OPTIONS = 25


def check_options(
    options: list[Json],
    path: Path,
    problems: Problems,
    most_chosen: object,
    *,
    least: int = 1,
    most: int = MOST_OPTIONS,
) -> None:
    """Note what Discord would refuse about ``options`` of which ``most_chosen`` may be picked."""
    if not least <= len(options) <= most:
        problems.add(path, "BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length.")
    values = [_option(option, (*path, index), problems) for index, option in enumerate(options)]
    if len(set(values)) != len(values):
        problems.add(
            path,
            "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
            "The specified option value is already used",
        )
    defaults = sum(bool(option.get("default")) for option in options)
    if isinstance(most_chosen, int) and defaults > most_chosen:
        problems.add(
            path, "SELECT_COMPONENT_TOO_MANY_DEFAULTS", "Too many options are marked as default"
        )


def _option(option: Json, path: Path, problems: Problems) -> object:
    honour(option, FIELDS, "select option")
    problems.text((*path, "label"), option.get("label"), least=1, most=100)
    problems.text((*path, "value"), option.get("value"), least=1, most=100)
    if option.get("description") is not None:
        problems.text((*path, "description"), option["description"], most=100)
    return option.get("value")


def bound(part: Json, key: str) -> Any:
    """``min_values`` or ``max_values``; clients send null for the default, which is 1."""
    value = part.get(key)
    return 1 if value is None else value
