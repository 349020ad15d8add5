"""Ages in words and digits, and whose they are, in languages whose words stand apart.

A number is an age only by the words around it, which the files of ``bot/terms/spaced`` list by
their part: "years old" after it, "aged" before it, "she is" before a number on which nothing
depends. "15 years of experience", "15 minutes", "a 12-year-old whisky" and "115 years" are not.
"""

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from bot.screening.around import lexicon, of_one_language
from bot.screening.fold import fold
from bot.screening.lexicon import Found
from bot.screening.numbers import Number, number_words, past_ordinal, read_numbers
from bot.screening.reading import Sentence
from bot.screening.terms import languages, numbers, sections, spoken

ADULT = 18
_HALF_GROWN, _SPOKEN = 10, 3
_TRAIL = 4
_TELLING = 5
_LEADING = frozenset(("filler", "before", "links", "me"))
_LAST_CLASS = 13
_LIFETIME = 30
_OF = frozenset(("de", "di", "d", "van", "von"))
_OF_PERSONS = frozenset(("of", "von", "van"))
_DIGIT = re.compile(r"\d")
_ENGLISH = re.compile(
    r"\b(?:the|and|is|are|was|were|you|your|my|of|with|that|this|it|not|but|have|what|there|would"
    r"|then|she|he|they)\b"
)
_COMMON = frozenset(("a", "an", "one", "two", "first", "second", "third", "once"))
_SIGNED = re.compile(
    r"(?<![\w.])1[0-7] ?(?:/? ?f(?![\w\u00b0/])|/ ?m\b|m4[fm]\b|f4[fm]\b|/ ?[fm] ?/"
    r"|m (?:here|btw|lol|looking|seeking|bored|single)\b)"
    r"|^\W*1[0-7] ?[mf](?=[ ,]|$)(?! (?:tall|high|long|deep|wide|from|away|of|to|x|by|and)\b)"
    r"|\b(?:i'?m|i am) in (?:year|yr) (?:[1-9]|1[0-3])(?=[,!?]|$| (?:and|but|at|now|so|btw)\b)"
    r"|(?<!\w)[fm]1[0-7](?= (?:here|looking|from|and|btw|bored|lonely|us|uk)\b|,|$)"
)
_APPOSED = re.compile(
    r"[^\W\d_]\s*,\s*(1[0-7]|[3-9])\s*(?:,|$)"
    r"|,\s*(?:about|around|aged|barely|only) (1[0-7]|[3-9]|three|four|five|six|seven|eight|nine|ten"
    r"|eleven|twelve|(?:thir|four|fif|six|seven)teen)\s*(?:,|$)"
    r"|\w\s*\(\s*(1[0-7]|[3-9])\s*\)"
)


@dataclass(frozen=True, slots=True)
class Age:
    """An age under 18 at words ``start`` to ``end``.

    ``own``: it is the speaker's or hearer's. ``pronoun``: it is said of "she" or "he", so that
    who it is may stand in the sentence before or after. ``alone``: it is said of nobody, as in
    "hi, 15 years old, and you?", so that it is the speaker's unless a child is spoken of.
    """

    start: int
    end: int
    text: str
    own: bool = False
    pronoun: bool = False
    alone: bool = False


@cache
def in_one_word() -> tuple[str, ...]:
    """Terms for ages under 18 in one word, as "funfzehnjahrig*": number words and endings."""
    return tuple(
        word + ending
        for language in languages()
        for ending in sections(language).get("joined", ())
        for value, words in numbers("numbers", language)
        for word in words
        if 0 < value < ADULT
    )


def may_tell(sentence: Sentence) -> bool:
    """Whether a number in a sentence that goes on may come to be an age.

    In an English one short number words of other languages are none ("on" is ten in Turkish), and
    neither are those that are mostly said of anything but years.
    """
    if _DIGIT.search(sentence.text):
        return True
    english = _ENGLISH.search(sentence.text)
    return not (_beside_english() if english else number_words()).isdisjoint(sentence.words)


@cache
def _beside_english() -> frozenset[str]:
    longer = {word for word in number_words() if len(word) >= _TELLING}
    return (number_words("spaced/en") | longer) - _COMMON


def ages(sentence: Sentence) -> list[Age]:
    """The ages under 18 in ``sentence`` that are somebody's."""
    found = []
    if _DIGIT.search(sentence.text):
        found = [Age(0, 0, match[0], own=True) for match in _SIGNED.finditer(sentence.text)]
    if numbers := list(read_numbers(sentence.words, sentence.around)):
        places = _Places(sentence)
        found += [age for number in numbers if (age := places.age(number)) is not None]
    return found


