"""Whether a text makes, or brings into romance, a person under 18.

For a picture every depicted minor counts, clothed or not. In talk a minor may be mentioned; what
counts is one who takes part ("I am 15", "you are a schoolgirl") or who stands in a romantic or
sexual context. The description of a character is read like talk, but a minor it speaks of counts
unless they are somebody's child or pupil.
"""

import re
from collections.abc import Callable, Sequence
from enum import StrEnum
from functools import cache, cached_property

from bot.screening import ages
from bot.screening.ages import Age
from bot.screening.fold import fold
from bot.screening.lexicon import Found, Lexicon
from bot.screening.reading import Sentence, sentences
from bot.screening.terms import sections

_KINDS = ("coded", "claim", "minor", "child", "kin", "picture")
_TAKING_PART = {"minor", "child", "pupil"}
_NEAR = 5
_KIN = re.compile(
    r"\b(?:her|his|their|my|our|your)\b[^,;]{0,24}\b(?:sons?|daughters?|brother|sister)\b"
)


class Use(StrEnum):
    """What a text is for."""

    GENERATION = "generation"
    CHAT = "chat"
    CHARACTER = "character"
    NEGATIVE = "negative"


@cache
def lexicon() -> Lexicon:
    """All that the screen of minors knows by word; romance and explicit terms included."""
    terms = {kind: sections("minors")[kind] for kind in (*_KINDS, "pupil")}
    terms["romantic"] = sections("intimate")["romantic"]
    terms["sexual"] = sections("intimate")["sexual"] + sections("explicit")["explicit"]
    terms["adult"] = sections("adult")["adult"]
    exempt = sections("exempt")
    terms["exempt"], terms["talk"] = exempt["always"], exempt["talk"]
    return Lexicon(terms, joined=("coded", "minor", "picture"), besides=ages.lexicon())


def minor_in(text: str, use: Use) -> str | None:
    """The term or age by which ``text`` is about a minor in the sense of ``use``."""
    read = [_Reading(sentence, use) for sentence in sentences(text, lexicon())]
    if use is Use.GENERATION:
        return _first(read, _Reading.depicted)
    if use is Use.NEGATIVE:
        return _first(read, _Reading.depicted) or _first(read, _Reading.grown)
    hit = _first(read, _Reading.taking_part) or _in_context(read)
    if use is Use.CHARACTER and hit is None:
        return _first(read, _Reading.described)
    return hit


def _first(read: Sequence["_Reading"], question: Callable[["_Reading"], str | None]) -> str | None:
    return next((hit for reading in read if (hit := question(reading))), None)


def _in_context(read: Sequence["_Reading"]) -> str | None:
    """A minor in a sentence of romance, or beside a sexual one; a child in a sexual one."""
    for at, reading in enumerate(read):
        if not (reading.minor or reading.child):
            continue
        near = read[max(0, at - 1) : at + 2]
        beside = any(other.sexual or (reading.pronoun and other.romantic) for other in near)
        if (beside or reading.romantic) and (hit := reading.minor):
            return hit
        if reading.sexual and (hit := reading.child):
            return hit
    return None


class _Reading:
    """What one sentence says that matters here."""

    def __init__(self, sentence: Sentence, use: Use) -> None:
        self._words = sentence.words
        self._sentence = sentence
        self._talk = use in {Use.CHAT, Use.CHARACTER}
        self._found = self._counted(lexicon().find(sentence.words))
        self._running = _cleared(sentence.text, talk=self._talk) if sentence.running else ""
        self._ages = ages.ages(sentence)
        self._script_ages = _script_ages(self._running) if self._running else []

    @cached_property
    def romantic(self) -> str | None:
        return self._any("romantic")

    @cached_property
    def sexual(self) -> str | None:
        return self._any("sexual")

    @cached_property
    def minor(self) -> str | None:
        """A minor of whatever kind, but for what is said of children in passing."""
        return self._any("minor") or self._aged() or ages.apposed(self._sentence)

    @cached_property
    def child(self) -> str | None:
        return self._any("child", "kin")

    @property
    def pronoun(self) -> bool:
        return any(age.pronoun for age in self._ages)

    def depicted(self) -> str | None:
        return self._any(*_KINDS) or self._aged() or ages.apposed(self._sentence)

    def grown(self) -> str | None:
        return self._any("adult")

    def taking_part(self) -> str | None:
        if hit := self._any("coded", "claim"):
            return hit
        own = next((age.text for age in self._ages if age.own), None)
        return own or self._claimed() or self._claimed_in_script()

    def described(self) -> str | None:
        for item in self._found:
            if item.kind == "minor" and not self._relates(item):
                return item.term
        for age in self._ages:
            if not self._relates(age):
                return age.text
        return ages.apposed(self._sentence)

    def _any(self, *kinds: str) -> str | None:
        for item in self._found:
            if item.kind in kinds:
                return item.term
        for kind in kinds if self._running else ():
            if match := lexicon().running(kind, self._running):
                return match[0]
        return None

    def _aged(self) -> str | None:
        if self._ages:
            return self._ages[0].text
        return self._script_ages[0][0] if self._script_ages else None

    def _counted(self, found: list[Found]) -> list[Found]:
        """``found`` without what lies in a phrase that is exempt."""
        kinds = {"exempt", "talk"} if self._talk else {"exempt"}
        spared = [item for item in found if item.kind in kinds]
        rest = [item for item in found if item.kind not in {"exempt", "talk"}]
        if not spared:
            return rest
        return [item for item in rest if not any(_overlap(item, other) for other in spared)]

    def _claimed(self) -> str | None:
        """A minor's noun soon after "I am", "you are", "pretend to be"."""
        nouns = [item for item in self._found if item.kind in _TAKING_PART]
        if not nouns:
            return None
        around = ages.lexicon().find(self._words)
        claims = [item for item in around if item.kind in {"self", "role"}]
        denials = {item.start for item in around if item.kind == "no"}
        after = {item.start for item in around if item.kind == "after"}
        for noun in nouns:
            for claim in claims:
                between = range(claim.end, noun.start)
                near = claim.end <= noun.start <= claim.end + _NEAR
                if self._words[claim.start - 1 : claim.start] in _denials():
                    continue
                if near and noun.end not in after and not denials.intersection(between):
                    return noun.term
        return None

    def _claimed_in_script(self) -> str | None:
        if not self._running:
            return None
        for age in self._script_ages:
            head, tail = self._running[: age.start("number")], self._running[age.end() :]
            if _script_self().search(head) or _subject_dropped(head, tail):
                return age[0]
        match = _script_claim().search(self._running)
        return match[0] if match else None

    def _relates(self, item: Found | Age) -> bool:
        """Whether the minor is somebody's child or pupil, not the character."""
        words = set(self._words[max(0, item.start - _NEAR + 1) : item.start])
        kin = _KIN.search(self._sentence.text) or any(
            other.kind in {"kin", "child"} and abs(other.start - item.start) <= _NEAR
            for other in self._found
        )
        related = any(word in words for word in sections("ages")["no"])
        following = self._words[item.end : item.end + 1]
        return bool(kin) or related or any(word in sections("ages")["after"] for word in following)


