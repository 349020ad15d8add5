"""Finding listed terms in words.

A ``Lexicon`` holds terms by kind. A term is a word, a phrase, or either with stars after stems;
``$`` after a phrase asks for the end of the clause. Scripts written without spaces are searched as
running text instead, and so are pictures of children among the emoji; there a term is a regular
expression over folded text.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product

from bot.screening.alternation import alternation
from bot.screening.fold import fold

# The vowel signs of Indian scripts are no letters to ``re``, yet stand within words.
VOWELS = (
    r"\u0900-\u0903\u093a-\u093c\u093e-\u094f\u0951-\u0957\u0962\u0963"
    r"\u0981-\u0983\u09bc\u09be-\u09cd\u09d7"
)
WORD = re.compile(
    r"\d+(?:[.,:/'\u2019]\d+)*[%\u00b0,;)]?"
    rf"|[^\W\d_]+(?:[{VOWELS}]+[^\W\d_]*)*"
)
RUNNING = re.compile(
    r"[\u0e00-\u0eff\u1000-\u11ff\u1780-\u17ff\u3040-\ud7ff\uf900-\ufaff"
    r"\U0001f466\U0001f467\U0001f476\U0001f47c\U0001f9d2]"
)
# Arabic and Hebrew write "and", "in", "like", "to" and "the" together with the noun.
_ARABIC = re.compile(r"[\u0620-\u064a]")
_ARTICLE = re.compile(r"^[\u0648\u0641]?(?:[\u0628\u0643]?\u0627\u0644|\u0644\u0644)(?=.{3})")
_PROCLITICS = "\u0648\u0641\u0628\u0644\u0643\u05d5\u05d1\u05dc\u05db\u05de\u05d4\u05e9"
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
_STRETCHED = re.compile(r"(.)\1\1|\u00f1")
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


@dataclass(slots=True)
class _Heads:
    """The terms that begin with one word: it alone, by the word after it, by that one's initial."""

    alone: list["_Term"] = field(default_factory=list)
    pairs: dict[str, list["_Term"]] = field(default_factory=dict)
    by_initial: dict[str, list["_Term"]] = field(default_factory=dict)

    def add(self, term: "_Term") -> None:
        if len(term.words) == 1:
            self.alone.append(term)
        elif 1 in term.stems:
            self.by_initial.setdefault(term.words[1][0], []).append(term)
        else:
            self.pairs.setdefault(term.words[1], []).append(term)

    def before(self, word: str) -> list["_Term"]:
        """The terms that may stand here if ``word``, or nothing, follows."""
        pairs = self.pairs.get(word)
        others = self.by_initial.get(word[:1])
        return self.alone + (pairs or []) + (others or []) if pairs or others else self.alone


