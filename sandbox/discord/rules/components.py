"""Limits and form of message components, the legacy kind and Components V2.

Source: Discord's documentation, "Component Reference".
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

from sandbox.discord.model import Json, walk
from sandbox.discord.refusal import Path, Problems, Unhonoured, fields, honour
from sandbox.discord.rules.embeds import address
from sandbox.discord.rules.options import bound, check_options


class Kind(IntEnum):
    ROW = 1
    BUTTON = 2
    STRING_SELECT = 3
    TEXT_INPUT = 4
    USER_SELECT = 5
    ROLE_SELECT = 6
    MENTIONABLE_SELECT = 7
    CHANNEL_SELECT = 8
    SECTION = 9
    TEXT = 10
    THUMBNAIL = 11
    GALLERY = 12
    FILE = 13
    SEPARATOR = 14
    CONTAINER = 17
    LABEL = 18
    FILE_UPLOAD = 19
    RADIO_GROUP = 21
    CHECKBOX_GROUP = 22
    CHECKBOX = 23


SELECTS = (
    Kind.STRING_SELECT,
    Kind.USER_SELECT,
    Kind.ROLE_SELECT,
    Kind.MENTIONABLE_SELECT,
    Kind.CHANNEL_SELECT,
)
INSIDE_CONTAINER = (Kind.ROW, Kind.SECTION, Kind.TEXT, Kind.GALLERY, Kind.FILE, Kind.SEPARATOR)
TOP_V2 = (*INSIDE_CONTAINER, Kind.CONTAINER)
SELECT_FIELDS = fields(
    "type id custom_id placeholder min_values max_values disabled options channel_types "
    "default_values required"
)
MOST_PARTS = 40
MOST_TEXT = 4000
MOST_ROWS = 5


def check_message(parts: list[Json], problems: Problems, *, v2: bool) -> None:
    """Note what Discord would refuse about a message's components."""
    top = TOP_V2 if v2 else (Kind.ROW,)
    if not v2 and len(parts) > MOST_ROWS:
        problems.add(("components",), "BASE_TYPE_BAD_LENGTH", "Must be between 0 and 5 in length.")
    check_each(parts, ("components",), problems, top)
    if v2:
        _totals(parts, problems)
    check_unique_ids(parts, problems)


def check_each(
    parts: list[Json], path: Path, problems: Problems, allowed: tuple[Kind, ...]
) -> None:
    """Check every part and that its kind is one of ``allowed``."""
    for index, part in enumerate(parts):
        check_one(part, (*path, index), problems, allowed)


def check_one(part: Json, path: Path, problems: Problems, allowed: tuple[Kind, ...]) -> None:
    """Check one component by its row in the table of kinds."""
    kind = part.get("type") if isinstance(part, dict) else None
    if kind not in allowed:
        problems.choice((*path, "type"), kind, tuple(int(one) for one in allowed))
        return
    rule = RULES.get(Kind(kind))
    if rule is None:
        raise Unhonoured(f"component type {kind}")
    honour(part, rule.fields, f"component type {kind}")
    rule.check(part, path, problems)


def check_custom_id(part: Json, path: Path, problems: Problems) -> None:
    problems.text((*path, "custom_id"), part.get("custom_id"), least=1, most=100)


def check_unique_ids(parts: list[Json], problems: Problems) -> None:
    """No two components share a custom id."""
    seen = set()
    for part in walk(parts):
        custom_id = part.get("custom_id")
        if custom_id is not None and custom_id in seen:
            problems.add(
                ("components",),
                "COMPONENT_CUSTOM_ID_DUPLICATED",
                "Component custom id cannot be duplicated",
            )
        seen.add(custom_id)


def number(parts: list[Json]) -> list[Json]:
    """The parts with ids given to those that have none, as Discord answers them."""
    taken = {part["id"] for part in walk(parts) if part.get("id")}
    free = (number for number in range(1, 1000) if number not in taken)

    def numbered(part: Json) -> Json:
        shape = dict(part)
        if not shape.get("id"):
            shape["id"] = next(free)
        if "components" in shape:
            shape["components"] = [numbered(child) for child in shape["components"]]
        for key in ("accessory", "component"):
            if shape.get(key):
                shape[key] = numbered(shape[key])
        return shape

    return [numbered(part) for part in parts]


def _totals(parts: list[Json], problems: Problems) -> None:
    everything = list(walk(parts))
    if len(everything) > MOST_PARTS:
        problems.add(
            ("components",),
            "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED",
            f"The maximum number of components is {MOST_PARTS}",
        )
    text = sum(len(str(part.get("content", ""))) for part in everything if part["type"] == 10)
    if text > MOST_TEXT:
        problems.add(
            ("components",),
            "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
            f"The total displayable text size exceeds the maximum size of {MOST_TEXT}",
        )


