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
from bot.screening.lexicon import words_of
from bot.screening.reading import Sentence

LEAST = 0.35
"""The score from which a sentence is a claim. More misses more, less has more false alarms."""

SCALE = 100
"""Weights are written as whole numbers, so many times too large."""

BIAS = "bias"
_LONG = 320
"""Characters of a sentence that are judged together; longer ones are judged in pieces."""


def claim(sentence: Sentence, before: Sentence | None) -> str | None:
    """What claims that a participant is a minor, as it is judged beside the sentence before it."""
    weights = shipped()
    for piece in _pieces(sentence):
        if score(features(piece, before), weights) > LEAST:
            return piece.text.strip()
        before = piece
    return None


def score(found: Collection[str], weights: Mapping[str, float]) -> float:
    """How much speaks for a claim; long texts have many features, so they count for less."""
    known = filter(None, map(weights.get, found))
    return weights[BIAS] + sum(known) / math.sqrt(len(found) or 1)


@cache
def shipped() -> Mapping[str, float]:
    """The weights of features, ``BIAS`` included."""
    text = files("bot").joinpath("terms", "learned.txt").read_text("utf-8")
    lines = (line.split("\t") for line in text.split("\n") if line and line[0] != "#")
    return {feature: int(weight) / SCALE for weight, feature in lines}


def _pieces(sentence: Sentence) -> Iterator[Sentence]:
    text = sentence.text
    if len(text) <= _LONG:
        yield sentence
        return
    start = 0
    while start < len(text):
        end = start + _LONG
        end = text.rfind(" ", start + 1, end) if end < len(text) else len(text)
        end = end if end > start else start + _LONG
        part = text[start:end]
        yield Sentence(words_of(part), part, sentence.running, sentence.lexicon)
        start = end
