"""Whether the speaker or hearer is a minor, or is asked to play one.

A claim is "I am", "you are", "pretend to be" or "I go to" before a noun, a school or an age; it is
none if it is denied, or if what stands between says that somebody else is meant ("I am the mother
of").
"""

from collections.abc import Callable, Iterable, Sequence

from bot.screening.ages import Age
from bot.screening.around import said_in
from bot.screening.lexicon import Found

_CLAIMING = {"self", "am", "role", "attend"}
_NOUNS = {"minor", "aged", "child"}
_PERSONS = {*_NOUNS, "kin", "picture", "person"}
_NEAR, _BETWEEN, _WISHED = 5, 2, 8
_A_WISH = 5
"""Letters of a single word that asks for a part where it begins a sentence; "be" says little."""


class Claims:
    """The claims of one sentence.

    ``found``: the terms in it; ``asked``: those and what only compares ("like a child"), which
    counts where a part is asked for. ``of_kin``: whether somebody's children are spoken of near a
    term.
    """

    def __init__(
        self,
        around: list[Found],
        found: Sequence[Found],
        asked: Sequence[Found],
        ages: Sequence[Age],
        of_kin: Callable[[Found], bool],
    ) -> None:
        self._found = found
        self._nouns = [item for item in asked if item.kind in _NOUNS]
        self._schools = [item for item in found if item.kind == "school"]
        self._ages = ages
        self._of_kin = of_kin
        self._around = around if self._nouns or self._schools or ages else []
        self._claims = self._undenied()

    def hit(self) -> str | None:
        """The first noun, school or age that is claimed."""
        return self._age() or self._asked() or self._noun() or self._school()

    def _undenied(self) -> list[Found]:
        denied = {item.end for item in self._around if item.kind == "denial"}
        of_others = [item for item in self._around if item.kind == "third"]
        return [
            claim
            for claim in self._around
            if claim.kind in _CLAIMING
            and claim.start not in denied
            and not any(_within(claim, other) for other in of_others)
        ]

    def _noun(self) -> str | None:
        no, after = self._starts("no"), self._starts("after")
        asked, here = self._starts("as"), self._starts("here")
        for noun in self._nouns:
            if noun.kind != "child" and noun.start < _BETWEEN and noun.end in here:
                return noun.term
            if not asked.isdisjoint(range(noun.end, noun.end + _BETWEEN + 1)):
                return noun.term
            if noun.end in after:
                continue
            for claim in self._before(noun.start, without="attend"):
                # "I was like a child" only compares; "talk like a child" asks.
                meant = noun in self._found or claim.kind == "role"
                if meant and no.isdisjoint(range(claim.end, noun.start)):
                    return noun.term
        return None

    def _school(self) -> str | None:
        """A school for minors that is attended, or whose pupil somebody is."""
        if any(item.kind == "staff" for item in self._found):
            return None
        no, persons = self._starts("no"), {i.start for i in self._found if i.kind == "person"}
        for school in self._schools:
            if self._of_kin(school):
                continue
            for claim in self._before(school.start):
                between = range(claim.end, school.start)
                pupil = not persons.isdisjoint(between) and no.isdisjoint(between)
                if claim.kind == "attend" or pupil:
                    return school.term
        return None

    def _age(self) -> str | None:
        """An age that a claim reaches over words like "your little daughter of"."""
        persons = _places(item for item in self._found if item.kind in _PERSONS)
        links = _places(item for item in self._around if item.kind in {"links", "filler"})
        for age in self._ages:
            for claim in self._before(age.start, without="attend"):
                between = set(range(claim.end, age.start))
                if between and between <= persons | links:
                    return age.text
        return None

    def _asked(self) -> str | None:
        """An age in a wish that somebody be played: "pretend to be my sister, she is 12"."""
        links = _places(item for item in self._around if item.kind == "links")
        for wish in self._wishes() if self._ages else ():
            spoken_in = said_in(wish.kind, wish.term)
            no = {
                item.start
                for item in self._around
                if item.kind == "no" and not spoken_in.isdisjoint(said_in("no", item.term))
            }
            for age in self._ages:
                follows = wish.end <= age.start <= wish.end + _WISHED
                precedes = wish.kind == "as" and 0 <= wish.start - age.end <= _WISHED
                between = set(range(min(wish.end, age.end), max(wish.start, age.start)))
                if (follows or precedes) and between.isdisjoint(no - links):
                    return age.text
        return None

    def _wishes(self) -> list[Found]:
        """The claims that ask for a part and say so clearly."""
        asking = [item for item in self._claims if item.kind == "role"]
        clear = [
            item
            for item in asking
            if " " in item.term or (item.start == 0 and len(item.term) >= _A_WISH)
        ]
        return clear + [item for item in self._around if item.kind == "as"]

    def _before(self, place: int, without: str = "") -> list[Found]:
        """The claims shortly before ``place``."""
        return [
            claim
            for claim in self._claims
            if claim.kind != without and claim.start < place <= claim.end + _NEAR
        ]

    def _starts(self, kind: str) -> set[int]:
        return {item.start for item in self._around if item.kind == kind}


def _within(item: Found, other: Found) -> bool:
    """Whether ``item`` begins in the longer ``other``."""
    longer = other.end - other.start > item.end - item.start
    return longer and other.start <= item.start < other.end


def _places(items: Iterable[Found]) -> set[int]:
    return {place for item in items for place in range(item.start, item.end)}
