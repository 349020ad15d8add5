"""Ages in words and digits, and whose they are.

A number is an age only by the words around it, which ``bot/terms/ages.txt`` lists by their part:
"years old" after it, "aged" before it, "she is" before a number on which nothing depends.
"15 years of experience", "15 minutes", "a 12-year-old whisky" and "115 years" are not.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from bot.screening.fold import fold
from bot.screening.lexicon import Found, Lexicon
from bot.screening.reading import Sentence
from bot.screening.terms import pairs, sections

ADULT = 18
_HALF_GROWN = 10
_SCORE = 20
_OF = frozenset(("de", "di", "d"))
_AND = frozenset(("and", "y", "e", "et", "und", "i", "en"))
_DIGIT = re.compile(r"\d")
_SIGNED = re.compile(r"(?<![\w.])1[0-7] ?(?:/? ?f(?![\w\u00b0/])|/ ?m\b)")
_ATTACHED = re.compile(
    r"\b(?:[1-9]|1[0-2])(?:st|nd|rd|th)[ -]grade(?:rs?)?\b"
    r"|\b(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth)"
    r"[ -]grade(?:rs?)?\b"
)
_OWNED = re.compile(r"\b(?:i|you) ?'?(?:m|am|re|are) (?:(?:in|a|an|the|only|just|still) )*$")
_APPOSED = re.compile(r"[^\W\d_]\s*,\s*(1[0-7]|[3-9])\s*(?:,|$)|\w\s*\(\s*(1[0-7]|[3-9])\s*\)")


@dataclass(frozen=True, slots=True)
class Age:
    """An age under 18 at words ``start`` to ``end``.

    ``own``: it is the speaker's or hearer's. ``pronoun``: it is said of "she" or "he", so that
    who it is may stand in the sentence before or after.
    """

    start: int
    end: int
    text: str
    own: bool = False
    pronoun: bool = False


@dataclass(frozen=True, slots=True)
class _Number:
    start: int
    end: int
    value: int
    bare: bool


@cache
def lexicon() -> Lexicon:
    """The words around ages, and the number words (as kinds ``=15``)."""
    terms: dict[str, tuple[str, ...]] = {
        name: found for name, found in sections("ages").items() if name
    }
    for value, words in pairs("numbers"):
        terms[f"={value}"] = tuple(words.split(","))
    return Lexicon(terms)


def ages(sentence: Sentence) -> list[Age]:
    """The ages under 18 in ``sentence`` that are somebody's."""
    text = sentence.text
    counted = _DIGIT.search(text) or not _number_words().isdisjoint(sentence.words)
    if not counted and "grade" not in text:
        return []
    found = [Age(0, 0, match[0], own=True) for match in _SIGNED.finditer(text)]
    found += [
        Age(0, 0, match[0], own=bool(_OWNED.search(text[: match.start()])))
        for match in (*_ATTACHED.finditer(text), *_born().finditer(text))
    ]
    places = _Places(sentence.words)
    judged = map(places.age, _numbers(sentence.words, places.found))
    return found + [age for age in judged if age is not None]


@cache
def _born() -> re.Pattern[str]:
    """A year of birth. People born in 2009 come of age in 2027; the pattern does not move on."""
    words = "|".join(map(fold, sections("ages")["born"]))
    return re.compile(rf"\b(?:{words}) (?:in |en |em |im jahr |nel |\u0432 )?20(?:09|[1-9]\d)\b")


@cache
def _number_words() -> frozenset[str]:
    """The words that number words begin with."""
    named = (fold(name) for _, names in pairs("numbers") for name in names.split(","))
    return frozenset(name.split()[0] for name in named)


def apposed(sentence: Sentence) -> str | None:
    """An age set off from the rest, as in "portrait of Ann, 12, smiling" or "Ann (12)"."""
    match = _APPOSED.search(sentence.text)
    return match[1] or match[2] if match else None