def grades(sentence: Sentence) -> list[Found]:
    """The classes of a school that ``sentence`` names by number: "7th grade", "Klasse 5".

    They count as schools; a pupil of one ("7th grader") is a minor.
    """
    around = sentence.around
    named = [item for item in around if item.kind in {"grade", "grader"}]
    if not named:
        return []
    classes = [n for n in read_numbers(sentence.words, around) if 0 < n.value < _LAST_CLASS]
    starts = {number.start: number for number in classes}
    ends = {past_ordinal(sentence.words, number): number for number in classes}
    found = []
    for item in named:
        number = ends.get(item.start) or starts.get(item.end)
        if number and of_one_language(item, number.languages):
            start, end = min(number.start, item.start), max(number.end, item.end)
            kind = "minor" if item.kind == "grader" else "school"
            found.append(Found(kind, start, end, " ".join(sentence.words[start:end])))
    return found


def thing_at(words: list[str], place: int) -> bool:
    """Whether a thing or an animal stands at ``place``, so that an age before it is nobody's."""
    near = lexicon().find(words[place : place + 2])
    return any(item.kind == "things" and item.start == 0 for item in near)


def apposed(sentence: Sentence) -> str | None:
    """An age set off from the rest, as in "portrait of Ann, 12, smiling" or "Ann (12)"."""
    match = _APPOSED.search(sentence.text)
    return next(filter(None, match.groups()), None) if match else None


def youngest_adult_year() -> int:
    """The last year of birth of which everybody has come of age, by the clock of this machine."""
    return datetime.now(UTC).year - ADULT - 1


