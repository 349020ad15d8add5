"""A reply while it grows: screened, and filtered where the scene is.

What a person sees of it is always screened ahead: the screen holds back the newest characters,
and a sentence that turns out to be one that may not be shown is replaced before its term comes
into sight. Sentences that are over are filtered once; only the last one is looked at again.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.errors import Denied
from bot.policy import Reason
from bot.screen import StreamScreen, filter_sentences

_END = re.compile(r"[.!?…。！？]+[\"'*)”’」]*\s|\n")  # noqa: RUF001 - sentence ends of many scripts


LONGEST_WORD = 24
"""Characters that are searched for the beginning of a word; some languages have no spaces."""

UNSCREENED = 480
"""Characters that may wait for the screen while nobody asks for the text: reading the newest again
for every few words is dear, and what is shown is always screened."""

LONG_SENTENCE = 1000
"""Characters after which an unfinished sentence is looked at again only when it grew by a tenth,
so that the work stays in proportion to the text, whatever a model writes."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which sentences of a reply give way to ``note``.

    ``explicit``: those that only an unfiltered scene may show. ``terms``: what the operator refuses
    in every text.
    """

    note: str
    explicit: bool
    terms: frozenset[str] = frozenset()

    @property
    def idle(self) -> bool:
        """Whether every sentence stays."""
        return not (self.explicit or self.terms)

    def pieces(self, text: str) -> tuple[str | None, ...]:
        """``text`` in order; ``None`` stands where sentences give way."""
        return filter_sentences(text, self.terms, shipped=self.explicit)


class Draft:
    """The text of a reply so far.

    ``before`` is what the person said, ``step`` is how many characters may wait for the screen.
    """

    def __init__(self, filtering: Filter, *, before: str = "", step: int = UNSCREENED) -> None:
        self._filter = filtering
        self._screen = StreamScreen(before=before, step=step)
        self._fed = 0
        self._held = 0
        self._over = ""
        self._tail = ""
        self._looked_at = 0
        self._shown = ""

    @property
    def text(self) -> str:
        """What may be shown by now, screened as far as it has come; ask when it is to be shown."""
        released = self._screen.look()
        if not self._screen.hit:  # else the next ``feed`` tells
            self._held -= len(released)
        grown = len(self._tail) - self._looked_at
        if self._filter.idle or len(self._tail) <= LONG_SENTENCE or grown * 10 >= len(self._tail):
            self._shown = self._look()
            self._looked_at = len(self._tail)
        return self._shown

    @property
    def released(self) -> int:
        """How many of the reply's own characters may be shown by now, replaced or not."""
        return self._fed - len(self._tail) + len(_without(self._tail, self._held))

    def feed(self, chunk: str) -> None:
        """Take in what came.

        Raises:
            Denied: The screen for minors found something; nothing of the reply may stand.
        """
        self._take(chunk, self._screen.feed(chunk))

    def finish(self) -> str:
        """The whole text as it may be shown, screened to its end; raises as ``feed`` does."""
        self._take("", self._screen.finish())
        return self._look()

    def _look(self) -> str:
        if self._filter.idle:
            return self._over + _without(self._tail, self._held)
        self._fold()
        *before, last = self._filter.pieces(self._tail) or ("",)
        end = None if last is None else _without(last, self._held)
        return self._with([*before, end])

    def _take(self, chunk: str, released: str) -> None:
        if self._screen.hit:
            raise Denied(Reason.MINORS)
        self._tail += chunk
        self._fed += len(chunk)
        self._held += len(chunk) - len(released)

    def _fold(self) -> None:
        """Filter the sentences that are over and shown whole, once and for all."""
        released = len(self._tail) - self._held
        ends = [match.end() for match in _END.finditer(self._tail, 0, max(0, released))]
        if ends:
            self._over = self._with(self._filter.pieces(self._tail[: ends[-1]]))
            self._tail = self._tail[ends[-1] :]

    def _with(self, pieces: Iterable[str | None]) -> str:
        """What is over, with further pieces; sentences left out in a row have one note."""
        text = self._over
        for piece in pieces:
            if piece is not None:
                text += piece
            elif not text.rstrip().endswith(self._filter.note):
                text += self._filter.note
        return text


def screened(text: str, filtering: Filter) -> str:
    """A whole text as it may be shown.

    Raises:
        Denied: The screen for minors found something in it.
    """
    draft = Draft(filtering, step=len(text) + 1)
    draft.feed(text)
    return draft.finish()


def _without(text: str, held: int) -> str:
    """``text`` less its last ``held`` characters, and less a word that this cuts in two."""
    end = len(text) - held
    if end <= 0 or not held:
        return text[: max(0, end)]
    return text[: max(text.rfind(" ", max(0, end - LONGEST_WORD), end), 0) or end]