class _Places:
    """Which listed words end before, and which start at, a place among the words."""

    def __init__(self, words: list[str]) -> None:
        self.words = words
        self.found = lexicon().find(words)
        self._ends: dict[int, dict[str, int]] = defaultdict(dict)
        self._starts: dict[int, dict[str, int]] = defaultdict(dict)
        for item in self.found:
            self._ends[item.end][item.kind] = item.start
            ahead = self._starts[item.start]
            ahead[item.kind] = max(item.end, ahead.get(item.kind, 0))

    def age(self, number: _Number) -> Age | None:
        before = self._ends[number.start]
        person = self._person_end(before.get("under", number.start))
        near = {**self._ends[person], **before}
        after = self._starts[number.end]
        if number.value >= ADULT:
            under = number.value == ADULT and "under" in before and self._bare(number)
            return self._made(number, near) if under else None
        if "firm" in after:
            return Age(number.start, after["firm"], self._text(number), own=True)
        if "old" in after:
            return None if self._thing(after["old"]) else self._made(number, near)
        if "years" in after:
            return self._made(number, near) if self._lived(number, near, after["years"]) else None
        if self._bare(number) and self._claimed(number, before, near):
            return self._made(number, near)
        return None

    def _person_end(self, start: int) -> int:
        """Where what stands before the number ends, words like "only" and "still" left out."""
        while start > 0 and self.words[start - 1] in _fillers():
            start -= 1
        return start

    def _claimed(self, number: _Number, before: dict[str, int], near: dict[str, int]) -> bool:
        if "under" in before:
            return number.value >= _HALF_GROWN
        closing = number.end == len(self.words) and number.value >= _HALF_GROWN
        return bool({"third", "self", "before"} & near.keys()) or (closing and "mine" in near)

    def _lived(self, number: _Number, near: dict[str, int], end: int) -> bool:
        """Whether years after a number are an age and not a length of time."""
        person = {"third", "self", "mine", "before"} & near.keys()
        of = number.start - (self.words[number.start - 1] in _OF)
        if "since" in self._ends[number.start] | self._ends[of] and not person:
            return False
        if "since" in self._starts[end] or self._thing(end):
            return False
        if self._framed("since", number):
            return False
        return bool(person) or "spans" not in self._starts[number.end]

    def _bare(self, number: _Number) -> bool:
        after = self._starts[number.end]
        return (
            number.bare or number.end == len(self.words) or bool({"goes", "years"} & after.keys())
        )

    def _framed(self, section: str, number: _Number) -> bool:
        """Whether the words right before and after the number are a listed pair."""
        pair = (self.words[number.start - 1], *self.words[number.end : number.end + 1])
        return number.start > 0 and pair in _frames(section)

    def _thing(self, end: int) -> bool:
        return "things" in self._starts[end]

    def _made(self, number: _Number, near: dict[str, int]) -> Age:
        own = bool({"self", "mine", "role"} & near.keys()) or self._framed("mine", number)
        return Age(number.start, number.end, self._text(number), own, "third" in near)

    def _text(self, number: _Number) -> str:
        return " ".join(self.words[number.start : number.end])


@cache
def _fillers() -> frozenset[str]:
    return frozenset(map(fold, sections("ages")["filler"]))


@cache
def _frames(section: str) -> frozenset[tuple[str, ...]]:
    """The pairs around a number that a section lists as "before # after"."""
    return frozenset(
        tuple(fold(term).replace("#", " ").split())
        for term in sections("ages")[section]
        if "#" in term
    )


def _numbers(words: list[str], found: list[Found]) -> Iterator[_Number]:
    """The numbers in order; "twenty-five" is one, and so is "five hundred"."""
    numbers = [
        _Number(item.start, item.end, int(item.kind[1:]), bare=False)
        for item in found
        if item.kind.startswith("=")
    ]
    numbers += [
        _Number(at, at + 1, value, bare=word[-1] in ",;)")
        for at, word in enumerate(words)
        if word[0].isdecimal() and (value := _value(word)) is not None
    ]
    numbers.sort(key=lambda number: (number.start, -number.end))
    previous = _Number(-9, -9, 0, bare=False)
    for number in numbers:
        if number.end <= previous.end:
            continue
        joined = _adjoin(previous, number, words)
        previous = number
        if not joined and not _hundreds(number, numbers):
            yield number


def _adjoin(left: _Number, right: _Number, words: list[str]) -> bool:
    gap = words[left.end : right.start]
    return left.value >= _SCORE and (not gap or (len(gap) == 1 and gap[0] in _AND))


def _hundreds(number: _Number, numbers: list[_Number]) -> bool:
    return any(n.start == number.end and n.value >= _SCORE for n in numbers)


def _value(word: str) -> int | None:
    """The whole number in a token of digits; none for times, fractions, measures, shares."""
    digits = word.rstrip(",;)")
    if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", digits):
        return int(re.sub(r"\D", "", digits))
    match = re.fullmatch(r"(\d{1,6})(?:[.,]\d{1,2})?", digits)
    return int(match[1]) if match else None
