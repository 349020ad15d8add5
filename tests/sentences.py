"""Every sentence that the cogs say, read from their code: what a catalogue has to hold.

Whatever is given to ``said``, or to what says its argument itself, has to be readable here: a
literal, a choice between literals, a constant or a table of the module, or words of a row of the
table of operations. What is found by no rule fails, so that no sentence can be forgotten.
"""

import ast
import importlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from bot.operations import OPERATIONS
from cogs._languages import FOLDER

COGS = FOLDER.parent

SAYING: Mapping[str, Mapping[int | str, int]] = {
    "said": {0: 2000},
    "_said": {0: 2000},
    "_thing": {1: 2000},
    "button": {0: 80},
    "form": {0: 45},
    "text_field": {0: 45, "hint": 100},
    "file_field": {0: 45, 2: 100},
    "choice_field": {0: 45, "hint": 100},
    "empty_form": {0: 45},
    "question": {1: 80, 3: 80},
}
"""What says which of its arguments, and how many characters Discord takes there."""

LENIENT = frozenset(SAYING) - {"said"}
"""Those that are also given what was said before, or what people called something."""

PASSING = {
    ("cogs._buttons", "said"),
    ("cogs._present", "said"),
    ("cogs._words", "said"),
}
"""Where an argument is passed on, so that it is read where it comes from."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, and how many characters it may have in any language."""

    text: str
    limit: int


def sentences() -> Mapping[str, int]:
    """All of them, each with its limit."""
    found: dict[str, int] = {}
    for path in sorted(COGS.glob("*.py")):
        module = importlib.import_module(f"cogs.{path.stem}" if path.stem != "__init__" else "cogs")
        for one in _in_module(module, path):
            if any(letter.isalpha() for letter in one.text):
                found[one.text] = min(one.limit, found.get(one.text, one.limit))
    return found


def _in_module(module: ModuleType, path: Path) -> Iterator[Sentence]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            for place, limit in SAYING.get(node.func.id, {}).items():
                yield from _given(module, node, place, limit)


def _given(module: ModuleType, call: ast.Call, place: int | str, limit: int) -> Iterator[Sentence]:
    name = call.func.id  # type: ignore[attr-defined]
    argument = _argument(call, place)
    if argument is None:
        return
    texts = _read(module, argument)
    if texts is None:
        passing = (module.__name__, name) in PASSING
        assert passing or name in LENIENT, f"{module.__name__}:{call.lineno} cannot be read"
        return
    yield from (Sentence(text, limit) for text in texts)


def _argument(call: ast.Call, place: int | str) -> ast.expr | None:
    if isinstance(place, int):
        return call.args[place] if place < len(call.args) else None
    return next((each.value for each in call.keywords if each.arg == place), None)


def _read(module: ModuleType, node: ast.expr) -> list[str] | None:
    """All that an expression may be; ``None`` if that cannot be told."""
    match node:
        case ast.Constant(value=text):
            return [text] if isinstance(text, str) else []
        case ast.IfExp(body=body, orelse=other):
            one, two = _read(module, body), _read(module, other)
            return None if one is None or two is None else [*one, *two]
        case ast.JoinedStr():
            return _joined(module, node)
        case ast.Attribute():
            return _of_rows(module, node)
        case _:
            return _of_names(module, node)


def _of_names(module: ModuleType, node: ast.expr) -> list[str] | None:
    """A constant of the module, or the values of a table of its."""
    match node:
        case ast.Name(id=name) if isinstance(text := getattr(module, name, None), str):
            return [text]
        case ast.Subscript(value=ast.Name(id=name)):
            return list(getattr(module, name).values())
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="get"), args=[_, other]):
            return [*getattr(module, name).values(), *(_read(module, other) or ())]
    return None


def _of_rows(module: ModuleType, node: ast.Attribute) -> list[str] | None:
    """Words of the table of operations, or of another table of rows."""
    match node:
        case ast.Attribute(attr="label" | "summary" as words):
            return [getattr(row, words) for row in OPERATIONS.values()]
        case ast.Attribute(value=ast.Name(id="option"), attr="title"):
            return [option.title for row in OPERATIONS.values() for option in row.options]
        case ast.Attribute(value=ast.Name(id="rack"), attr="title"):
            return [rack.title for rack in module.RACKS.values()]
        case ast.Attribute(value=ast.Name(id="line"), attr="text"):
            lines = (*module.WRITING, *module.CHOOSING, *module.OWN, *module.CHARACTERS)
            return [line.text for line in lines]
    return None


def _joined(module: ModuleType, node: ast.JoinedStr) -> list[str] | None:
    """A text put together of constants alone."""
    parts = []
    for part in node.values:
        inner = part.value if isinstance(part, ast.FormattedValue) else part
        one = _read(module, inner) if isinstance(inner, ast.expr) else None
        if one is None or len(one) != 1:
            return None
        parts += one
    return ["".join(parts)]
