"""Finding listed terms in words.

A ``Lexicon`` holds terms by kind. A term is a word, a phrase, or either with a star after a stem;
``$`` after a phrase asks for the end of the clause. Scripts written without spaces (or whose vowel
signs break words) are searched as running text instead; there ``<`` asks for the start of a word.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from bot.screening.fold import fold

WORD = re.compile(r"\d+(?:[.,:/'\u2019]\d+)*[%\u00b0,;)]?|[^\W\d_]+")
RUNNING = re.compile(r"[\u0590-\u11ff\u1780-\u17ff\u3040-\ud7ff\uf900-\ufaff]")
# After these a clause goes on, but what stood before them is complete.
_JOINTS = frozenset(
    (
        *("and", "or", "but", "in", "at", "on", "with", "who", "wearing", "to", "as"),
        *("y", "e", "et", "und", "i", "o", "con", "en"),
    )
)
_LEET = {
    "0": "o",
    "1": "il",
    "2": "z",
    "3": "e",
    "4": "a",
    "5": "s",
    "6": "g",
    "7": "t",
    "8": "b",
    "9": "g",
    "@": "a",
    "$": "s",
    "\u20ac": "e",
    "+": "t",
    "|": "il",
    "!": "il",
    "\u00f1": "\u00f1n",
}
_MOST_GUESSES = 64
_SHORTEST, _FEW, _SHORT, _LONG = 2, 3, 4, 6
_MEMO = 50_000


@dataclass(frozen=True, slots=True)
class Found:
    """A term in words: those from ``start`` up to, without, ``end``."""

    kind: str
    start: int
    end: int
    term: str


@dataclass(frozen=True, slots=True)
class _Term:
    kind: str
    words: tuple[str, ...]
    stem: bool = False
    closing: bool = False
    text: str = ""

    def at(self, words: list[str], start: int) -> bool:
        end = start + len(self.words)
        if end > len(words):
            return False
        last = words[end - 1].startswith if self.stem else words[end - 1].__eq__
        if not last(self.words[-1]) or tuple(words[start : end - 1]) != self.words[:-1]:
            return False
        return not self.closing or end == len(words) or words[end] in _JOINTS


class Lexicon:
    """Terms by kind, folded and indexed.

    ``joined`` kinds match written together as well; words of ``besides`` are known here too.
    """

    def __init__(
        self,
        terms: Mapping[str, Iterable[str]],
        joined: Collection[str] = (),
        besides: "Lexicon | None" = None,
    ) -> None:
        self.vocabulary: set[str] = set(besides.vocabulary) if besides else set()
        self.stems: set[str] = set(besides.stems) if besides else set()
        self._joined = joined
        self._by_word: dict[str, list[_Term]] = defaultdict(list)
        self._by_stem: dict[str, list[_Term]] = defaultdict(list)
        self._memo: dict[str, tuple[_Term, ...]] = {}
        self._running = {kind: self._sorted_in(kind, listed) for kind, listed in terms.items()}
        words = sorted(self.vocabulary | self.stems)
        self._squeezed = {squeeze(word): word for word in words if len(word) > _SHORTEST}
        self._longest = max(map(len, words), default=0)

    def _sorted_in(self, kind: str, terms: Iterable[str]) -> re.Pattern[str] | None:
        """Index the terms of words; the pattern of those that are looked for in running text."""
        running = []
        for term in terms:
            if RUNNING.search(term):
                running.append(_running(term))
            else:
                self._add(kind, term)
        return re.compile("|".join(running)) if running else None

    def find(self, words: list[str]) -> list[Found]:
        """All terms in ``words``, in order."""
        memo = self._memo
        found = []
        for start, word in enumerate(words):
            terms = memo.get(word)
            if terms is None:
                terms = self._look_up(word)
            if terms:
                found += [
                    Found(term.kind, start, start + len(term.words), term.text)
                    for term in terms
                    if term.at(words, start)
                ]
        return found

    def running(self, kind: str, text: str) -> re.Match[str] | None:
        """The first term of ``kind`` in the running text of an unspaced script."""
        pattern = self._running.get(kind)
        return pattern.search(text) if pattern else None

    def source(self, *kinds: str) -> str:
        """A regular expression for the terms of ``kinds`` in unspaced scripts."""
        found = (self._running.get(kind) for kind in kinds)
        return "|".join(pattern.pattern for pattern in found if pattern)

    def known(self, word: str) -> bool:
        """Whether any term has this word, or begins it with a stem."""
        if word in self.vocabulary or word in self._by_word:
            return True
        longest = min(len(word), self._longest)
        return any(word[:end] in self.stems for end in range(3, longest + 1))

    def guess(self, token: str) -> str:
        """The known word that ``token`` spells with digits, signs or stretched letters."""
        options = [_LEET.get(letter, letter) for letter in token]
        count = 1
        for option in options:
            count *= len(option)
        if count <= _MOST_GUESSES:
            for letters in product(*options):
                if word := self._squeeze_to_known("".join(letters)):
                    return word
        return token

    def embedded(self, run: str) -> str:
        """``run``, letters that stood apart, as the known words in it and single letters.

        Where words overlap, all long ones follow at the end.
        """
        parts, rest, at = list[str](), "", 0
        while at < len(run):
            word, length = self._known_at(run, at, _SHORT)
            if word:
                parts += [*_letters(rest), word]
                rest, at = "", at + length
            else:
                rest, at = rest + run[at], at + 1
        parts += _letters(rest)
        longer = (self._known_at(run, start, _LONG)[0] for start in range(1, len(run)))
        return " ".join([*parts, *(word for word in longer if word and word not in parts)])

    def _known_at(self, run: str, at: int, least: int) -> tuple[str, int]:
        """The longest known word or stem, of ``least`` letters or more, at ``at``."""
        for length in range(min(len(run) - at, self._longest), least - 1, -1):
            word = self.guess(run[at : at + length])
            if word in self.vocabulary or word in self.stems:
                return word, length
        return "", 0

    def _squeeze_to_known(self, word: str) -> str | None:
        """The known word that ``word`` is, or becomes when stretched letters are cut."""
        if squeeze(word, 2) == word:
            return word if self.known(word) else None
        spellings = (word, squeeze(word, 2), squeeze(word))
        whole = next((each for each in spellings if each in self.vocabulary), None)
        return whole or self._squeezed.get(spellings[-1]) or self._by_start(spellings)

    def _by_start(self, spellings: tuple[str, ...]) -> str | None:
        """One of ``spellings`` that begins with a stem, else the stem that the last begins with."""
        if known := next((each for each in spellings if self.known(each)), None):
            return known
        starts = (spellings[-1][:end] for end in range(len(spellings[-1]), 3, -1))
        return next((self._squeezed[start] for start in starts if start in self._squeezed), None)

    def _add(self, kind: str, term: str) -> None:
        folded = fold(term)
        words = tuple(WORD.findall(folded))
        if not words:
            return
        stem, closing = folded.endswith("*"), folded.endswith("$")
        self.vocabulary.update(words[:-1] if stem else words)
        if stem:
            self.stems.add(words[-1])
        self._index(_Term(kind, words, stem, closing, term))
        together = "".join(words)
        if kind in self._joined and len(words) > 1 and len(together) > 6 and not closing:
            self._index(_Term(kind, (together,), stem, False, term))
            self.vocabulary.add(together)

    def _index(self, term: _Term) -> None:
        if term.stem and len(term.words) == 1:
            self._by_stem[term.words[0]].append(term)
            self.stems.add(term.words[0])
        else:
            self._by_word[term.words[0]].append(term)

    def _look_up(self, word: str) -> tuple[_Term, ...]:
        terms = list(self._by_word.get(word, ()))
        for end in range(2, min(len(word), self._longest) + 1):
            terms += self._by_stem.get(word[:end], ())
        if len(self._memo) > _MEMO:
            self._memo.clear()
        if len(word) <= self._longest:
            self._memo[word] = tuple(terms)
        return tuple(terms)


@lru_cache(maxsize=50_000)
def squeeze(word: str, most: int = 1) -> str:
    """``word`` with runs of one letter cut to ``most``."""
    return re.sub(rf"(.)\1{{{most},}}", r"\1" * most, word)


def _letters(rest: str) -> list[str]:
    """What is no word: a short run falls back into its letters, numbers stay whole."""
    return re.findall(r"\d+|.", rest) if len(rest) <= _FEW else [rest] if rest else []


def _running(term: str) -> str:
    start = r"(?<!\w)(?:\u0648)?(?:\u0627\u0644|\u0644\u0644|[\u0628\u0644])?"
    words = re.escape(fold(term.removeprefix("<"))).replace(r"\ ", r"\s*")
    return (start if term.startswith("<") else "") + words
