"""What a person gave to a command, held against the command's registered options."""

from typing import Any

from sandbox.discord.model import Json
from sandbox.discord.refusal import Path, Problems, fields, honour
from sandbox.discord.rules.commands import GROUP, INTEGER, NUMBER, STRING, SUBCOMMAND
from sandbox.discord.rules.resolving import Resolved

FIELDS = fields("name type value options focused")
BOOLEAN = 5
TYPES: dict[int, tuple[type, ...]] = {STRING: (str,), INTEGER: (int,), NUMBER: (int, float)}


def check(spec: Json, given: list[Json], resolved: Resolved, *, typing: bool = False) -> list[Json]:
    """The options as the application gets them; ``typing``: an autocompletion, still unfinished.

    Raises:
        Refusal: 50035 for options that are missing, unknown or out of their bounds.
    """
    problems = Problems()
    options = _level(
        spec.get("options") or [], given, ("data", "options"), problems, resolved, typing=typing
    )
    problems.settle()
    return options


def path_of(spec: Json, names: list[str]) -> list[Json]:
    """The specs along a path of subcommand names; empty if there is no such path."""
    if not names:
        nested = any(one["type"] in {SUBCOMMAND, GROUP} for one in spec.get("options") or [])
        return [] if nested else [spec]
    for option in spec.get("options") or []:
        if option["name"] == names[0] and option["type"] in {SUBCOMMAND, GROUP}:
            rest = path_of(option, names[1:])
            return [spec, *rest] if rest else []
    return []


def _level(
    specs: list[Json],
    given: list[Json],
    path: Path,
    problems: Problems,
    resolved: Resolved,
    *,
    typing: bool,
) -> list[Json]:
    by_name = {spec["name"]: spec for spec in specs}
    shaped = []
    for index, one in enumerate(given):
        honour(one, FIELDS, "given option")
        spec = by_name.get(one["name"])
        if spec is None or spec["type"] != one["type"]:
            problems.add((*path, index), "OPTION_UNKNOWN", f"There is no option {one['name']}")
            continue
        place = (*path, index)
        if spec["type"] in {SUBCOMMAND, GROUP}:
            inner = _level(
                spec.get("options") or [],
                one.get("options") or [],
                (*place, "options"),
                problems,
                resolved,
                typing=typing,
            )
            shaped.append({"name": one["name"], "type": one["type"], "options": inner})
        else:
            _value(spec, one, (*place, "value"), problems, resolved, typing=typing)
            shaped.append(dict(one))
    if not typing:
        _check_missing(specs, {one["name"] for one in given}, path, problems)
    return shaped


def _check_missing(specs: list[Json], names: set[str], path: Path, problems: Problems) -> None:
    nested = [spec for spec in specs if spec["type"] in {SUBCOMMAND, GROUP}]
    if nested and len(names) != 1:
        problems.add(path, "BASE_TYPE_REQUIRED", "Exactly one subcommand is needed")
    for spec in specs:
        if spec.get("required") and spec["name"] not in names:
            problems.add((*path, spec["name"]), "BASE_TYPE_REQUIRED", "This field is required")


def _value(
    spec: Json, one: Json, path: Path, problems: Problems, resolved: Resolved, *, typing: bool
) -> None:
    value: Any = one.get("value")
    kind = spec["type"]
    if one.get("focused") and typing:
        return
    if kind > BOOLEAN and kind != NUMBER:
        resolved.add(kind, str(value))
        return
    wanted: Any = TYPES.get(kind, bool)
    if not isinstance(value, wanted) or (isinstance(value, bool) and kind != BOOLEAN):
        problems.add(path, "OPTION_TYPE_INVALID", f"{spec['name']} has the wrong type")
        return
    _bounds(spec, value, path, problems)


def _bounds(spec: Json, value: str | float, path: Path, problems: Problems) -> None:
    choices = [choice["value"] for choice in spec.get("choices") or []]
    if choices and value not in choices:
        problems.choice(path, value, tuple(choices))
    size = len(value) if isinstance(value, str) else value
    suffix = "length" if isinstance(value, str) else "value"
    least, most = spec.get(f"min_{suffix}"), spec.get(f"max_{suffix}")
    if suffix == "length":
        most = 6000 if most is None else most
    if (least is not None and size < least) or (most is not None and size > most):
        problems.add(path, "OPTION_OUT_OF_BOUNDS", f"{spec['name']}: not within {least} to {most}")