@dataclass(frozen=True, slots=True)
class _Term:
    kind: str
    words: tuple[str, ...]
    stems: frozenset[int] = frozenset()
    closing: bool = False
    text: str = ""

    def at(self, words: list[str], start: int, pauses: Callable[[], set[int]]) -> bool:
        """Whether the term stands at ``start``, given that its first word does."""
        end = start + len(self.words)
        if end > start + 1 and not self._goes_on(words, start, end):
            return False
        return not self.closing or end in pauses() or words[end] in _JOINTS

    def _goes_on(self, words: list[str], start: int, end: int) -> bool:
        if end > len(words):
            return False
        for at in range(1, len(self.words)):
            word, wanted = words[start + at], self.words[at]
            if not (word == wanted or (at in self.stems and word.startswith(wanted))):
                return False
        return True


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
        self._memo: dict[str, _Heads | None] = {}
        self._listed: set[tuple[str, tuple[str, ...], frozenset[int], bool]] = set()
        self._sources = {kind: self._sorted_in(kind, listed) for kind, listed in terms.items()}
        self._running = {
            kind: re.compile(alternation(listed))
            for kind, listed in self._sources.items()
            if listed
        }
        words = sorted(self.vocabulary | self.stems)
        self._squeezed = {squeeze(word): word for word in words if len(word) > _SHORTEST}
        self._longest = max(map(len, words), default=0)

    def _sorted_in(self, kind: str, terms: Iterable[str]) -> list[str]:
        """Index the terms of words; return those that are looked for in running text."""
        running = list[str]()
        for term in terms:
            if RUNNING.search(term):
                running.append(_running(term))
            else:
                self._add(kind, term)
        return running

    def find(self, words: list[str], pauses: Callable[[], set[int]] | None = None) -> list[Found]:
        """All terms in ``words``, in order; ``pauses`` are the places where a clause may end."""
        pauses = pauses or {len(words)}.copy
        memo = self._memo
        found = list[Found]()
        following = [*words[1:], ""]
        for start, word in enumerate(words):
            heads = memo[word] if word in memo else self._look_up(word)
            if heads is None:
                continue
            for term in heads.before(following[start]):
                if term.at(words, start, pauses):
                    found.append(Found(term.kind, start, start + len(term.words), term.text))
        return found

    def running(self, kind: str, text: str) -> re.Match[str] | None:
        """The first term of ``kind`` in the running text of an unspaced script."""
        pattern = self._running.get(kind)
        return pattern.search(text) if pattern else None

    def without(self, kind: str, text: str) -> str:
        """A text of an unspaced script without the terms of ``kind``."""
        pattern = self._running.get(kind)
        return pattern.sub(" ", text) if pattern else text

    def source(self, *kinds: str) -> str:
        """A regular expression for the terms of ``kinds`` in unspaced scripts."""
        return alternation(term for kind in kinds for term in self._sources.get(kind, ()))

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
            piece = run[at : at + length]
            plain = piece.isalpha() and not _STRETCHED.search(piece)
            word = piece if plain else self.guess(piece)
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
        words = tuple(words_of(folded))
        if not words:
            return
        stems = _stems(folded)
        self.vocabulary.update(word for at, word in enumerate(words) if at not in stems)
        self.stems.update(words[at] for at in stems)
        closing = folded.endswith("$")
        self._index(_Term(kind, words, stems, closing, term))
        together = "".join(words)
        if kind in self._joined and len(words) > 1 and len(together) > _LONG and not closing:
            last = frozenset({0}) if len(words) - 1 in stems else frozenset[int]()
            self._index(_Term(kind, (together,), last, False, term))
            self.vocabulary.add(together)

    def _index(self, term: _Term) -> None:
        identity = (term.kind, term.words, term.stems, term.closing)
        if identity in self._listed:
            return
        self._listed.add(identity)
        if 0 in term.stems:
            self._by_stem[term.words[0]].append(term)
            self.stems.add(term.words[0])
        else:
            self._by_word[term.words[0]].append(term)

    def _look_up(self, word: str) -> _Heads | None:
        if RUNNING.match(word):
            return None
        terms = self._starting(word)
        if not terms and len(word) > _FEW and word[0] in _PROCLITICS:
            terms = self._starting(word[1:])
        heads = _heads(terms) if terms else None
        if len(self._memo) > _MEMO:
            self._memo.clear()
        if len(word) <= self._longest:
            self._memo[word] = heads
        return heads

    def _starting(self, word: str) -> list[_Term]:
        """The terms whose first word is ``word`` or begins it."""
        terms = list(self._by_word.get(word, ()))
        for end in range(2, min(len(word), self._longest) + 1):
            terms += self._by_stem.get(word[:end], ())
        return terms


def _heads(terms: list[_Term]) -> _Heads:
    heads = _Heads()
    for term in terms:
        heads.add(term)
    return heads


def words_of(folded: str) -> list[str]:
    """The words of a folded text; those of Arabic without the article."""
    words = WORD.findall(folded)
    return [_ARTICLE.sub("", word) for word in words] if _ARABIC.search(folded) else words


def _stems(folded: str) -> frozenset[int]:
    """Which of the words of a folded term a star ends."""
    ends = (match.end() for match in WORD.finditer(folded))
    return frozenset(at for at, end in enumerate(ends) if folded[end : end + 1] == "*")


@lru_cache(maxsize=50_000)
def squeeze(word: str, most: int = 1) -> str:
    """``word`` with runs of one letter cut to ``most``."""
    return re.sub(rf"(.)\1{{{most},}}", r"\1" * most, word)


def _letters(rest: str) -> list[str]:
    """What is no word: a short run falls back into its letters, numbers stay whole."""
    return re.findall(r"\d+|.", rest) if len(rest) <= _FEW else [rest] if rest else []


def _running(term: str) -> str:
    """A term of an unspaced script as a regular expression; blanks in it may be left out."""
    return fold(term).replace("$", r"(?!\w)").replace(" ", r"\s*")