def _overlap(one: Found, other: Found) -> bool:
    return one.start < other.end and other.start < one.end


def _cleared(text: str, *, talk: bool) -> str:
    """``text`` of an unspaced script without the phrases that are exempt."""
    return _spared(talk=talk).sub(" ", text)


@cache
def _spared(*, talk: bool) -> re.Pattern[str]:
    return re.compile(lexicon().source("exempt", *(["talk"] if talk else [])))


@cache
def _denials() -> list[list[str]]:
    return [[word] for word in sections("ages")["denial"]]


@cache
def _script_parts() -> dict[str, tuple[str, ...]]:
    """The parts of ``bot/terms/scripts.txt``, folded."""
    return {name: tuple(map(fold, lines)) for name, lines in sections("scripts").items()}


@cache
def _values() -> dict[str, int]:
    numerals = (line.split("=") for line in _script_parts()["numerals"])
    return {name: int(value) for name, value in numerals}


@cache
def _script_age() -> re.Pattern[str]:
    parts = {name: "|".join(lines) for name, lines in _script_parts().items()}
    number = rf"(?<![\d.,])\d{{1,3}}(?![\d.,])|(?:{parts['tens']})*(?:{'|'.join(_values())})?"
    return re.compile(
        rf"(?:(?P<lead>{parts['lead']}) *|(?P<bare>{parts['bare']})[ :]*)?(?P<number>{number})"
        rf"(?: *(?P<unit>{parts['units']})|(?!\w)) *(?P<under>{parts['under']})?"
    )


@cache
def _script_unit() -> re.Pattern[str]:
    return re.compile("|".join(_script_parts()["units"] + _script_parts()["bare"]))


def _subject_dropped(head: str, tail: str) -> bool:
    """Whether a sentence says an age and names nobody, as "14 years old" alone is in Japanese."""
    parts = _script_parts()
    return tail.startswith(parts["dropped"]) and not any(mark in head for mark in parts["named"])


@cache
def _script_self() -> re.Pattern[str]:
    """The speaker or hearer shortly before the end of the text, not denied."""
    return re.compile(_self_source() + r"$")


@cache
def _script_claim() -> re.Pattern[str]:
    """The speaker or hearer, and soon after them a noun for a minor."""
    nouns = lexicon().source("minor", "child")
    return re.compile(rf"{_self_source()}(?:{nouns})(?!(?:{'|'.join(_script_parts()['no'])}))")


def _self_source() -> str:
    parts = _script_parts()
    gap = rf"(?:(?!{'|'.join(parts['no'])})[^\n]){{0,8}}?"
    return rf"(?<!\w)(?:{'|'.join(parts['self'])}){gap}"


def _script_ages(text: str) -> list[re.Match[str]]:
    """The ages under 18 in scripts whose words do not stand apart."""
    if not _script_unit().search(text):
        return []
    found = _script_age().finditer(text)
    said = (match for match in found if not match["lead"] and (match["unit"] or match["bare"]))
    return [match for match in said if _young(match)]


def _young(match: re.Match[str]) -> bool:
    number = match["number"]
    value = int(number) if number.isdecimal() else _values().get(number, ages.ADULT)
    return value < ages.ADULT or (number in {"18", "\u5341\u516b"} and bool(match["under"]))
