"""Learn ``bot/terms/learned.txt`` from the corpora: ``python -m tests.corpora.teach``.

Logistic regression with steps of its own for each feature (AdaGrad). A text that must be refused
has at least one sentence that says so: the one that scores highest is learned from. ``--measure``
writes nothing; it learns from four fifths of the texts and judges the last, five times over, and
prints misses and false alarms by language, of the lists alone and with what was learned. Same
texts, same weights: what is random begins with one seed, and the file says from which texts it was
learned.
"""

import argparse
import hashlib
import math
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bot.screening.ages import ADULT
from bot.screening.features import features
from bot.screening.learned import BIAS, SCALE, score
from bot.screening.minors import Use, minor_in
from bot.screening.reading import sentences
from bot.screening.vocabulary import lexicon
from tests.corpora.texts import HERE, corpus, rows

REPOSITORY = HERE.parents[1]
LEARNED = REPOSITORY / "bot" / "terms" / "learned.txt"

ROUNDS = 8
RATE = 0.6
DECAY = 1e-3
SELDOM = 3
"""A feature of fewer texts is left out: it would only be learned by heart."""

LIGHT = 0.3
"""What weighs less is left out."""

SURE = 1e-3
AGES = (4, 8, 11, 14, 17, 18, 19, 25, 40)
"""Ages that are put into the common ways to say one."""

