"""The shipped lists of words: where they lie and how a list is read.

A list is a text file in ``bot/terms``: one term a line, ``#`` begins a comment, ``[name]`` begins
a section. Each file is read once, when it is first needed.
"""

from functools import cache
from importlib.resources import files


@cache
def sections(name: str) -> dict[str, tuple[str, ...]]:
    """The sections of ``bot/terms/<name>.txt`` with their lines, comments left out."""
    found: dict[str, list[str]] = {}
    lines = found.setdefault("", [])
    for line in _lines(name):
        if line.startswith("[") and line.endswith("]"):
            lines = found.setdefault(line[1:-1], [])
        else:
            lines.append(line)
    return {section: tuple(terms) for section, terms in found.items()}


@cache
def pairs(name: str) -> tuple[tuple[str, str], ...]:
    """The lines ``key: value`` of a file, in order."""
    split = (line.split(":", 1) for line in _lines(name))
    return tuple((key.strip(), value.strip()) for key, value in split)


def _lines(name: str) -> list[str]:
    text = files("bot").joinpath("terms", f"{name}.txt").read_text("utf-8")
    stripped = (line.strip() for line in text.splitlines())
    return [line for line in stripped if line and not line.startswith("#")]
