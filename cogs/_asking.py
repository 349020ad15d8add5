"""Forms over the options of an operation: its words, and what may be chosen here, filled in."""

from collections.abc import Mapping
from typing import Any

from discord import ui

from bot.operations import Form, Operation, Option
from cogs._answers import Click
from cogs._buttons import answers, choice_field, text_field
from cogs._gate import Facts
from cogs._words import spoken

FIELDS = 5
"""Inputs that a form takes at most (Discord, Modals)."""

LONG = 200
"""Characters from which on an input has several lines."""

TEXT_LIMIT = 1000
"""Characters of a text for which the API documents no limit."""


def fields_of(
    row: Operation, used: Mapping[str, Any], facts: Facts | None = None, *, upload: bool = False
) -> list[ui.Label[Any]]:
    """Inputs for a row's words, holding what was ``used``, and selects for what ``facts`` allow.

    ``upload``: it starts from one, so less is allowed.
    """
    texts = [_text(row, option, str(used.get(option.field) or "")) for option in _words(row)]
    choices = [] if facts is None else _choices(row, facts, upload=upload)
    return [*texts, *choices][:FIELDS]


def given(interaction: Click, row: Operation) -> dict[str, Any]:
    """What a submitted form says, by wire names; a field that was emptied is ``None``."""
    said = answers(interaction)
    words: dict[str, Any] = {one.field: said.get(one.field) for one in _words(row)}
    chosen = {name: value for name, value in said.items() if _is_choice(row, name)}
    return words | chosen


def _words(row: Operation) -> list[Option]:
    return [one for one in row.texts if one.field != "seed"][:FIELDS]


def _text(row: Operation, option: Option, value: str) -> ui.Label[Any]:
    bounds = row.bounds(option)
    limit = int(bounds.most or TEXT_LIMIT)
    must = bounds.required or (row.asks and option.field == row.words)
    return text_field(
        option.title,
        option.field,
        limit,
        long=limit > LONG,
        hint=option.hint,
        value=value[:limit],
        must=must,
    )


def _choices(row: Operation, facts: Facts, *, upload: bool) -> list[ui.Label[Any]]:
    """Selects for closed sets that leave something to choose in this place."""
    found = []
    for option in row.options:
        bounds = row.bounds(option)
        placed = bounds.form is Form.PLACED
        if placed or bounds.form is Form.CHOICE:
            values = facts.offered(row, option.field, upload=upload) if placed else bounds.values
            if len(values) > 1:
                named = {value: spoken(value) for value in values}
                found.append(choice_field(option.title, option.field, named, option.hint))
    return found


def _is_choice(row: Operation, field: str) -> bool:
    option = next((one for one in row.options if one.field == field), None)
    return option is not None and row.bounds(option).form in {Form.PLACED, Form.CHOICE}
