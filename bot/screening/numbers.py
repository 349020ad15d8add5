"""Numbers among words: digits, number words, ordinals, Roman numerals."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from bot.screening.around import said_in
from bot.screening.fold import fold
from bot.screening.lexicon import Found, words_of
from bot.screening.terms import languages, numbers

_SCORE = 20
_AND = frozenset(("and", "y", "e", "et", "und", "i", "en"))
_ORDINALS = [[fold(end)] for end in ("st", "nd", "rd", "th", "o", "a", "e", "er", "eme")]
_ORDINALS += [[fold(end)] for end in ("\u0439", "\u043c", "\u0433\u043e")]
"""What may stand between digits and the noun that they order."""
_ROMAN = {
    "ii": 2,
    "iii": 3,
    "iv": 4,
    "vi": 6,
    "vii": 7,
    "viii": 8,
    "ix": 9,
    "xi": 11,
    "xii": 12,
    "xiii": 13,
    "xiv": 14,
    "xv": 15,
    "xvi": 16,
    "xvii": 17,
}


@dataclass(frozen=True, slots=True)
class Number:
    """A number at words ``start`` to ``end``; ``languages``: those of a number word.

    ``bare``: a comma or bracket follows its digits.
    """

    start: int
    end: int
    value: int
    bare: bool = False
    ordinal: bool = False
    roman: bool = False
    languages: frozenset[str] | None = None


@cache
def number_words(*spoken: str) -> frozenset[str]:
    """The words that number words and ordinals begin with, and Roman numbers.

    ``spoken``: only those of these languages, without the Roman ones.
    """
    named = (
        words_of(fold(name))[0]
        for language in spoken or languages()
        for section in ("numbers", "ordinals")
        for _, names in numbers(section, language)
        for name in names
    )
    return frozenset(named) if spoken else frozenset({*named, *_ROMAN})


def read_numbers(words: list[str], found: list[Found]) -> Iterator[Number]:
    """The numbers in order; "twenty-five" is one, and so is "five hundred"."""
    numbers = [
        Number(
            item.start,
            item.end,
            int(item.kind[1:]),
            ordinal=item.kind[0] == "#",
            languages=said_in(item.kind, item.term),
        )
        for item in found
        if item.kind[0] in "=#"
    ]
    numbers += [
        Number(at, at + 1, value, bare=word[-1] in ",;)")
        for at, word in enumerate(words)
        if word[0].isdecimal() and (value := _value(word)) is not None
    ]
    numbers += [
        Number(at, at + 1, _ROMAN[word], roman=True)
        for at, word in enumerate(words)
        if word in _ROMAN
    ]
    numbers.sort(key=lambda number: (number.start, -number.end))
    large = {number.start for number in numbers if number.value >= _SCORE}
    previous = Number(-9, -9, 0)
    for number in numbers:
        if number.end <= previous.end:
            continue
        joined = _adjoin(previous, number, words)
        previous = number
        # In "five hundred" the five is no number of its own.
        if not joined and number.end not in large:
            yield number


def _adjoin(left: Number, right: Number, words: list[str]) -> bool:
    gap = words[left.end : right.start]
    return left.value >= _SCORE and (not gap or (len(gap) == 1 and gap[0] in _AND))


def past_ordinal(words: list[str], number: Number) -> int:
    """Where a number ends, with the ending of an ordinal after digits."""
    return number.end + (words[number.end : number.end + 1] in _ORDINALS)


def _value(word: str) -> int | None:
    """The whole number in a token of digits, without a decimal; two make a measure or a price."""
    digits = word.rstrip(",;)")
    if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", digits):
        return int(re.sub(r"\D", "", digits))
    match = re.fullmatch(r"(\d{1,6})(?:[.,]\d)?", digits)
    return int(match[1]) if match else None
