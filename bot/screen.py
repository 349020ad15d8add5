"""Screening of texts: minors, explicit terms, public figures, words the operator refuses.

Everything here is pure: a text goes in, a ``Hit`` or nothing comes out. The words come from
``bot/terms``; how hidden spellings are undone is the business of ``bot/screening``. A screen by
words is a net with holes (see ``docs/safety.md``); it errs towards refusing.

    minors(text, use)           a minor, in the sense of the use: picture, talk, character
    explicit(text)              a term that has no place in a clean prompt
    public_figure(text)         the name of a well-known person
    blocked(text, terms)        a word or name of the operator's list
    filter_sentences(text)      the text without its explicit sentences
    StreamScreen                a text that still grows, let out as it is screened
    load()                      all lists, so that the first text does not wait for them
"""

import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache, partial

from bot.screening.lexicon import Lexicon
from bot.screening.minors import Doubt, Growing, Use, minor_in
from bot.screening.reading import last_end, sentences
from bot.screening.terms import everywhere, sections

__all__ = [
    "HELD_BACK",
    "Finding",
    "Hit",
    "StreamScreen",
    "Use",
    "blocked",
    "explicit",
    "filter_sentences",
    "load",
    "minors",
    "public_figure",
]

HELD_BACK = 80
"""How many characters at the end of a growing text stay behind at most, until more has come."""
_STEP = 48
_WINDOW = 240
_READS_ALL = (
    "The cat cost twelve euros.",  # English, and the languages of number words
    "\u039d\u039fT 12",  # Greek capitals that look Latin, and digits
    "\u4e66 15 \u5143",  # Chinese, which is running text, and nothing in it
    "\u5c0f\u5b69 2010 \u5e74 15 \u5c81",  # a child, a year and an age in it
    "ready \u4f60\u597d 15\u5c81\u5973\u513f",  # words beside running text
)
"""Texts for which everything is read that is read once."""

_GAP = re.compile(r"[ \n]+")
_SENTENCE = re.compile(
    r".+?(?:[.!?\u2026\u3002\uff01\uff1f]+[\"'*)\u201d\u300d]*(?=\s|$)\s*|\n+|(?<=[\u3002\uff01\uff1f])|$)",
    re.DOTALL,
)


class Finding(StrEnum):
    """What a hit is about."""

    MINOR = "minor"
    EXPLICIT = "explicit"
    FIGURE = "figure"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class Hit:
    """A text that did not pass, and the listed term or the age that it is about.

    ``term`` may repeat a few of the text's own words: do not keep it longer than the text.
    """

    finding: Finding
    term: str


def load() -> None:
    """Read and index all shipped lists, which takes about a second, once in a process."""
    for text in _READS_ALL:
        for use in Use:
            minors(text, use)
        explicit(text)
        public_figure(text)


def minors(text: str, use: Use | str) -> Hit | None:
    """Whether ``text`` is about a minor in a way that its ``use`` forbids.

    ``generation``: a depicted person under 18. ``chat``: one who takes part, or stands in a
    romantic or sexual context. ``character``: the description of somebody who will talk.
    ``negative``: what a picture must avoid; asking to avoid grown-ups is a hit too.
    """
    term = minor_in(text, Use(use))
    return Hit(Finding.MINOR, term) if term else None


def explicit(text: str, further: Iterable[str] = ()) -> Hit | None:
    """Whether ``text`` has a term that has no place in clean mode."""
    return _listed(Finding.EXPLICIT, text) or _further(Finding.EXPLICIT, text, further)


def public_figure(text: str, further: Iterable[str] = ()) -> Hit | None:
    """Whether ``text`` names a well-known person, shipped or listed by the operator."""
    return _listed(Finding.FIGURE, text) or _further(Finding.FIGURE, text, further)


def blocked(text: str, terms: Iterable[str]) -> Hit | None:
    """Whether ``text`` has a word or name that the operator refuses."""
    return _further(Finding.BLOCKED, text, terms)


def filter_sentences(
    text: str, further: Iterable[str] = (), *, shipped: bool = True
) -> tuple[str | None, ...]:
    """``text`` in pieces, in order; ``None`` stands where sentences were taken out.

    Those are taken out that have a term of ``further`` or, if ``shipped``, an explicit one. The
    white space behind such a sentence stays.
    """
    further = frozenset(further)
    left_out = partial(explicit, further=further) if shipped else partial(blocked, terms=further)
    pieces: list[str | None] = []
    gap = ""
    for sentence in _SENTENCE.findall(text):
        if left_out(sentence):
            if not pieces or pieces[-1] is not None:
                pieces.append(None)
            gap = sentence[len(sentence.rstrip()) :]
        elif pieces and pieces[-1] is not None:
            pieces[-1] += sentence
        else:
            pieces.append(gap + sentence)
            gap = ""
    return (*pieces, gap) if gap else tuple(pieces)


