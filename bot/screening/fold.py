"""Folding: one form for all the ways in which the same letters can be written.

Case, compatibility forms (full width, mathematical, circled), look-alike letters of other
alphabets, accents, invisible characters and foreign digits disappear here. Look-alikes are mapped
in words of any alphabet, as the skeletons of Unicode Technical Standard 39 are: the lists of terms
are folded alike, so the words of other alphabets still match themselves. ``ñ`` stays a letter of
its own, for "niña" is not "Nina".
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

from bot.screening.terms import pairs

_INVISIBLE = (
    (0xAD, 0xAD),
    (0x34F, 0x34F),
    (0x61C, 0x61C),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x200B, 0x200F),
    (0x202A, 0x202E),
    (0x2060, 0x206F),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0),
    (0xFFF9, 0xFFFB),
    (0x1D173, 0x1D17A),
    (0xE0000, 0xE01EF),
)
# Accents that can be put on any letter, and the vowel marks of Arabic and Hebrew; not the vowel
# signs of Indian scripts or the sound marks of Japanese, which make other letters.
_MARKS = (
    (0x300, 0x36F),
    (0x483, 0x489),
    (0x591, 0x5C7),
    (0x610, 0x61A),
    (0x640, 0x640),
    (0x64B, 0x65F),
    (0x670, 0x670),
    (0x6D6, 0x6ED),
    (0x1AB0, 0x1AFF),
    (0x1DC0, 0x1DFF),
    (0x20D0, 0x20FF),
    (0xFE20, 0xFE2F),
)
_DIGITS = (0x660, 0x6F0, 0x966, 0x9E6, 0xE50)
_LETTERS = ((0x1F170, 26), (0x1F150, 26), (0x1F1E6, 26))
_HELLENIC = re.compile(r"\w*[\u0396\u0397\u039d]\w*")
_GREEK = re.compile(
    r"[\u0386\u0388-\u038f\u0393\u0394\u0398\u039b\u039e\u03a0\u03a3\u03a6\u03a8\u03a9]"
)
_LAST_OF_BMP = "\uffff"
_TILDE = "n\u0303"
_ENYE = "\u00f1"


def fold(text: str) -> str:
    """``text`` in its folded form; folding twice changes nothing more."""
    if text.isascii():
        return text.lower()
    text = _HELLENIC.sub(_as_latin, _changed(text, _early()))
    text = unicodedata.normalize("NFKD", text).casefold()
    text = unicodedata.normalize("NFKD", text).replace(_TILDE, _ENYE)
    return unicodedata.normalize("NFC", _changed(text, _late()))


_Table = tuple[re.Pattern[str], dict[int, str | None]]


def _changed(text: str, table: _Table) -> str:
    """``text`` translated; to look whether there is anything to do costs a tenth of doing it."""
    letters, changes = table
    touched = max(text, default="") > _LAST_OF_BMP or letters.search(text)
    return text.translate(changes) if touched else text


def _table(changes: dict[int, str | None]) -> _Table:
    # ``re`` looks up a set of letters at once only if all are of the Basic Multilingual Plane.
    letters = (re.escape(chr(letter)) for letter in changes if letter <= ord(_LAST_OF_BMP))
    return re.compile(f"[{''.join(letters)}]"), changes


@cache
def _early() -> _Table:
    """Applied before case is folded: what is invisible, and letters in boxes."""
    table: dict[int, str | None] = dict.fromkeys(_span(_INVISIBLE))
    for start, count in _LETTERS:
        table.update({start + n: chr(ord("a") + n) for n in range(count)})
    return _table(table)


def _as_latin(word: re.Match[str]) -> str:
    """A word with Greek capitals that look Latin, read as Latin unless others show it is Greek."""
    return word[0] if _GREEK.search(word[0]) else word[0].translate(_capitals())


@cache
def _capitals() -> dict[int, str]:
    return {ord(alike): letter for letter, alike in _lookalikes() if alike.isupper()}


@cache
def _late() -> _Table:
    """Applied after it: accents, small look-alikes, digits."""
    table: dict[int, str | None] = dict.fromkeys(_span(_MARKS))
    table.update({ord(alike): letter for letter, alike in _lookalikes()})
    for zero in _DIGITS:
        table.update({zero + n: str(n) for n in range(10)})
    return _table(table)


def _lookalikes() -> Iterator[tuple[str, str]]:
    for letter, alikes in pairs("lookalikes"):
        for alike in alikes.split():
            yield letter, alike


def _span(ranges: tuple[tuple[int, int], ...]) -> Iterator[int]:
    for first, last in ranges:
        yield from range(first, last + 1)
