"""Marks of emphasis that are open where a text is cut, so that they can be closed and opened again.

Discord's: ``*``, ``**``, ``***``, ``__``, ``~~`` and ``||``. One underscore is left alone, as it is
in names more often than around words. Emphasis ends with its paragraph at the latest, so that a
stray mark changes no more than that; a spoiler does not, for nobody must see what it hides.
"""

import re

MOST = len("***__~~||")
"""Characters of all marks that can be open at once."""

SPOILER = "||"

_MARK = re.compile(r"\*{1,3}|__|~~|\|\|")
_PIECE = re.compile(
    rf"\\. | ```.*?(?:```|\Z) | `[^`\n]+` | \n[ \t]*\n | {_MARK.pattern}",
    re.VERBOSE | re.DOTALL,
)


def has_marks(text: str) -> bool:
    """Whether something may be open in a text that begins like this."""
    return _MARK.search(text) is not None


def open_marks(text: str) -> list[str]:
    """The marks that are open at the end of ``text``, in the order in which they opened.

    A mark opens in front of a word, closes behind one, and does neither within.
    """
    opened = list[str]()
    for found in _PIECE.finditer(text):
        mark = found.group()
        if mark[0] == "\n":
            opened = [each for each in opened if each == SPOILER]
        elif mark[0] not in "\\`":
            before, after = text[: found.start()][-1:], text[found.end() :][:1]
            opened = _with(opened, mark, before, after)
    return opened


def closing(opened: list[str]) -> str:
    """What closes these marks."""
    return "".join(reversed(opened))


def _with(opened: list[str], mark: str, before: str, after: str) -> list[str]:
    if mark in opened:
        closes = before and not before.isspace()
        return opened[: opened.index(mark)] if closes else opened
    if mark == "***" and {"*", "**"} <= set(opened):
        return [each for each in opened if each not in {"*", "**"}]
    if mark in {"*", "**"} and "***" in opened:
        rest = "**" if mark == "*" else "*"
        return [rest if each == "***" else each for each in opened]
    stars = sum(len(each) for each in opened if each[0] == "*")
    fits = mark[0] != "*" or stars + len(mark) <= len("***")
    opens = after and not after.isspace() and not before.isalnum()
    return [*opened, mark] if opens and fits else opened
