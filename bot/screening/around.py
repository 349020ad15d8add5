"""The words around ages and claims, and the language that each is of."""

from collections import defaultdict
from functools import cache

from bot.screening.fold import fold
from bot.screening.lexicon import Found, Lexicon
from bot.screening.terms import languages, numbers, sections, spoken

AROUND = (
    *(
        "old",
        "years",
        "since",
        "during",
        "spans",
        "before",
        "birthday",
        "coming",
        "under",
        "soon",
        "unreached",
    ),
    *("third", "is", "self", "am", "mine", "me", "role", "firm", "trailing"),
    *("here", "goes", "filler", "things", "born", "half", "twice"),
    *("own birth", "links", "attend", "as", "grade", "grader", "no", "after", "denial"),
)
"""The sections of a language that say what stands around an age or a claim."""
_SAYING = frozenset(AROUND) - {"since", "during", "spans", "goes", "filler", "things", "coming"}


@cache
def lexicon() -> Lexicon:
    """The words around ages, the number words (kinds ``=15``) and the ordinals (``#15``)."""
    terms: dict[str, list[str]] = {kind: list(spoken(kind)) for kind in AROUND}
    for language in languages():
        for section, mark in (("numbers", "="), ("ordinals", "#")):
            for value, words in numbers(section, language):
                terms.setdefault(f"{mark}{value}", []).extend(words)
    return Lexicon(terms)


def of_one_language(item: Found, spoken_in: frozenset[str] | None) -> bool:
    """Whether what makes a number an age is of a language of the number, digits being of all."""
    if spoken_in is None or item.kind not in _SAYING:
        return True
    return not spoken_in.isdisjoint(said_in(item.kind, item.term))


@cache
def said_in(kind: str, term: str) -> frozenset[str]:
    """The languages that have a term of a kind, number words (``=15``) included."""
    return frozenset(_said_in().get((kind, fold(term)), ()))


@cache
def _said_in() -> dict[tuple[str, str], set[str]]:
    """The languages that have a term, by its kind and its folded form; number words too."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for language in languages():
        for kind in AROUND:
            for term in sections(language).get(kind, ()):
                found[kind, fold(term)].add(language)
        for section, mark in (("numbers", "="), ("ordinals", "#")):
            for value, words in numbers(section, language):
                for word in words:
                    found[f"{mark}{value}", fold(word)].add(language)
    return found
