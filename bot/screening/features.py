"""What the learned part of the screen sees of a sentence: words, with their kinds, and numbers.

A number stands for all of its size: "b" is 10 to 12 and "c" 13 to 17, as ages; "y" is a year whose
children are no adults yet. A listed word counts by its kind as well ("school", "third"), which is
the same in every language, and so do the kinds near a number or near a word that may name a minor.
Scripts whose words do not stand apart are seen by their letters. Some marks in a feature are no
words: ``^`` and ``$`` are the ends of the text, ``|`` parts it from the sentence before it.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise, product

from bot.screening.ages import ADULT, youngest_adult_year
from bot.screening.alternation import alternation
from bot.screening.fold import fold
from bot.screening.lexicon import Found, words_of
from bot.screening.numbers import Number, read_numbers
from bot.screening.reading import Sentence
from bot.screening.terms import unspaced
from bot.screening.vocabulary import lexicon

SIZES = "0abcdefzy"
"""Up to 2, 9, 12, 17, 18, 99; other numbers; years of birth of adults and of minors."""

_BEGIN, _END, _PAUSE, _BREAK, _NUMBER, _ODD = "^", "$", ",", "|", "#", "#?"
_CUES = frozenset("abcdy")
_TELLING = frozenset(
    ("minor", "aged", "child", "kin", "school", "grade", "grader", "girl", "young", "coded")
)
_REACH, _FAR = 4, 3
_START, _TAIL, _LONG_WORD = 4, 3, 5
_BEFORE = 8
"""Words of the sentence before that count, counted from its end."""

_END_LETTERS = 240
"""Characters that surely hold those words."""

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_OLDEST = 1899

_MARKS = dict(zip(SIZES, map(chr, range(0xE000, 0xE000 + len(SIZES))), strict=True))
_MARKED = re.compile(f"[{''.join(_MARKS[name] for name in SIZES if name != '0')}]")
_GRAM, _LONG_GRAM = 4, 5
_SMALL = 9
_SCRIPT_BEFORE = 12
"""As ``_BEFORE``, in letters."""

_SCRIPT_KINDS = (
    *("self", "role", "kin of", "then", "no", "grade", "units"),
    *("dropped", "elder", "named", "lead", "called"),
)
_SCRIPT_TERMS = ("minor", "child", "kin", "school", "person", "picture", "staff")


def features(sentence: Sentence, before: Sentence | None = None) -> frozenset[str]:
    """The features of a sentence and of the end of the one ``before`` it."""
    if sentence.running:
        return frozenset(_of_letters(sentence, before))
    row = _row(sentence)
    if before is not None and not before.running:
        row = _row(_end_of(before)).end(_BEFORE).then(row)
    return frozenset(_of_words(row))


def _end_of(sentence: Sentence) -> Sentence:
    """The end of a long sentence: more of it does not count."""
    if len(sentence.text) <= _END_LETTERS:
        return sentence
    text = sentence.text[-_END_LETTERS:]
    return Sentence(words_of(text), text, sentence.running, sentence.lexicon)


@dataclass(frozen=True, slots=True)
class _Row:
    """Tokens with the kinds of each; ``cues``: where something is that may tell of a minor."""

    tokens: list[str]
    kinds: list[frozenset[str]]
    cues: dict[int, str]

    def at(self, place: int) -> Collection[str]:
        """The kinds of what stands at a place, or else itself."""
        return self.kinds[place] or (self.tokens[place],)

    def size(self, place: int) -> str:
        """The size of the number at a place, if one is there."""
        here = self.kinds[place] | {self.tokens[place]}
        return next((each[1] for each in here if each[0] == _NUMBER and each != _ODD), "")

    def end(self, length: int) -> "_Row":
        return _Row(self.tokens[-length:], self.kinds[-length:], {})

    def then(self, row: "_Row") -> "_Row":
        """This and, behind a break, another row, of which alone the cues count."""
        shift = len(self.tokens) + 1
        return _Row(
            [*self.tokens, _BREAK, *row.tokens],
            [*self.kinds, frozenset(), *row.kinds],
            {at + shift: cue for at, cue in row.cues.items()},
        )


def _row(sentence: Sentence) -> _Row:
    words, pauses = sentence.words, sentence.pauses()
    numbers = {number.start: number for number in read_numbers(words, sentence.around)}
    listed = _kinds_by_place([*sentence.around, *sentence.listed])
    row = _Row([], [], {})
    at = 0
    while at < len(words):
        if at and at in pauses:
            row.tokens.append(_PAUSE)
            row.kinds.append(frozenset())
        number, kinds = numbers.get(at), listed.get(at, frozenset())
        token = _numbered(number) if number else _token(words[at])
        cue = token[1:] if token[0] == _NUMBER and token[1] in _CUES else ""
        if cue := cue or min(kinds & _TELLING, default=""):
            row.cues[len(row.tokens)] = cue
        if number and number.languages:
            kinds, token = kinds | {token}, words[at]
        row.tokens.append(token)
        row.kinds.append(kinds)
        at = number.end if number else at + 1
    return row


def _kinds_by_place(found: Sequence[Found]) -> dict[int, frozenset[str]]:
    kinds: dict[int, set[str]] = defaultdict(set)
    for item in found:
        if item.kind[0] not in "=#":
            for place in range(item.start, item.end):
                kinds[place].add(item.kind)
    return {place: frozenset(names) for place, names in kinds.items()}


def _numbered(number: Number) -> str:
    suffix = ("o" if number.ordinal else "") + ("r" if number.roman else "")
    return _NUMBER + size(number.value) + suffix


def _token(word: str) -> str:
    if not word[0].isdigit():
        return word
    year = _YEAR.search(word)
    return _NUMBER + size(int(year[0])) if year else _ODD


def size(value: int) -> str:
    """The size of a number, as an age or as a year of birth; one of ``SIZES``."""
    last = youngest_adult_year()
    limits = (2, 9, 12, 17, ADULT, 99, _OLDEST, last, last + ADULT)
    fitting = (name for limit, name in zip(limits, SIZES, strict=True) if value <= limit)
    return next(fitting, "f")


def _of_words(row: _Row) -> Iterator[str]:
    tokens, kinds = row.tokens, row.kinds
    sizes = [name for place in range(len(tokens)) if (name := row.size(place))]
    yield from tokens
    yield f"order:{''.join(sizes)}"
    for left, right in zip([_BEGIN, *tokens], [*tokens, _END], strict=True):
        yield f"{left} {right}"
    for token in tokens:
        if len(token) >= _LONG_WORD:
            yield f"{token[:_START]}*"
            yield f"*{token[-_TAIL:]}"
    for kind in {kind for here in kinds for kind in here}:
        yield f"k:{kind}"
        for name in set(sizes):
            yield f"{name}&{kind}"
    for here, following in pairwise(kinds):
        for left, right in product(here, following):
            yield f"{left}>{right}"
    for place, cue in row.cues.items():
        yield from _near(row, place, cue)


def _near(row: _Row, place: int, cue: str) -> Iterator[str]:
    """What stands on both sides of a cue, and the kinds near it by their distance."""
    last = len(row.tokens) - 1
    left = row.at(place - 1) if place else {_BEGIN}
    right = row.at(place + 1) if place < last else {_END}
    for each, other in product(left, right):
        yield f"{each} {cue} {other}"
    for gap in range(1, _REACH + 1):
        for side, at in (("-", place - gap), ("+", place + gap)):
            for kind in row.at(at) if 0 <= at <= last else ():
                yield f"{cue}{side}{min(gap, _FAR)}:{kind}"


def _of_letters(sentence: Sentence, before: Sentence | None) -> Iterator[str]:
    text = f"{_marked(sentence.text)}{_END}"
    lead = f"{_marked(before.text[-_END_LETTERS:])[-_SCRIPT_BEFORE:]}{_BREAK}" if before else _BEGIN
    text = lead + text
    for at in range(len(text)):
        for length in range(1, min(_GRAM, len(text) - at) + 1):
            yield text[at : at + length]
        long = text[at : at + _LONG_GRAM]
        if len(long) == _LONG_GRAM and _MARKED.search(long):
            yield long
    marks = set(_MARKED.findall(text))
    for kind, pattern in _script_patterns().items():
        if pattern.search(sentence.text):
            yield f"k:{kind}"
            for mark in marks:
                yield f"{mark}&{kind}"


def _marked(text: str) -> str:
    """A running text with a mark for each number, by its size."""
    return re.sub(r"\s+", "_", _numeral().sub(_mark, text.strip()))


def _mark(match: re.Match[str]) -> str:
    if match["digits"]:
        return _MARKS[size(int(match["digits"]))]
    if match["tens"]:
        return _MARKS["e"]
    value = _values()[match["name"]]
    # Small numerals are parts of many words in these scripts.
    return _MARKS[size(value)] if value > _SMALL else match["name"]


@cache
def _values() -> dict[str, int]:
    listed = (numeral.split("=") for numeral in map(fold, unspaced("numerals")))
    return {name: int(value) for name, value in listed}


@cache
def _numeral() -> re.Pattern[str]:
    names = "|".join(sorted(_values(), key=len, reverse=True))
    tens = alternation(map(fold, unspaced("tens")))
    return re.compile(rf"(?P<tens>(?:{tens})+)(?:{names})?|(?P<name>{names})|(?P<digits>\d{{1,6}})")


@cache
def _script_patterns() -> dict[str, re.Pattern[str]]:
    parts = {kind: alternation(map(fold, unspaced(kind))) for kind in _SCRIPT_KINDS}
    terms = {f"a {kind}": lexicon().source(kind) for kind in _SCRIPT_TERMS}
    return {kind: re.compile(source) for kind, source in (parts | terms).items() if source}