def _row(part: Json, path: Path, problems: Problems) -> None:
    children = part.get("components") or []
    buttons = [child for child in children if child.get("type") == Kind.BUTTON]
    others = len(children) - len(buttons)
    full = len(buttons) > 5 or others > 1 or (others and buttons)
    if not children or full:
        problems.add(
            (*path, "components"), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length."
        )
    check_each(children, (*path, "components"), problems, (Kind.BUTTON, *SELECTS))


def _button(part: Json, path: Path, problems: Problems) -> None:
    style = part.get("style")
    problems.choice((*path, "style"), style, (1, 2, 3, 4, 5))
    if part.get("label") is not None:
        problems.text((*path, "label"), part["label"], most=80)
    if not part.get("label") and not part.get("emoji"):
        problems.add(path, "BUTTON_COMPONENT_INVALID", "A button must have a label or an emoji")
    if style == 5:
        address((*path, "url"), part.get("url"), problems)
    else:
        check_custom_id(part, path, problems)
    if (style == 5) == ("custom_id" in part):
        problems.add(
            path,
            "COMPONENT_BUTTON_TYPE_INVALID",
            "A custom id and url cannot both be specified",
        )


def _select(part: Json, path: Path, problems: Problems) -> None:
    check_custom_id(part, path, problems)
    if part.get("placeholder") is not None:
        problems.text((*path, "placeholder"), part["placeholder"], most=150)
    least, most = bound(part, "min_values"), bound(part, "max_values")
    problems.number((*path, "min_values"), least, least=0, most=25)
    problems.number((*path, "max_values"), most, least=1, most=25)
    if part["type"] == Kind.STRING_SELECT:
        check_options(part.get("options") or [], (*path, "options"), problems, most)


def _section(part: Json, path: Path, problems: Problems) -> None:
    children = part.get("components") or []
    if not 1 <= len(children) <= 3:
        problems.add(
            (*path, "components"), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 3 in length."
        )
    check_each(children, (*path, "components"), problems, (Kind.TEXT,))
    if not part.get("accessory"):
        problems.add((*path, "accessory"), "BASE_TYPE_REQUIRED", "This field is required")
        return
    check_one(part["accessory"], (*path, "accessory"), problems, (Kind.BUTTON, Kind.THUMBNAIL))


def _text(part: Json, path: Path, problems: Problems) -> None:
    problems.text((*path, "content"), part.get("content"), least=1, most=MOST_TEXT)


def _gallery(part: Json, path: Path, problems: Problems) -> None:
    items = part.get("items") or []
    if not 1 <= len(items) <= 10:
        problems.add(
            (*path, "items"), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 10 in length."
        )
    for index, item in enumerate(items):
        honour(item, fields("media description spoiler"), "media gallery item")
        _media(item, (*path, "items", index), problems)


def _media(part: Json, path: Path, problems: Problems) -> None:
    item = part.get("media") or {}
    address((*path, "media", "url"), item.get("url"), problems, attachment=True)
    if part.get("description") is not None:
        problems.text((*path, "description"), part["description"], most=1024)


def _file(part: Json, path: Path, problems: Problems) -> None:
    url = (part.get("file") or {}).get("url")
    if not isinstance(url, str) or not url.startswith("attachment://"):
        problems.add(
            (*path, "file", "url"),
            "URL_TYPE_INVALID_SCHEME",
            "Scheme must be one of ('attachment',).",
        )


def _separator(part: Json, path: Path, problems: Problems) -> None:
    problems.choice((*path, "spacing"), part.get("spacing", 1), (1, 2))


def _container(part: Json, path: Path, problems: Problems) -> None:
    children = part.get("components") or []
    if not children:
        problems.add((*path, "components"), "BASE_TYPE_REQUIRED", "This field is required")
    if part.get("accent_color") is not None:
        problems.number((*path, "accent_color"), part["accent_color"], least=0, most=0xFFFFFF)
    check_each(children, (*path, "components"), problems, INSIDE_CONTAINER)


@dataclass(frozen=True, slots=True)
class Rule:
    """What fields a kind of component has and how they are checked."""

    fields: frozenset[str]
    check: Callable[[Json, Path, Problems], None]


def _rule(others: str, check: Callable[[Json, Path, Problems], None]) -> Rule:
    return Rule(fields(f"type id {others}"), check)


RULES: dict[Kind, Rule] = {
    Kind.ROW: _rule("components", _row),
    Kind.BUTTON: _rule("style label emoji custom_id url disabled", _button),
    **dict.fromkeys(SELECTS, Rule(SELECT_FIELDS, _select)),
    Kind.SECTION: _rule("components accessory", _section),
    Kind.TEXT: _rule("content", _text),
    Kind.THUMBNAIL: _rule("media description spoiler", _media),
    Kind.GALLERY: _rule("items", _gallery),
    Kind.FILE: _rule("file spoiler name size", _file),
    Kind.SEPARATOR: _rule("divider spacing", _separator),
    Kind.CONTAINER: _rule("components accent_color spoiler", _container),
}
