"""Whether a text makes, or brings into romance, a person under 18.

For a picture every depicted minor counts, clothed or not. In talk a minor may be mentioned; what
counts is one who takes part ("I am 15", "you are a schoolgirl") or who stands in a romantic or
sexual context. The description of a character is read like talk, but a minor it speaks of counts
unless they are somebody's child or pupil.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from enum import IntEnum, StrEnum
from functools import cache, cached_property

from bot.screening import ages
from bot.screening.ages import Age
from bot.screening.alternation import alternation
from bot.screening.claims import Claims
from bot.screening.fold import fold
from bot.screening.learned import claims, shipped
from bot.screening.lexicon import Found
from bot.screening.reading import Sentence, sentences
from bot.screening.running import claim, claimed, script_ages, telling
from bot.screening.terms import spoken
from bot.screening.vocabulary import DEPICTED, lexicon

_WARY = frozenset((*DEPICTED, "young", "school", "play", "hint"))
_LETTERS_APART = re.compile(r"(?<![^\W_])[^\W_][^\w'\u2019]{1,3}[^\W_](?![^\W_])")
_ATTENDING = frozenset(("attend", "third"))
_A_CLAIM = "a claim in other words"
_NEAR = 5
_BETWEEN = 2
_BESIDE = 2
_KIN = re.compile(
    r"\b(?:her|his|their|my|our|your)\b[^,;]{0,24}\b(?:sons?|daughters?|brother|sister)\b"
)


class Use(StrEnum):
    """What a text is for."""

    GENERATION = "generation"
    CHAT = "chat"
    CHARACTER = "character"
    NEGATIVE = "negative"


Weights = Callable[[], Mapping[str, float]]


def minor_in(
    text: str, use: Use, *, before: str = "", learned: Weights | None = shipped
) -> str | None:
    """The term, age or claim by which ``text`` is about a minor in the sense of ``use``.

    ``before`` is what was said before the text. ``learned`` gives the weights that judge talk
    beside the lists; without it they judge alone.
    """
    last = _readings(before, use)[-_BESIDE:]
    return _judged([*last, *_readings(text, use)], use, context=len(last), learned=learned)


class Doubt(IntEnum):
    """What a sentence that goes on may still turn out to be."""

    NONE = 0  # nothing in it is about age, youth, school or the like
    SOME = 1  # something is: what comes next may make it a hit
    HIT = 2  # it is one as it stands, and may still turn out otherwise


class Growing:
    """A text that is read once, sentence by sentence, while it grows.

    ``complete`` takes further whole sentences, ``begun`` looks at one that goes on. Both judge
    them beside the last two; ``before`` is what was said before the text.
    """

    def __init__(self, use: Use, before: str = "") -> None:
        self._use = use
        self._last = _readings(before, use)[-_BESIDE:]

    def complete(self, text: str) -> str | None:
        last, read = self._last, [*self._last, *_readings(text, self._use)]
        self._last = read[-_BESIDE:]
        return _judged(read, self._use, context=len(last))

    def begun(self, text: str) -> Doubt:
        read = _readings(text, self._use)
        if _judged([*self._last, *read], self._use, context=len(self._last)):
            return Doubt.HIT
        return Doubt.SOME if self._matters(read) else Doubt.NONE

    def matters(self, text: str) -> bool:
        """Whether more words could make a hit of a sentence that goes on, or of what is beside."""
        return self._matters(_readings(text, self._use))

    def _matters(self, read: Sequence["_Reading"]) -> bool:
        beside = any(reading.minor or reading.child for reading in self._last)
        return beside or any(reading.wary for reading in read)


def _readings(text: str, use: Use) -> list["_Reading"]:
    return [_Reading(sentence, use) for sentence in sentences(text, lexicon())]


def _judged(
    read: Sequence["_Reading"], use: Use, *, context: int = 0, learned: Weights | None = shipped
) -> str | None:
    """What is wrong with sentences, the first ``context`` of which were judged before."""
    if use is Use.GENERATION:
        return _first(read, _Reading.depicted)
    if use is Use.NEGATIVE:
        return _first(read, _Reading.depicted) or _first(read, _Reading.grown)
    hit = _first(read, _Reading.taking_part) or _in_context(read)
    if use is Use.CHARACTER and hit is None:
        return _first(read, _Reading.described)
    if use is Use.CHAT and hit is None and learned:
        return _learned(read, context, learned())
    return hit


def _learned(read: Sequence["_Reading"], context: int, weights: Mapping[str, float]) -> str | None:
    """A claim in other words than those of the lists, in what follows the context."""
    for at in range(context, len(read)):
        before = read[at - 1].sentence if at else None
        if read[at].wary and claims(read[at].sentence, before, weights):
            return _A_CLAIM
    return None


def _first(read: Sequence["_Reading"], question: Callable[["_Reading"], str | None]) -> str | None:
    asked = (question(reading) for reading in read if not reading.idle)
    return next(filter(None, asked), None)


def _in_context(read: Sequence["_Reading"]) -> str | None:
    """A minor in a sentence of romance, or beside a sexual one; a child in a sexual one."""
    for at, reading in enumerate(read):
        if reading.idle or not (reading.minor or reading.child):
            continue
        near = read[max(0, at - 1) : at + 2]
        beside = any(other.sexual or (reading.pronoun and other.romantic) for other in near)
        if (beside or reading.romantic) and (hit := reading.minor):
            return hit
        if reading.sexual and (hit := reading.child):
            return hit
    return None


class _Reading:
    """What one sentence says that matters here; nothing if it is ``idle``."""

    def __init__(self, sentence: Sentence, use: Use) -> None:
        self._words = sentence.words
        self.sentence = sentence
        self._talk = use in {Use.CHAT, Use.CHARACTER}
        found = sentence.listed + ages.grades(sentence)
        self._found = self._counted(found, *(["talk"] if self._talk else []))
        self._asked = self._counted(found) if self._talk else self._found
        matters = sentence.running and _mattering().search(sentence.text)
        self._running = _cleared(sentence.text, talk=self._talk) if matters else ""
        self._ages = ages.ages(sentence)
        self._script_ages = script_ages(self._running) if self._running else []
        named = self._found or self._asked or self._ages or self._running
        self.idle = not (named or ages.apposed(sentence))

    @cached_property
    def romantic(self) -> str | None:
        return self._any("romantic")

    @cached_property
    def sexual(self) -> str | None:
        return self._any("sexual")

    @cached_property
    def minor(self) -> str | None:
        """A minor of whatever kind, but for what is said of children in passing."""
        named = self._any("minor", "aged") or self._young()
        return named or self._aged() or ages.apposed(self.sentence)

    @cached_property
    def child(self) -> str | None:
        return self._any("child", "kin")

    @cached_property
    def wary(self) -> bool:
        """Whether more words could make a hit of what is said, or it is written to hide."""
        apart = _LETTERS_APART.search(self.sentence.text)
        if self.sentence.running or apart or ages.may_tell(self.sentence):
            return True
        return any(item.kind in _WARY for item in self._found)

    @property
    def pronoun(self) -> bool:
        return any(age.pronoun for age in self._ages)

    def depicted(self) -> str | None:
        named = self._any(*DEPICTED) or self._aged() or ages.apposed(self.sentence)
        return named or self._young() or self._at_school()

    def grown(self) -> str | None:
        return self._any("adult")

    def taking_part(self) -> str | None:
        if hit := self._any("coded", "claim"):
            return hit
        own = next((age.text for age in [*self._ages, *self._script_ages] if self._own(age)), None)
        return own or self._claimed() or self._played() or self._claimed_in_script()

    def _own(self, age: Age) -> bool:
        return age.own or (age.alone and not self._near_kin(age))

    def described(self) -> str | None:
        for item in self._found:
            if item.kind in {"minor", "aged"} and not self._relates(item):
                return item.term
        for age in self._ages:
            if not self._relates(age):
                return age.text
        return ages.apposed(self.sentence)

    def _any(self, *kinds: str) -> str | None:
        for item in self._found:
            if item.kind in kinds:
                return item.term
        for kind in kinds if self._running else ():
            if kind in DEPICTED and self._nobody:
                continue
            if match := lexicon().running(kind, self._running):
                return match[0]
        return None

    @cached_property
    def _nobody(self) -> bool:
        """Whether the running text names no minor of any kind."""
        return not _anybody().search(self._running)

    def _aged(self) -> str | None:
        said = next(iter([*self._ages, *self._script_ages]), None)
        return said.text if said else None

    def _young(self) -> str | None:
        """A girl or boy whom a word shortly before calls young, as in "young blonde girl"."""
        girls = [item for item in self._found if item.kind == "girl"]
        for item in self._found if girls else ():
            for girl in girls if item.kind == "young" else ():
                between = range(item.end, girl.start + 1)
                near = 1 <= len(between) <= _BETWEEN + 1
                if near and self.sentence.pauses().isdisjoint(between):
                    return f"{item.term} {girl.term}"
        return None

    def _at_school(self) -> str | None:
        """A person of any age in a school for minors, unless its staff is spoken of."""
        school = self._any("school")
        if not school or self._any("staff"):
            return None
        attended = any(item.kind in _ATTENDING for item in self.sentence.around)
        return school if attended or self._any("person") else None

    def _counted(self, found: list[Found], *further: str) -> list[Found]:
        """``found`` without what lies in a phrase that is exempt, and without the age of things.

        "Tiger, baby" is no phrase.
        """
        spared = [item for item in found if item.kind in {"exempt", *further}]
        pauses = self.sentence.pauses() if spared else set()
        return [
            item
            for item in found
            if item.kind not in {"exempt", "talk"}
            and not any(_spares(other, item, pauses) for other in spared)
            and not (item.kind == "aged" and ages.thing_at(self._words, item.end))
        ]

    def _claimed(self) -> str | None:
        return Claims(
            self.sentence.around, self._found, self._asked, self._ages, self._near_kin
        ).hit()

    def _played(self) -> str | None:
        """A minor, not somebody's child, in a sentence that speaks of playing a part."""
        if not self._any("play"):
            return None
        minors = [item for item in self._found if item.kind in {"minor", "aged"}]
        named = next((item.term for item in minors if not self._near_kin(item)), None)
        aged = next((age.text for age in self._ages if not self._near_kin(age)), None)
        return named or aged or (self._script_ages[0].text if self._script_ages else None)

    def _claimed_in_script(self) -> str | None:
        if not self._running:
            return None
        text = self.sentence.text
        return claim(text) or claimed(text, self._running, _nouns())

    def _relates(self, item: Found | Age) -> bool:
        """Whether the minor is somebody's child or pupil, not the character."""
        words = self._words[max(0, item.start - _NEAR + 1) : item.start]
        following = self._words[item.end : item.end + 1]
        related = not (_singles("no").isdisjoint(words) and _singles("after").isdisjoint(following))
        return related or self._near_kin(item)

    def _near_kin(self, item: Found | Age) -> bool:
        """Whether somebody's children are spoken of close by."""
        return bool(_KIN.search(self.sentence.text)) or any(
            other.kind in {"kin", "child"} and abs(other.start - item.start) <= _NEAR
            for other in self._found
        )