class StreamScreen:
    """A growing text that is let out as it is screened.

    ``feed`` takes what came and returns what may be shown now. A word that may go on stays behind.
    From a word on that may become part of a hit everything does, at most ``HELD_BACK`` characters;
    beside a sentence about a minor always as many. Whole sentences are read once and judged; the
    one that goes on is read again every ``step`` characters and at each ``look``, and while it
    looks like a hit nothing is let out, for it may still turn out otherwise ("I am 15", "I am 15
    minutes late"). ``finish`` judges the whole, so the verdict does not depend on how the text was
    cut. After a hit nothing more comes out and ``hit`` says why. ``before`` is what was said just
    before.
    """

    def __init__(
        self,
        use: Use | str = Use.CHAT,
        *,
        before: str = "",
        step: int = _STEP,
    ) -> None:
        self.hit: Hit | None = None
        self._use = Use(use)
        self._before = before[-_WINDOW:]
        self._growing = Growing(self._use, self._before)
        self._parts: list[str] = []
        self._text = ""
        self._step = step
        self._waiting = 0
        self._judged = 0
        self._out = 0

    def feed(self, chunk: str) -> str:
        """Take ``chunk`` in; return the further text that may be shown, often none."""
        self._parts.append(chunk)
        self._waiting += len(chunk)
        return "" if self._waiting < self._step else self.look()

    def look(self) -> str:
        """Screen what has come since the last time; return as ``feed`` does."""
        if self.hit or not self._waiting:
            return ""
        self._gather()
        end = last_end(self._text, self._judged)
        if end > self._judged:
            self._found(self._growing.complete(self._text[self._judged : end]))
            self._judged = end
        doubt = Doubt.HIT if self.hit else self._growing.begun(self._text[self._newest() :])
        return "" if doubt is Doubt.HIT else self._release(self._calm_until(doubt))

    def finish(self) -> str:
        """Screen the whole text once more and return the rest, unless there is a hit."""
        self._gather()
        if not self.hit:
            self._found(minor_in(self._text, self._use, before=self._before))
        return self._release(len(self._text))

    def _gather(self) -> None:
        self._text += "".join(self._parts)
        self._parts.clear()
        self._waiting = 0

    def _calm_until(self, doubt: Doubt) -> int:
        """Where what stays behind begins: a word that may go on, or the first that may matter."""
        earliest = max(0, len(self._text) - HELD_BACK)
        words = [match.end() for match in _GAP.finditer(self._text, earliest)]
        if doubt is Doubt.NONE:
            return words[-1] if words else earliest
        # More words may also make a word harmless, so this need not be the last place of its kind;
        # but nothing before it matters.
        calm = bisect_left(words, True, key=self._matters_before)
        return words[calm - 1] if calm else earliest

    def _matters_before(self, end: int) -> bool:
        """Whether anything in the newest sentence up to there could become a hit."""
        start = self._newest()
        return self._growing.matters(self._text[start : max(start, end)])

    def _newest(self) -> int:
        """Where the sentence that goes on begins; of a long one, a word well before its end."""
        start = len(self._text) - _WINDOW
        if start <= self._judged:
            return self._judged
        return self._text.rfind(" ", max(self._judged, start - 40), start) + 1 or start

    def _found(self, term: str | None) -> None:
        self.hit = Hit(Finding.MINOR, term) if term else None

    def _release(self, end: int) -> str:
        if self.hit or end <= self._out:
            return ""
        start, self._out = self._out, max(self._out, end)
        return self._text[start : self._out]


@cache
def _shipped(finding: Finding) -> Lexicon:
    name = {Finding.EXPLICIT: "explicit", Finding.FIGURE: "figures"}[finding]
    terms = {finding.value: sections(name)[finding.value], "exempt": everywhere("exempt")}
    return Lexicon(terms, joined=(finding.value,))


@lru_cache(maxsize=16)
def _own(terms: frozenset[str]) -> Lexicon:
    return Lexicon({"own": sorted(terms)}, joined=("own",))


def _listed(finding: Finding, text: str) -> Hit | None:
    return _find(finding, finding.value, text, _shipped(finding))


def _further(finding: Finding, text: str, terms: Iterable[str]) -> Hit | None:
    chosen = frozenset(terms)
    return _find(finding, "own", text, _own(chosen)) if chosen else None


def _find(finding: Finding, kind: str, text: str, lexicon: Lexicon) -> Hit | None:
    for sentence in sentences(text, lexicon):
        found = sentence.listed
        spared = [(item.start, item.end) for item in found if item.kind == "exempt"]
        for item in found:
            inside = any(start < item.end and item.start < end for start, end in spared)
            if item.kind == kind and not inside:
                return Hit(finding, item.term)
        text = lexicon.without("exempt", sentence.text) if sentence.running else ""
        if text and (match := lexicon.running(kind, text)):
            return Hit(finding, match[0])
    return None
