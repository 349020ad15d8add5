"""Slash commands made from the table of operations.

A command's options, their limits and choices are read from the rows behind it, so that a new
operation needs no code here. What a command does is in ``cogs._wishes``.
"""

import inspect
from collections.abc import Iterable, Mapping
from typing import Any

import discord
from discord import app_commands
from discord.app_commands import Choice, Range

from bot.images import REGIONS
from bot.operations import SEED, Bounds, Form, Kind, Operation, Option, commands
from cogs._answers import Click
from cogs._completing import completing_recent, completion, takes_files
from cogs._wishes import run as use
from cogs._words import spoken

TEXT_LIMIT = 1000
"""Characters of a text for which the API documents no limit."""

SEED_LIMIT = 18
"""Digits of a seed (AI API, Create Prompt)."""

HINT_LIMIT = 100
"""Characters of an option's description (Discord, Application Commands)."""


def of_table(*groups: str) -> Iterable[tuple[str, app_commands.Command[Any, ..., Any]]]:
    """The commands of the table that stand in one of ``groups`` ("" is none), with their group."""
    for path, rows in commands().items():
        group = path.rpartition(" ")[0]
        if group in groups:
            yield group, command_for(path, rows)


def command_for(path: str, rows: tuple[Operation, ...]) -> app_commands.Command[Any, ..., Any]:
    """The command of a path like "video animate", for the rows behind it."""
    options = _options(rows)
    kinds: frozenset[Kind] = frozenset(row.source[1] for row in rows if row.source)

    async def run(interaction: Click, **given: Any) -> None:
        await use(interaction, rows, kinds, {k: v for k, v in given.items() if v is not None})

    parameters = list(_parameters(options, rows, kinds))
    run.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [inspect.Parameter("interaction", inspect.Parameter.POSITIONAL_ONLY, annotation=Click)]
        + [each for each, _ in parameters]
    )
    app_commands.describe(**{each.name: hint[:HINT_LIMIT] for each, hint in parameters})(run)
    app_commands.choices(**_choices(options, rows))(run)
    name = path.rpartition(" ")[2]
    command: app_commands.Command[Any, ..., Any] = app_commands.Command(
        name=name, description=rows[0].summary, callback=run
    )
    for option in options.values():
        if complete := completion(option, rows):
            command.autocomplete(option.name)(complete)
    if kinds:
        command.autocomplete("result")(completing_recent(kinds))
    return command


def _options(rows: Iterable[Operation]) -> dict[str, Option]:
    """All options of all rows by name, the first row's first, and the seed last."""
    merged: dict[str, Option] = {}
    for row in rows:
        for option in row.options:
            merged.setdefault(option.name, option)
    return dict(sorted(merged.items(), key=lambda each: each[0] == "seed"))


def _row_with(option: Option, rows: Iterable[Operation]) -> Operation:
    return next(row for row in rows if option in row.options)


def _must(row: Operation, option: Option) -> bool:
    """Whether a person has to give an option for a row."""
    bounds = row.bounds(option)
    if option.field in row.always or bounds.form in {Form.PLACED, Form.REGION}:
        return False
    if bounds.form is Form.PICTURE and option.field != "faceSwap":
        return False
    return bounds.required or (row.asks and option.field == row.words)


def _parameters(
    options: Mapping[str, Option], rows: tuple[Operation, ...], kinds: frozenset[Kind]
) -> Iterable[tuple[inspect.Parameter, str]]:
    """Every parameter with its hint, required ones first."""
    made = []
    for option in options.values():
        row = _row_with(option, rows)
        must = all((own := each.named(option.name)) and _must(each, own) for each in rows)
        made.append((must, option.name, _annotation(row, option, rows), option.hint))
    if kinds:
        what = "picture or video" if len(kinds) > 1 else min(kinds).replace("IMAGE", "picture")
        name = "video" if kinds == {"VIDEO"} else "picture"
        hint = f"The {what.lower()}; without one, your newest result here"
        made.append((False, name, discord.Attachment, hint))
        made.append((False, "result", str, "One of your own results instead"))
    else:
        made.append((False, "count", Range[int, 1, 4], "How many, each another one (1-4)"))
    if len(_engines(rows)) > 1:
        made.append((False, "engine", str, "Which of the service's engines does it"))
    made.append((False, "private", bool, "Only you see it"))
    for must, name, annotation, hint in sorted(made, key=lambda each: not each[0]):
        yield _parameter(name, annotation, required=must), hint


def _parameter(name: str, annotation: Any, *, required: bool) -> inspect.Parameter:
    kind = inspect.Parameter.KEYWORD_ONLY
    if required:
        return inspect.Parameter(name, kind, annotation=annotation)
    return inspect.Parameter(name, kind, annotation=annotation | None, default=None)


def _annotation(row: Operation, option: Option, rows: tuple[Operation, ...]) -> Any:
    bounds = row.bounds(option)
    match bounds.form:
        case Form.TEXT:
            most = SEED_LIMIT if option == SEED else _longest(option.name, rows)
            return Range[str, max(1, int(bounds.least or 1)), most]
        case Form.WHOLE | Form.NUMBER:
            return _range(int if bounds.form is Form.WHOLE else float, bounds)
        case Form.SWITCH:
            return bool
        case Form.PICTURE if takes_files(row, option):
            return discord.Attachment
    return str


def _range(kind: type[int] | type[float], bounds: Bounds) -> Any:
    if bounds.least is None or bounds.most is None:
        return kind
    return Range[kind, kind(bounds.least), kind(bounds.most)]


def _longest(name: str, rows: tuple[Operation, ...]) -> int:
    known = [row.bounds(own).most for row in rows if (own := row.named(name))]
    return max(int(most or TEXT_LIMIT) for most in known)


def _engines(rows: Iterable[Operation]) -> list[str]:
    return [row.engine for row in rows if row.engine]


def _choices(
    options: Mapping[str, Option], rows: tuple[Operation, ...]
) -> dict[str, list[Choice[str]]]:
    found = {}
    if len(engines := _engines(rows)) > 1:
        found["engine"] = [Choice(name=each, value=each) for each in engines]
    for option in options.values():
        bounds = _row_with(option, rows).bounds(option)
        if bounds.form is Form.CHOICE:
            found[option.name] = [Choice(name=spoken(each), value=each) for each in bounds.values]
        elif bounds.form is Form.REGION:
            found[option.name] = [Choice(name=each, value=each) for each in REGIONS]
    return found
