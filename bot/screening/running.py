"""Ages and claims in scripts whose words do not stand apart: Japanese, Chinese, Korean, Thai.

Here everything is looked for in running text, by the parts that the files of
``bot/terms/unspaced`` list as regular expressions (``ja.txt`` explains them).
"""

import re
from functools import cache

from bot.screening.ages import ADULT, Age, youngest_adult_year
from bot.screening.alternation import alternation
from bot.screening.fold import fold
from bot.screening.terms import unspaced

_NEAR, _FAR = 12, 14
_BUDDHIST = 543
_YEAR = re.compile(r"\d{4}")
_CLASSES = re.compile(r"[1-6\u4e00\u4e8c\u4e09\u56db\u4e94\u516d]")


def telling() -> tuple[str, ...]:
    """Expressions one of which fits wherever there is an age, a class, a birth or a set claim."""
    return *_parts("units"), *_parts("bare"), *_parts("grade"), *_parts("claim"), _YEAR.pattern


def script_ages(text: str) -> list[Age]:
    """The ages under 18, classes of a school and years of birth in a folded running text."""
    found: list[Age] = []
    if _unit().search(text):
        ages = (m for m in _age().finditer(text) if not m["lead"] and (m["unit"] or m["bare"]))
        found += [_aged(text, m, "bare" if m["bare"] else "number") for m in ages if _young(m)]
    if _CLASSES.search(text):
        found += [_aged(text, m, 0) for m in _class().finditer(text)]
    if _YEAR.search(text):
        births = (m for pattern in _births() for m in pattern.finditer(text))
        found += [_aged(text, m, 0) for m in births if _born_late(m)]
    return found


def claimed(text: str, spared: str, nouns: str) -> str | None:
    """A claim that the speaker or hearer is what ``nouns`` match, or a wish that they play it.

    ``spared`` is ``text`` without phrases like "as a child"; wishes ("talk as a child") ignore it.
    """
    if not _compiled(nouns).search(text):
        return None
    said, called, *wished = _claims(nouns)
    if match := said.search(spared) or called.search(spared):
        return match[0]
    for pattern in wished:
        if match := pattern.search(text):
            return match[0]
    text = spared
    match = _dropped(nouns).search(text)
    return match[0] if match and not _any("named").search(match["head"]) else None


def claim(text: str) -> str | None:
    """A phrase that says by its form that the speaker or hearer is a minor, or shall be one."""
    match = _any("claim").search(text)
    return match[0] if match and not _any("kin of").search(text[: match.start()]) else None


def _aged(text: str, match: re.Match[str], start: str | int) -> Age:
    head, tail = text[: match.start(start)], text[match.end() :]
    now = not _any("then").match(tail)
    own = now and (bool(_speaker().search(head)) or _subject_dropped(head, tail))
    own = own or bool(_wished_after().match(tail)) or bool(_wished_before().search(head))
    return Age(0, 0, match[0], own)


def _subject_dropped(head: str, tail: str) -> bool:
    """Whether a sentence says an age and names nobody, as "14 years old" alone is in Japanese."""
    said = re.match(rf"(?:{_source('gender')})?(?:{_source('dropped')})", tail)
    return bool(said) and not _any("named", "kin of").search(head)


def _young(match: re.Match[str]) -> bool:
    number = match["number"]
    value = int(number) if number.isdecimal() else _values().get(number, ADULT)
    return value < ADULT or (value == ADULT and bool(match["under"]))


def _born_late(match: re.Match[str]) -> bool:
    year = int(match["year"])
    return year - (_BUDDHIST if year > 2400 else 0) > youngest_adult_year()


@cache
def _parts(section: str) -> tuple[str, ...]:
    return tuple(map(fold, unspaced(section)))


def _source(*sections: str) -> str:
    return alternation(part for section in sections for part in _parts(section))


@cache
def _any(*sections: str) -> re.Pattern[str]:
    return re.compile(_source(*sections))


@cache
def _compiled(source: str) -> re.Pattern[str]:
    return re.compile(source)


@cache
def _values() -> dict[str, int]:
    return {name: int(value) for name, value in (n.split("=") for n in _parts("numerals"))}


@cache
def _unit() -> re.Pattern[str]:
    return _any("units", "bare")


@cache
def _age() -> re.Pattern[str]:
    names = "|".join(sorted(_values(), key=len, reverse=True))
    tens = _source("tens")
    number = rf"(?<![\d.,])\d{{1,3}}(?![\d.,])|(?:{tens})*(?:{names})|(?:{tens})+"
    return re.compile(
        rf"(?:(?P<lead>{_source('lead')}) *|(?P<bare>{_source('bare')})[ :]*)?(?P<number>{number})"
        rf"(?: *(?P<unit>{_source('units')})|(?!\w)) *(?P<under>{_source('under')})?"
    )


@cache
def _class() -> re.Pattern[str]:
    """A class of a school: the kind of school, a number, and in most languages a word after it."""
    return re.compile(
        rf"(?:{_source('grade')})\s*{_CLASSES.pattern}\s*(?:{_source('years')})?(?!\d)"
    )


@cache
def _births() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(part.replace("year", r"(?P<year>\d{4})")) for part in _parts("born"))


@cache
def _speaker() -> re.Pattern[str]:
    """The speaker or hearer shortly before the end of the text, not denied."""
    return re.compile(_speaking(_NEAR, "no", "kin of") + "$")


@cache
def _wished_after() -> re.Pattern[str]:
    """A wish that somebody be played, soon after an age and not of the parents of whom it is."""
    return re.compile(_unless(_FAR, "elder") + f"(?:{_source('role')})")


@cache
def _wished_before() -> re.Pattern[str]:
    return re.compile(f"(?:{_source('role')})" + _unless(_FAR, "elder") + "$")


def _unless(gap: int, *sections: str) -> str:
    return rf"(?:(?!{_source(*sections)})[^\n,\u3001]){{0,{gap}}}?"


def _called(nouns: str) -> re.Pattern[str]:
    between = _unless(_FAR, "elder", "kin of")
    forms = _parts("called")
    return re.compile(
        "|".join(f.replace("~", between).replace("noun", f"(?:{nouns})") for f in forms)
    )


@cache
def _claims(nouns: str) -> tuple[re.Pattern[str], ...]:
    """The ways to claim a noun: said or called so, then wished for before it or behind it."""
    denied = rf"(?!{_source('no')})"
    apart = rf"[^\n]{{0,{_NEAR}}}?"
    return (
        re.compile(rf"{_speaking(_NEAR, 'no', 'kin of')}(?:{nouns}){denied}"),
        _called(nouns),
        re.compile(rf"(?:{_source('role')}){apart}(?:{nouns})"),
        re.compile(rf"(?:{nouns})[^\n]{{0,4}}?(?:{_source('role')})"),
    )


@cache
def _dropped(nouns: str) -> re.Pattern[str]:
    """A noun that ends a sentence which names nobody."""
    return re.compile(rf"^(?P<head>[^\n]{{0,{_FAR}}}?)(?:{nouns})(?:{_source('dropped')})(?:\W|$)")


def _speaking(gap: int, *without: str) -> str:
    between = rf"(?:(?!{_source(*without)})[^\n,\u3001]){{0,{gap}}}?"
    return rf"(?:{_source('self')}){between}"
