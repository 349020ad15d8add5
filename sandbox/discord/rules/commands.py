"""Limits and form of application commands. Source: documentation, "Application Commands"."""

import unicodedata
from typing import Any

from sandbox.discord.model import Json
from sandbox.discord.refusal import Path, Problems, fields, honour

FIELDS = fields(
    "name name_localizations description description_localizations options "
    "default_member_permissions dm_permission default_permission type nsfw contexts "
    "integration_types id"
)
OPTION_FIELDS = fields(
    "type name name_localizations description description_localizations required choices "
    "options channel_types min_value max_value min_length max_length autocomplete"
)
CHOICE_FIELDS = fields("name name_localizations value")
CHAT_INPUT, USER_MENU, MESSAGE_MENU = 1, 2, 3
MOST_COMMANDS = {CHAT_INPUT: 100, USER_MENU: 5, MESSAGE_MENU: 5}
SUBCOMMAND, GROUP = 1, 2
STRING, INTEGER, NUMBER = 3, 4, 10
MOST_OPTIONS = 25
MOST_CHARACTERS = 8000
LOCALES = (
    *("id", "da", "de", "en-GB", "en-US", "es-ES", "es-419", "fr", "hr", "it", "lt", "hu", "nl"),
    *("no", "pl", "pt-BR", "ro", "fi", "sv-SE", "vi", "tr", "cs", "el", "bg", "ru", "uk", "hi"),
    *("th", "zh-CN", "ja", "zh-TW", "ko"),
)
"""Source: documentation, "Reference", "Locales"."""

MARKS = fields("Mn Mc Nd Nl No")


def check_all(specs: list[Json]) -> None:
    """Refuse a bulk overwrite that Discord would refuse (50035)."""
    problems = Problems()
    names: set[tuple[int, str]] = set()
    for index, spec in enumerate(specs):
        honour(spec, FIELDS, "command")
        key = (spec.get("type", CHAT_INPUT), str(spec.get("name")))
        if key in names:
            problems.add(
                (index, "name"),
                "APPLICATION_COMMANDS_DUPLICATE_NAME",
                "Application command names must be unique",
            )
        names.add(key)
        _command(spec, (index,), problems)
    for kind, most in MOST_COMMANDS.items():
        if sum(key[0] == kind for key in names) > most:
            problems.add(
                (),
                "APPLICATION_COMMANDS_MAX",
                f"Maximum number of application commands of type {kind} reached ({most})",
            )
    problems.settle()


def _command(spec: Json, path: Path, problems: Problems) -> None:
    kind = spec.get("type", CHAT_INPUT)
    problems.choice((*path, "type"), kind, (CHAT_INPUT, USER_MENU, MESSAGE_MENU))
    if kind == CHAT_INPUT:
        _name(spec.get("name"), (*path, "name"), problems)
        _description(spec, path, problems)
        _options(spec.get("options") or [], (*path, "options"), problems, depth=0)
    else:
        problems.text((*path, "name"), spec.get("name"), least=1, most=32)
        if spec.get("description"):
            problems.add(
                (*path, "description"),
                "APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION_INVALID",
                "Context menu commands cannot have description",
            )
    _contexts(spec, path, problems)
    if _characters(spec) > MOST_CHARACTERS:
        problems.add(
            path,
            "APPLICATION_COMMAND_TOO_LARGE",
            f"Command exceeds maximum size ({MOST_CHARACTERS})",
        )


def _description(spec: Json, path: Path, problems: Problems) -> None:
    problems.text((*path, "description"), spec.get("description"), least=1, most=100)
    for locale, text in (spec.get("description_localizations") or {}).items():
        where = (*path, "description_localizations", locale)
        problems.choice(where, locale, LOCALES)
        problems.text(where, text, least=1, most=100)


def _contexts(spec: Json, path: Path, problems: Problems) -> None:
    for key, allowed in (("contexts", (0, 1, 2)), ("integration_types", (0, 1))):
        for index, one in enumerate(spec.get(key) or []):
            problems.choice((*path, key, index), one, allowed)
    rights = spec.get("default_member_permissions")
    if rights is not None and not str(rights).isdigit():
        problems.add(
            (*path, "default_member_permissions"), "NUMBER_TYPE_COERCE", f'"{rights}" is not int.'
        )


def _name(name: object, path: Path, problems: Problems) -> None:
    problems.text(path, name, least=1, most=32)
    if not isinstance(name, str):
        return
    if name != name.lower() or not all(map(_nameable, name)):
        problems.add(
            path,
            "APPLICATION_COMMAND_INVALID_NAME",
            "Command name is invalid",
        )