@cache
def _nouns() -> str:
    return lexicon().source("minor", "child")


@cache
def _mattering() -> re.Pattern[str]:
    """Something without which a running text can be no hit."""
    terms = lexicon().source(*DEPICTED, "school", "romantic", "sexual", "adult")
    return re.compile(f"{terms}|{alternation(telling())}")


@cache
def _anybody() -> re.Pattern[str]:
    return re.compile(lexicon().source(*DEPICTED))


def _spares(exempt: Found, item: Found, pauses: set[int]) -> bool:
    """Whether an exempt phrase overlaps with ``item``, is no mere part of it, and is one phrase."""
    if not pauses.isdisjoint(range(exempt.start + 1, item.start + 1)):
        return False
    part = item.start <= exempt.start and exempt.end <= item.end
    longer = item.end - item.start > exempt.end - exempt.start
    return exempt.start < item.end and item.start < exempt.end and not (part and longer)


def _cleared(text: str, *, talk: bool) -> str:
    """``text`` of an unspaced script without the phrases that are exempt."""
    return _spared(talk=talk).sub(" ", text)


@cache
def _spared(*, talk: bool) -> re.Pattern[str]:
    return re.compile(lexicon().source("exempt", *(["talk"] if talk else [])))


@cache
def _singles(section: str) -> frozenset[str]:
    """The terms of a section, folded."""
    return frozenset(map(fold, spoken(section)))