FOLDS = 5
_NUMBER = re.compile(r"\d+")
PLAIN = frozenset(("prose", "technical", "everyday"))
"""Texts of which nobody could think ill; they are learned from, not counted."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """A text, what is to be said of it, and the features of each of its sentences.

    ``taught``: it was written to be learned from, and no list was mended with it.
    """

    refuse: bool
    language: str
    text: str
    sentences: Sequence[frozenset[str]]
    taught: bool = False


def lessons() -> Iterator[Lesson]:
    """All texts to learn from."""
    for verdict, times in (("refuse", 1), ("pass", 2)):
        for language, text in corpus(verdict, Use.CHAT):
            yield from [lesson(verdict, language, text)] * times
    for row in rows(HERE / "age_forms.txt"):
        language, use, form = row.split("|")
        for age in AGES if use == Use.CHAT else ():
            yield lesson("refuse" if age < ADULT else "pass", language, form.format(n=age))
    for path in sorted((HERE / "teaching").glob("*.txt")):
        for row in rows(path):
            verdict, text = row.split("|", 1)
            yield replace(lesson(verdict, path.stem, text), taught=True)


def lesson(verdict: str, language: str, text: str) -> Lesson:
    read = list(sentences(text, lexicon()))
    seen = [features(one, before) for one, before in zip(read, [None, *read], strict=False)]
    return Lesson(verdict == "refuse", language, text, seen)


def learn(texts: Iterable[Lesson]) -> dict[str, float]:
    """The weights that ``texts`` teach, ``BIAS`` included."""
    learned, common = [one for one in texts if one.sentences], Counter[str]()
    for text in learned:
        common.update(set().union(*text.sentences))
    seen = [
        (text.refuse, [[f for f in sorted(one) if common[f] >= SELDOM] for one in text.sentences])
        for text in learned
    ]
    weights, squares = defaultdict[str, float](float), defaultdict[str, float](lambda: 1e-2)
    weights[BIAS] = 0.0
    shuffle = random.Random(0).shuffle  # noqa: S311 - an order, not a secret
    for _ in range(ROUNDS):
        shuffle(seen)
        for refuse, parts in seen:
            chosen = [max(parts, key=lambda one: score(one, weights))] if refuse else parts
            for one in chosen:
                _step(one, refuse, weights, squares)
    return {f: w for f, w in weights.items() if abs(w) >= LIGHT or f == BIAS}


def _step(
    found: Sequence[str], refuse: bool, weights: dict[str, float], squares: dict[str, float]
) -> None:
    off = 1 / (1 + math.exp(-score(found, weights))) - refuse
    if abs(off) < SURE:
        return
    share = off / math.sqrt(len(found) or 1)
    for feature, slope in [(BIAS, off), *((f, share + DECAY * weights[f]) for f in found)]:
        squares[feature] += slope * slope
        weights[feature] -= RATE * slope / math.sqrt(squares[feature])


def source() -> str:
    """A mark of what the weights depend on: the texts, the lists, and what reads them."""
    paths = [*HERE.glob("*_forms.txt"), *HERE.glob("must_*_chat.txt"), *HERE.glob("teaching/*.txt")]
    paths += [path for path in LEARNED.parent.rglob("*.txt") if path != LEARNED]
    paths += [*(REPOSITORY / "bot" / "screening").glob("*.py"), Path(__file__)]
    mark = hashlib.sha256()
    for path in sorted(paths):
        mark.update(path.read_bytes())
    return mark.hexdigest()


def write(weights: dict[str, float]) -> None:
    """Write the weights down, the heaviest first."""
    head = (
        "# Weights of features (bot/screening/features.py), in hundredths: above zero they speak\n"
        "# for a claim that a participant is a minor. Learned by tests/corpora/teach.py from\n"
        f"# {source()}\n"
    )
    listed = sorted(weights.items(), key=lambda item: (-item[1], item[0]))
    lines = "".join(f"{round(weight * SCALE)}\t{feature}\n" for feature, weight in listed)
    LEARNED.write_text(head + lines, "utf-8")


def measured(texts: Sequence[Lesson]) -> Iterator[tuple[Lesson, bool, bool]]:
    """What the lists say of every text to learn from, and what the screen says without it.

    Texts that differ only by a number are left out together; those of the lists and plain ones
    are learned from and not counted.
    """
    counted = [text for text in texts if text.taught and text.language not in PLAIN]
    others = [text for text in texts if not text.taught or text.language in PLAIN]
    alike = {text.text: _NUMBER.sub("#", text.text.casefold()) for text in counted}
    order = sorted(set(alike.values()))
    random.Random(1).shuffle(order)  # noqa: S311 - an order, not a secret
    fold_of = {form: at % FOLDS for at, form in enumerate(order)}
    for fold in range(FOLDS):
        held = [text for text in counted if fold_of[alike[text.text]] == fold]
        taught = [text for text in counted if fold_of[alike[text.text]] != fold]
        weights = learn([*others, *taught])
        for text in held:
            listed = minor_in(text.text, Use.CHAT, learned=None) is not None
            both = minor_in(text.text, Use.CHAT, learned=lambda: weights) is not None  # noqa: B023
            yield text, listed, both


def figures(judged: Iterable[tuple[Lesson, bool, bool]]) -> str:
    """Misses and false alarms, of the lists alone and with what was learned, by language."""
    tallies: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for text, listed, both in judged:
        kind = "missed" if text.refuse else "false alarms"
        for language in (text.language, "all"):
            tally = tallies[language][kind]
            tally["texts"] += 1
            tally["lists"] += listed != text.refuse
            tally["both"] += both != text.refuse
    lines = ["language  missed: lists, both, of   false alarms: lists, both, of"]
    for language, kinds in sorted(tallies.items(), key=lambda item: -_texts(item[1])):
        cells = [f"{language:8}"]
        for kind in ("missed", "false alarms"):
            tally = kinds[kind]
            cells.append(f"{tally['lists']:6} {tally['both']:5} {tally['texts']:5}")
        lines.append("  ".join(cells))
    return "\n".join(lines)


def _texts(kinds: dict[str, Counter[str]]) -> int:
    return sum(tally["texts"] for tally in kinds.values())


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.corpora.teach", description=__doc__)
    parser.add_argument("--measure", action="store_true", help="judge what is not learned from")
    chosen = parser.parse_args()
    texts = list(lessons())
    if chosen.measure:
        print(figures(measured(texts)))
        return
    weights = learn(texts)
    write(weights)
    print(f"learned {len(weights):,} weights from {len(texts):,} texts")


if __name__ == "__main__":
    main()
