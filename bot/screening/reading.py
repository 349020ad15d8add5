"""Reading a text as sentences of words, with the common ways to hide a word undone.

Letters that stand apart ("t e e n", "t.e.e.n") are joined, words broken by signs ("te-en") are
mended, digits and signs that stand for letters ("t33n", "$chool") are read as those, stretched
words ("teeeen") are shortened: each only where a known word comes out of it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property

from bot.screening import around
from bot.screening.fold import fold
from bot.screening.lexicon import RUNNING, VOWELS, WORD, Found, Lexicon, words_of
from bot.screening.terms import spoken

_END = re.compile(r"(?<=[.!?])\s+|[\n\u3002\u2026\u0964\u061f\u06d4]+|(?<=[\u3040-\ud7ff])[!?]+")
_WHOLE = re.compile(r"(?<!\d)[.!?\uff01\uff1f]+[\"'*)\u201d\u300d]*\s+|[\n\u3002\u2026\u0964]+")
_SIGN = r"[ \t.,\-_*/|~+'\"\u2019\u2022\u00b7\u30fb:;=]"
_LETTER = rf"[^\W_@$][{VOWELS}]*"
_APART = re.compile(
    rf"(?<![^\W_])(?<!['\u2019])(?![^\W_]['\u2019][mdst]\b)"
    rf"{_LETTER}(?:{_SIGN}{{1,3}}{_LETTER}(?![^\W_])){{2,}}"
)
_VOWEL_APART = re.compile(rf"(?<=[^\W\d_]) +(?=[{VOWELS}])")
_AGE_APART = re.compile(r"(?<=[^\W\d_] )1[ .]([0-7])(?=\s*(?:$|[,;!?]|y|and\b))")
_BROKEN = re.compile(r"(?<![^\W_])[^\W_]+(?:[.\-_*/|~+'\u2019\u2022\u00b7:=]{1,2}[^\W_]+)+")
_ODD = re.compile(r"(?<!\S)\S*(?:[\d@$\u20ac|+!\u00f1]|([^\W\d])\1\1)\S*")
_TOKEN = re.compile(r"[@$\u20ac]?[^\W_](?:[^\W_]|[@$\u20ac+|!](?=[@$\u20ac+|!]*[^\W_]))*\$?")
_IDEOGRAPHS = re.compile(
    rf"(?<=[\u3040-\u30ff\u4e00-\u9fff]){_SIGN}+(?=[\u3040-\u30ff\u4e00-\u9fff])"
)
_CONTRACTED = re.compile(
    r"[^\W\d_]+['\u2019](?:s|m|re|ve|ll|d|t)|(?:[cdjlmnst]|qu|un|dell|nell|all)['\u2019][^\W\d_]{3,}"
)
_SPLITTER = re.compile(r"(?<=[^\W\d_])[*_~|+=\u2022\u00b7](?=[^\W\d_])")
_PAUSE = re.compile(r"\s*[,;:()!?.\u2013\u2014\"\u060c]|\s+-\s|\*")
_NOT_LEET = re.compile(r"(?!0[^\W\d_])\d+[^\W\d_]{1,2}|[^\W\d_]\d{1,2}")
"""Measures ("15kg"), and a letter with an age ("m15")."""

_SHORTEST, _LONGEST = 3, 32
_GLUED = re.compile(r"\d+(?:[^\W\d_]{1,8})")


@dataclass(frozen=True)
class Sentence:
    """A sentence: its words, its folded text, and whether it has letters of unspaced scripts."""

    words: list[str]
    text: str
    running: bool
    lexicon: Lexicon

    @cached_property
    def listed(self) -> list[Found]:
        """The terms of the lexicon that it was read with."""
        return self.lexicon.find(self.words, self.pauses)

    @cached_property
    def around(self) -> list[Found]:
        """The words around ages and claims."""
        return around.lexicon().find(self.words, self.pauses)

    def pauses(self) -> set[int]:
        """The places among the words where a comma, a bracket or the end stands before."""
        return self._pauses

    @cached_property
    def _pauses(self) -> set[int]:
        found = {len(self.words)}
        for number, word in enumerate(WORD.finditer(self.text)):
            if _PAUSE.match(self.text, word.end()) or word[0][-1] in ",;)":
                found.add(number + 1)
        return found


def sentences(text: str, lexicon: Lexicon) -> Iterator[Sentence]:
    """The sentences of ``text``, folded and mended with the words that ``lexicon`` knows."""
    folded = mend(fold(text), lexicon)
    for part in _END.split(folded):
        words = words_of(part)
        running = not part.isascii() and RUNNING.search(part) is not None
        if words or running:
            yield Sentence(words, part, running, lexicon)


@cache
def _ordinal_dot() -> re.Pattern[str]:
    """The dot of an ordinal before a class or a birthday, as in "7. Klasse": it ends nothing."""
    nouns = "|".join(fold(term.rstrip("*$ ")) for term in spoken("grade") + spoken("birthday"))
    return re.compile(rf"(?<=\d)\.\s+(?={nouns})")


def last_end(text: str, start: int) -> int:
    """Where the last whole sentence after ``start`` ends in a text that may go on."""
    end = start
    for match in _WHOLE.finditer(text, start):
        end = match.end()
    return end


def mend(folded: str, lexicon: Lexicon) -> str:
    """Undo the hiding of known words in a folded text."""
    if not folded.isascii():
        folded = _IDEOGRAPHS.sub("", folded)
    folded = _VOWEL_APART.sub("", folded)
    folded = _AGE_APART.sub(r"1\1", folded)
    folded = _APART.sub(lambda apart: _joined(apart[0], lexicon), folded)
    if _SPLITTER.search(folded):
        folded = _BROKEN.sub(lambda broken: _whole(broken[0], lexicon), folded)
    folded = _ODD.sub(lambda odd: _TOKEN.sub(lambda t: _spelled(t[0], lexicon), odd[0]), folded)
    folded = _BROKEN.sub(lambda broken: _whole(broken[0], lexicon), folded)
    return _ordinal_dot().sub(" ", folded)


def _joined(apart: str, lexicon: Lexicon) -> str:
    if RUNNING.search(apart):
        return re.sub(_SIGN, "", apart)
    gaps = [len(gap) for gap in re.findall(rf"{_SIGN}+", apart)]
    wide = max(gaps) if len(set(gaps)) > 1 else max(gaps) + 1
    parts = re.split(rf"{_SIGN}{{{wide},}}", apart)
    runs = [re.sub(_SIGN, "", part) for part in parts]
    words = [run if run in lexicon.vocabulary else lexicon.embedded(run) for run in runs]
    mended = " ".join(words)
    told = any(len(word) > 2 and lexicon.known(word) for word in WORD.findall(mended))
    return mended if told or _GLUED.search(mended) else apart


def _spelled(token: str, lexicon: Lexicon) -> str:
    if token.isdecimal() or (token.isalpha() and not re.search(r"(.)\1\1|\u00f1", token)):
        return token
    if _NOT_LEET.fullmatch(token):
        return token
    if not _SHORTEST <= len(token) <= _LONGEST or RUNNING.search(token) or lexicon.known(token):
        return token
    return lexicon.guess(token)


def _whole(broken: str, lexicon: Lexicon) -> str:
    whole = re.sub(r"[\W_]", "", broken)
    if whole.isdecimal() or lexicon.known(broken) or _CONTRACTED.fullmatch(broken):
        return broken
    if lexicon.known(whole):
        return whole
    fewer = _SPLITTER.sub("", broken)
    words = WORD.findall(fewer) if fewer != broken else []
    return fewer if any(len(word) > 2 and lexicon.known(word) for word in words) else broken
