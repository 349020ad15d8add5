"""Claims of age that no list foresees: a sentence in talk is judged by learned weights.

Lists know the plain ways to say that somebody is a minor. The others are found here, by a linear
model over ``features``: the weights of what a sentence has are added up. They were learned from the
texts in ``tests/corpora/teaching`` by ``python -m tests.corpora.teach``, which says how well they
do on texts that they were not learned from, and lie in ``bot/terms/learned.txt``.
"""

import math
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from importlib.resources import files

from bot.screening.features import features
from bot.screening.lexicon import RUNNING, words_of
from bot.screening.numbers import read_numbers
from bot.screening.reading import Sentence

LEAST = 0.35
"""The score from which a sentence is a claim. More misses more, less has more false alarms."""

SCALE = 100
"""Weights are written as whole numbers, so many times too large."""

BIAS = "(bias)"
_TOGETHER = 240
"""Characters of a sentence that are judged together; longer ones are judged in pieces."""

_LEAST_PLAIN = 0.5
"""A running text with so great a share of other letters is read as words as well."""


def claims(sentence: Sentence, before: Sentence | None, weights: Mapping[str, float]) -> bool:
    """Whether a sentence, beside the one before it, claims that a participant is a minor."""
    if _only_numbers(sentence) and not (before and before.text.rstrip().endswith(_ASKING)):
        return False
    for piece in _pieces(sentence):
        if score(features(piece, before), weights) > LEAST:
            return True
        plain = _plain(piece)
        if plain:
            last = before if before is None or not before.running else _plain(before)
            if score(features(plain, last), weights) > LEAST:
                return True
        before = piece
    return False


_ASKING = ("?", "\uff1f", "\u061f")


def score(found: Collection[str], weights: Mapping[str, float]) -> float:
    """How much speaks for a claim; long texts have many features, so they count for less."""
    known = filter(None, map(weights.get, found))
    return weights[BIAS] + math.fsum(known) / math.sqrt(len(found) or 1)


@cache
def shipped() -> Mapping[str, float]:
    """The weights of features, ``BIAS`` included."""
    text = files("bot").joinpath("terms", "learned.txt").read_text("utf-8")
    lines = (line.split("\t") for line in text.split("\n") if line and line[0] != "#")
    return {feature: int(weight) / SCALE for weight, feature in lines}


def _only_numbers(sentence: Sentence) -> bool:
    """Whether a sentence is a number, as in a list; as an answer it may be an age all the same."""
    covered = {
        place
        for number in read_numbers(sentence.words, sentence.around)
        for place in range(number.start, number.end)
    }
    return len(covered) == len(sentence.words)


def _plain(sentence: Sentence) -> Sentence | None:
    """What is in words in a running text that is mostly words, as one with an emoji is."""
    if not sentence.running:
        return None
    text = RUNNING.sub(" ", sentence.text)
    words = words_of(text)
    if sum(map(len, words)) < _LEAST_PLAIN * len(sentence.text):
        return None
    return Sentence(words, text, running=False, lexicon=sentence.lexicon)


def _pieces(sentence: Sentence) -> Iterator[Sentence]:
    text = sentence.text
    if len(text) <= _TOGETHER:
        yield sentence
        return
    start = 0
    while start < len(text):
        end = start + _TOGETHER
        end = text.rfind(" ", start + 1, end) if end < len(text) else len(text)
        end = end if end > start else start + _TOGETHER
        part = text[start:end]
        yield Sentence(words_of(part), part, sentence.running, sentence.lexicon)
        start = end
