"""Cutting a growing text into messages.

Hides where a text may be cut: at a paragraph, line, sentence or word, not inside a link, an
emphasis or a character that is made of several code points, and never inside a code block without
closing it and opening it again with its language. Emphasis that is longer than a message is closed
and opened again as well.

Lengths are code points, as ``len`` counts them: Discord's servers do the same (discord/
discord-api-docs#1315, an answer by its staff; 2,000 per message: Create Message, ``content``).
Code blocks are Discord's: any three backticks open one and the next three close it.

Stable: where a part ends depends only on the text up to there, so while a text grows all parts
but the last stay as they are, and a message once full is never edited again.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from bot import emphasis

LIMIT = 2000
SMALLEST_LIMIT = 64
FENCE = "```"
CLOSING = "\n```"
FIRST_PAINT_CHARACTERS = 30
FIRST_PAINT_SECONDS = 1.0

_OPENING = re.compile(r"```(?:[\w+\-.#]{0,20}\n)?")
_CLOSED_AT_ONCE = re.compile(r"\n?```")
_PARAGRAPH = re.compile(r"\n(?=[ \t]*\n)")
_LINE = re.compile(r"\n")
_SENTENCE = re.compile(r"[.!?…]+[\"')\]*_”’»]*(?=\s)|[。！？]+[」』”’]*")  # noqa: RUF001
_WORD = re.compile(r"\S(?=\s)")

# Better left whole, also where the end is not in sight yet; at the price of a short part before it.
_FIRM = re.compile(
    r"""
      (?<!`)`[^`\n]+(?:`|\Z)                        # `code` in a line
    | `+                                            # the marks themselves
    | \[[^\]\n]*(?:\](?:\([^)\s]*(?:\)|\Z))?|\Z)    # [text](address)
    | <[@\#:a/t][^>\s]*(?:>|\Z)                     # mentions, emoji, times, commands
    | https?://\S*                                  # bare addresses
    """,
    re.VERBOSE,
)
# Better left whole as well, but it can be closed and opened again.
_SOFT = re.compile(
    r"""
      (?<![\w*])(\*{1,3})(?=\S)[^*\n]+(?:\1|\Z)     # *emphasis*
    | \|\|[^|\n]+(?:\|\||\Z)                        # ||spoilers||
    """,
    re.VERBOSE,
)


def may_paint(length: int, waited: float) -> bool:
    """Whether a reply is worth its first message: 30 characters, or a second with anything.

    ``length`` is in characters, ``waited`` in seconds.
    """
    return length >= FIRST_PAINT_CHARACTERS or (length > 0 and waited >= FIRST_PAINT_SECONDS)


def split(text: str, limit: int = LIMIT) -> list[str]:
    """Cut ``text`` into parts of at most ``limit`` characters; blank text has none.

    White space at a cut is dropped, except the indentation of code. A code block that is open at
    the end is closed, so that it looks like one while it grows.

    Raises:
        ValueError: ``limit`` is under 64, too few for a code block's own marks.
    """
    return Pager(limit).parts(text)


def spans(text: str, limit: int = LIMIT) -> list[tuple[int, int]]:
    """Where in ``text`` the parts of ``split`` begin and end, without what a cut added to them."""
    pager = Pager(limit)
    pager.parts(text)
    return pager.spans


class Pager:
    """``split`` for one text that grows: remembers the parts that can no longer change."""

    def __init__(self, limit: int = LIMIT) -> None:
        if limit < SMALLEST_LIMIT:
            raise ValueError(f"a part needs at least {SMALLEST_LIMIT} characters")
        self._limit = limit
        self._seen = ""
        self._end = 0
        self._opening = ""
        self._marks: list[str] = []
        self._frozen: list[str] = []
        self._cuts: list[tuple[int, int]] = []
        self.spans: list[tuple[int, int]] = []

    def parts(self, text: str) -> list[str]:
        """What ``split`` says of ``text``; cheap where it only grew since the last call."""
        if not text.startswith(self._seen):
            self._seen, self._end, self._opening, self._marks = "", 0, "", []
            self._frozen, self._cuts = [], []
        rest, given = self._rest(text)
        while len(rest) > (room := self._room(rest)):
            cut = _cut(rest[: room + 1], given)
            self._seen = text[: len(text) - len(rest) + room + 1]
            self._end = len(text) - len(rest) + cut
            self._cuts.append((len(text) - len(rest) + given, self._end))
            self._opening = _opening(rest[:cut])
            self._marks = [] if self._opening else emphasis.open_marks(rest[:cut].rstrip())
            self._frozen.append(_closed(rest[:cut]) + emphasis.closing(self._marks))
            rest, given = self._rest(text)
        if not rest[given:].strip():
            self.spans = [*self._cuts]
            return [*self._frozen]
        self.spans = [*self._cuts, (len(text) - len(rest) + given, len(text))]
        return [*self._frozen, _closed(rest)]

    def _rest(self, text: str) -> tuple[str, int]:
        """What comes after the frozen parts, and how much of it opens again what they closed."""
        rest = text[self._end :]
        if self._marks:
            bare = rest.lstrip()
            opening, closing = "".join(self._marks), emphasis.closing(self._marks)
            if bare.startswith(closing):
                return bare.removeprefix(closing).lstrip(), 0
            return opening + bare, len(opening)
        ended = _CLOSED_AT_ONCE.match(rest) if self._opening else None
        if ended or not self._opening:
            return rest[ended.end() if ended else 0 :].lstrip(), 0
        return self._opening + rest.removeprefix("\n"), len(self._opening)

    def _room(self, rest: str) -> int:
        # The same before and after a block is closed, or a part could fit again after it was cut.
        view = rest[: self._limit + 1]
        fence = len(CLOSING) if FENCE in view else 0
        return self._limit - fence - (emphasis.MOST if emphasis.has_marks(view) else 0)


def _closed(part: str) -> str:
    """``part`` with its code block closed, or without the space at its end."""
    if not _opening(part):
        return part.rstrip()
    return part + CLOSING[part.endswith("\n") :]


def _blocks(text: str) -> Iterator[tuple[int, int, int]]:
    """Code blocks of ``text``: start, start of the content, end (past the text if open)."""
    at = 0
    while opened := _OPENING.search(text, at):
        closed = text.find(FENCE, opened.end())
        at = len(text) + 1 if closed < 0 else closed + len(FENCE)
        yield opened.start(), opened.end(), at


def _opening(text: str) -> str:
    """The line that opened the code block in which ``text`` ends, or nothing."""
    for begin, content, end in _blocks(text):
        if end > len(text):
            return text[begin:content].removesuffix("\n") + "\n"
    return ""


def _cut(view: str, start: int) -> int:
    """Where to end a part of which ``view`` shows all it may hold and one character more.

    ``start`` is the length of what was added in front and cannot be a part alone.
    """
    blocks = list(_blocks(view))
    firm = [match.span() for match in _FIRM.finditer(view)]
    spans = firm + [match.span() for match in _SOFT.finditer(view)]
    kept_firm, whole = _inner(firm), _inner(spans)
    code = _inner((begin, end) for begin, _, end in blocks)
    unfit = _inner((begin, content + 1) for begin, content, _ in blocks)
    last = len(view) - 1
    half = last // 2
    edges = [(begin, end) for begin, _, end in blocks]
    long = any(begin <= half < end for begin, end in firm + edges)
    early = [(whole, start + 1)] if long else []
    for kept, first in ((whole, half), (kept_firm, half), *early, (set[int](), half)):
        for places, in_code in _tiers(view, blocks, spans):
            fit = [
                place
                for place in places
                if max(first, start + 1) <= place <= last
                and (place in code) is in_code
                and place not in kept
                and place not in unfit
            ]
            if fit:
                return max(fit)
    free = (place for place in range(last, start, -1) if not _joined(view, place))
    return next((place for place in free if place not in unfit), last)


def _tiers(
    view: str, blocks: list[tuple[int, int, int]], spans: list[tuple[int, int]]
) -> Iterator[tuple[list[int], bool]]:
    """Places to cut, best kind first, and whether they are meant inside code."""
    edges = [place for begin, _, end in blocks for place in (begin, end)]
    lines = [match.start() for match in _LINE.finditer(view)]
    yield [match.start() for match in _PARAGRAPH.finditer(view)], False
    yield lines + edges, False
    yield [match.end() for match in _SENTENCE.finditer(view)], False
    yield lines, True
    words = [match.end() for match in _WORD.finditer(view)]
    yield words + [place for span in spans for place in span], False
    yield words, True


def _inner(spans: Iterable[tuple[int, int]]) -> set[int]:
    return {place for begin, end in spans for place in range(begin + 1, end)}


def _joined(text: str, place: int) -> bool:
    """Whether the characters on both sides of ``place`` look like one (UAX 29, in the main)."""
    before, after = text[place - 1], text[place]
    if "`" == before == after or before + after == "\r\n" or "\u200d" in (before, after):
        return True
    if _is_flag(before) and _is_flag(after):
        head = text[:place]
        flags = len(head) - len(head.rstrip("".join(set(filter(_is_flag, head)))))
        return flags % 2 == 1
    return (
        unicodedata.category(after) in {"Mn", "Mc", "Me"}
        or "\U0001f3fb" <= after <= "\U0001f3ff"
        or "\U000e0020" <= after <= "\U000e007f"
        or "\u1160" <= after <= "\u11ff"
        or ("\ud800" <= before <= "\udbff" and "\udc00" <= after <= "\udfff")
    )


def _is_flag(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"