def _nameable(character: str) -> bool:
    category = unicodedata.category(character)
    return character in "-_'" or category.startswith("L") or category in MARKS


def _options(options: list[Json], path: Path, problems: Problems, *, depth: int) -> None:
    if len(options) > MOST_OPTIONS:
        problems.add(path, "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")
    names: set[str] = set()
    seen_optional = False
    nests = {option.get("type") in {SUBCOMMAND, GROUP} for option in options}
    if len(nests) > 1:
        problems.add(
            path,
            "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
            "Sub-command and sub-command group option types are mutually exclusive to all "
            "other types",
        )
    for index, option in enumerate(options):
        place = (*path, index)
        _option(option, place, problems, depth)
        if option.get("required") and seen_optional:
            problems.add(
                place,
                "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
                "Required options must be placed before non-required options",
            )
        seen_optional = seen_optional or not option.get("required")
        if option.get("name") in names:
            problems.add(
                (*place, "name"),
                "APPLICATION_COMMAND_OPTIONS_NAME_INVALID",
                "Option names must be unique",
            )
        names.add(str(option.get("name")))


def _option(option: Json, path: Path, problems: Problems, depth: int) -> None:
    honour(option, OPTION_FIELDS, "command option")
    kind = option.get("type")
    problems.choice((*path, "type"), kind, tuple(range(1, 12)))
    _name(option.get("name"), (*path, "name"), problems)
    _description(option, path, problems)
    if kind in {SUBCOMMAND, GROUP}:
        if depth + (kind == GROUP) > 1 or (kind == GROUP and depth):
            problems.add(
                (*path, "type"),
                "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
                "Sub-command groups cannot be nested",
            )
        _options(option.get("options") or [], (*path, "options"), problems, depth=depth + 1)
        return
    _choices(option, path, problems)
    _bounds(option, path, problems)


def _choices(option: Json, path: Path, problems: Problems) -> None:
    choices = option.get("choices") or []
    if choices and option.get("autocomplete"):
        problems.add(
            (*path, "autocomplete"),
            "APPLICATION_COMMAND_AUTOCOMPLETE_CHOICES_EXCLUSIVE",
            "Autocomplete options cannot have choices",
        )
    check_choices(choices, (*path, "choices"), problems, option.get("type"))
    if option.get("type") not in {STRING, INTEGER, NUMBER} and (
        choices or option.get("autocomplete")
    ):
        problems.add((*path, "choices"), "BASE_TYPE_CHOICES", "This option type has no choices")


def check_choices(choices: list[Json], path: Path, problems: Problems, kind: object) -> None:
    """Choices of an option, or answers of an autocompletion: at most 25, names of 1 to 100."""
    if len(choices) > MOST_OPTIONS:
        problems.add(path, "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")
    wanted: Any = {STRING: str, INTEGER: int, NUMBER: (int, float)}.get(kind, object)  # type: ignore[call-overload]
    for index, choice in enumerate(choices):
        honour(choice, CHOICE_FIELDS, "choice")
        problems.text((*path, index, "name"), choice.get("name"), least=1, most=100)
        value = choice.get("value")
        if not isinstance(value, wanted):
            problems.add((*path, index, "value"), "CHOICE_TYPE_INVALID", "Wrong type of value")
        elif isinstance(value, str):
            problems.text((*path, index, "value"), value, least=1, most=100)


def _bounds(option: Json, path: Path, problems: Problems) -> None:
    least, most = option.get("min_length"), option.get("max_length")
    if least is not None:
        problems.number((*path, "min_length"), least, least=0, most=6000)
    if most is not None:
        problems.number((*path, "max_length"), most, least=1, most=6000)
    for low, high in (("min_length", "max_length"), ("min_value", "max_value")):
        if None not in {option.get(low), option.get(high)} and option[low] > option[high]:
            problems.add(
                (*path, high), "APPLICATION_COMMAND_OPTION_BOUNDS", f"{low} is above {high}"
            )


def _characters(spec: Json) -> int:
    """Characters that count towards the 8,000: names, descriptions and string values.

    Of a text in several languages the longest counts.
    """
    total = _longest(spec, "name") + _longest(spec, "description")
    for option in spec.get("options") or []:
        total += _characters(option)
        for choice in option.get("choices") or []:
            total += _longest(choice, "name")
            total += len(choice["value"]) if isinstance(choice.get("value"), str) else 0
    return total


def _longest(spec: Json, key: str) -> int:
    said = (spec.get(key, ""), *(spec.get(f"{key}_localizations") or {}).values())
    return max(len(str(text)) for text in said)
