"""What is said in which language: a catalogue for each, and the language spoken at the moment.

The English sentence is the key, as in gettext, so that the code reads as people do; what a
catalogue lacks is said in English. Each task speaks one language at a time. Who answers a person
or paints a message says which, so that everything below just says its sentences.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Language:
    """A language and its words. ``code`` is a language of ISO 639, ``name`` what it calls itself.

    ``sentences`` are by their English; those with ``{names}`` have the same names.
    """

    code: str
    name: str
    sentences: Mapping[str, str] = field(default_factory=dict)


ENGLISH = Language("en", "English")

_SPOKEN: ContextVar[Language] = ContextVar("language", default=ENGLISH)


def said(sentence: str, /, **given: object) -> str:
    """An English sentence in the language spoken now, ``given`` put in place of its names."""
    words = _SPOKEN.get().sentences.get(sentence, sentence)
    return words.format(**given) if given else words


def spoken() -> Language:
    """The language spoken now."""
    return _SPOKEN.get()


def speak(language: Language) -> None:
    """Speak a language until this task ends."""
    _SPOKEN.set(language)


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Speak a language for the block."""
    before = _SPOKEN.set(language)
    try:
        yield
    finally:
        _SPOKEN.reset(before)


class Languages:
    """All languages that there are words of; English is always one."""

    def __init__(self, shipped: Iterable[Language] = ()) -> None:
        self._by_code = {each.code: each for each in (ENGLISH, *shipped)}

    @classmethod
    def load(cls, folder: Path) -> "Languages":
        """Read every ``CODE.json`` of a folder: an object with ``name`` and ``sentences``."""
        found = ((path.stem, json.loads(path.read_text("utf-8"))) for path in folder.glob("*.json"))
        return cls(Language(code, each["name"], each["sentences"]) for code, each in sorted(found))

    def __iter__(self) -> Iterator[Language]:
        return iter(self._by_code.values())

    def find(self, locale: str | None) -> Language | None:
        """The language of a locale like "pt-BR", if there are words of it."""
        return self._by_code.get((locale or "").partition("-")[0])

    def first(self, *locales: str | None) -> Language:
        """The first of these locales' languages that there are words of; English if of none."""
        return next(filter(None, map(self.find, locales)), ENGLISH)