class _Places:
    """Which listed words end before, and which start at, a place among the words.

    A number word and what makes it an age must be of one language: "on" is ten in Turkish.
    """

    def __init__(self, sentence: Sentence) -> None:
        self.words = sentence.words
        self.found = sentence.around
        self._pauses = sentence.pauses()
        self._ending: dict[int, list[Found]] = defaultdict(list)
        self._starting: dict[int, list[Found]] = defaultdict(list)
        for item in self.found:
            self._ending[item.end].append(item)
            self._starting[item.start].append(item)

    def _behind(self, place: int, number: Number) -> dict[str, int]:
        """What ends at ``place``, by kind, and where the longest of each starts."""
        found: dict[str, int] = {}
        for item in self._ending[place]:
            if of_one_language(item, number.languages):
                found[item.kind] = min(item.start, found.get(item.kind, item.start))
        return found

    def _ahead(self, place: int, number: Number) -> dict[str, int]:
        """What starts at ``place``, by kind, and where the longest of each ends."""
        found: dict[str, int] = {}
        for item in self._starting[place]:
            if of_one_language(item, number.languages):
                found[item.kind] = max(item.end, found.get(item.kind, 0))
        return found

    def age(self, number: Number) -> Age | None:
        start, value = self._reckoned(number)
        before = self._behind(start, number)
        near = self._near(start, number)
        end = past_ordinal(self.words, number)
        after = self._ahead(end, number)
        if "birthday" in after and value < ADULT:
            return None if self._of_a_thing(start) else self._birthday(number)
        if number.ordinal or (number.roman and not ("before" in near or "old" in after)):
            return None
        if value == ADULT and "unreached" in after:
            return self._made(number, near, own="third" not in near)
        if value >= ADULT:
            return self._made(number, near) if self._not_yet(number, value, near) else None
        return self._made(number, near) if self._said(number, before, near, after) else None

    def _said(
        self,
        number: Number,
        before: dict[str, int],
        near: dict[str, int],
        after: dict[str, int],
    ) -> bool:
        """Whether the words around a number under 18 make it an age."""
        if "firm" in after:
            return True
        if "old" in after:
            past = "years" in after and "since" in self._ahead(after["years"], number)
            return not (past or self._thing(after["old"]) or self._of_thing(number))
        if "years" in after:
            return self._lived(number, near, after["years"])
        alone = self._bare(number) or self._of_person(number, before)
        return alone and self._claimed(number, before, near)

    def _reckoned(self, number: Number) -> tuple[int, int]:
        """Where the number begins and what it is, with a "half of" or "twice" before it."""
        before = self._behind(number.start, number)
        if "half" in before:
            return before["half"], number.value // 2
        if "twice" in before:
            return before["twice"], number.value * 2
        return number.start, number.value

    def _not_yet(self, number: Number, value: int, near: dict[str, int]) -> bool:
        """Whether a number of 18 or more says that somebody is younger, by age or birth."""
        if value == ADULT and {"under", "soon"} & near.keys() and self._bare(number):
            years = self._ahead(number.end, number).get("years")
            return years is None or "since" not in self._ahead(years, number)
        last = youngest_adult_year()
        born = {"born", "own birth"} & (near.keys() | self._ahead(number.end, number).keys())
        return bool(born) and last < value < last + _LIFETIME

    def _birthday(self, number: Number) -> Age:
        mine = "my" in self.words[max(0, number.start - 2) : number.start]
        coming = any(item.kind == "coming" for item in self.found)
        return Age(number.start, number.end, self._text(number), own=mine and coming)

    def _of_a_thing(self, start: int) -> bool:
        return any(item.kind == "things" and item.end <= start for item in self.found)

    def _near(self, end: int, number: Number) -> dict[str, int]:
        """What ends before the number and where it starts, across words like "only" and "still"."""
        near = self._behind(end, number)
        end = near.get("under", end)
        while end > 0:
            behind = self._behind(end, number)
            near = {**behind, **near}
            if "filler" not in behind:
                break
            end = behind["filler"]
        return near

    def _claimed(self, number: Number, before: dict[str, int], near: dict[str, int]) -> bool:
        if "under" in before:
            return number.value >= _HALF_GROWN
        closing = number.value >= _HALF_GROWN and (
            number.end in self._pauses or "goes" in self._ahead(number.end, number)
        )
        named = number.value >= _SPOKEN and "is" in near
        named = named and "things" not in self._behind(near["is"], number)
        certain = named or bool({"third", "self", "before"} & near.keys())
        return certain or (closing and "mine" in near)

    def _lived(self, number: Number, near: dict[str, int], end: int) -> bool:
        """Whether years after a number are an age and not a length of time."""
        person = {"third", "self", "mine", "before"} & near.keys()
        of = self._past_of(number)
        led = self._behind(number.start, number).keys() | self._behind(of, number).keys()
        if not person and not led.isdisjoint({"since", "during"}):
            return False
        if "since" in self._ahead(end, number) or self._framed("since", number):
            return False
        if self._thing(end) or self._of_thing(number):
            return False
        return bool(person) or "spans" not in self._ahead(number.end, number)

    def _past_of(self, number: Number) -> int:
        """Where what stands before the number ends, an "of" left out."""
        return number.start - (number.start > 0 and self.words[number.start - 1] in _OF)

    def _bare(self, number: Number) -> bool:
        """Whether nothing depends on the number, so that it counts no pages or minutes."""
        after = self._ahead(number.end, number)
        return number.bare or number.end in self._pauses or bool({"goes", "years"} & after.keys())

    def _framed(self, section: str, number: Number) -> bool:
        """Whether the words right before and after the number are a listed pair."""
        pair = (self.words[number.start - 1], *self.words[number.end : number.end + 1])
        return number.start > 0 and pair in _frames(section)

    def _of_thing(self, number: Number) -> bool:
        """Whether the number is that of a thing before it, as in "vino de 12" or "rum, 12"."""
        of = self._past_of(number)
        apart = of < number.start or number.start in self._pauses
        led = self._behind(of, number)
        at = min((led[kind] for kind in ("before", "filler", "during") if kind in led), default=of)
        apart = apart or at < of
        return apart and any(item.kind == "things" for item in self._ending[at])

    def _of_person(self, number: Number, before: dict[str, int]) -> bool:
        """Whether it stands after a person and "of", so that it counts nothing else."""
        of = number.start > 0 and self.words[number.start - 1] in _OF | _OF_PERSONS
        return of and "before" in before and number.value >= _HALF_GROWN

    def _thing(self, end: int) -> bool:
        things = any(item.kind == "things" for item in self._starting[end])
        return things and end not in self._pauses

    def _made(self, number: Number, near: dict[str, int], *, own: bool = False) -> Age:
        speakers = [near[kind] for kind in ("self", "am", "mine", "role") if kind in near]
        third = near.get("third")
        own = own or (bool(speakers) and (third is None or min(speakers) <= third))
        own = own or self._framed("mine", number) or "firm" in self._ahead(number.end, number)
        own = own or "own birth" in near or "own birth" in self._ahead(number.end, number)
        own = own or 0 in {near.get("born"), near.get("before"), near.get("soon")}
        own = own or (third is None and self._trailed(number.end))
        alone = third is None and self._alone(number, near)
        return Age(number.start, number.end, self._text(number), own, third is not None, alone)

    def _alone(self, number: Number, near: dict[str, int]) -> bool:
        """Whether the age is all that its clause says, and the sentence speaks of nobody else."""
        start, end = number.start, number.end
        while led := [i.start for i in self._ending[start] if i.kind in _LEADING]:
            start = min(led)
        after = self._ahead(end, number)
        end = after.get("old", after.get("years", end))
        closed = end in self._pauses or "goes" in self._ahead(end, number)
        kinds = {item.kind for item in self.found}
        if not closed or not kinds.isdisjoint({"third", "things"}):
            return False
        spoken_of = not kinds.isdisjoint({"self", "am", "mine", "me"})
        marked = "old" in after or "before" in near
        return (start == 0 and (marked or spoken_of)) or (start in self._pauses and spoken_of)

    def _trailed(self, end: int) -> bool:
        """Whether a few words on the sentence turns out to speak of the participant."""
        return any(
            item.kind == "trailing" and end <= item.start <= end + _TRAIL for item in self.found
        )

    def _text(self, number: Number) -> str:
        return " ".join(self.words[number.start : number.end])


@cache
def _frames(section: str) -> frozenset[tuple[str, ...]]:
    """The pairs around a number that a section lists as "before # after"."""
    return frozenset(
        tuple(fold(term).replace("#", " ").split()) for term in spoken(section) if "#" in term
    )
