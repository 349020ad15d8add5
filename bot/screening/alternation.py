"""One regular expression out of many, made so that few of them are tried at each place.

``re`` tries the choices of ``a|b|c`` one after another. Here those that begin alike share their
beginning, so that at most places one look at a letter settles that none of hundreds fits.
"""

from collections import defaultdict
from collections.abc import Iterable

_SPECIAL = frozenset(".^$*+?{}[]()|\\")
_REPEATING = frozenset("*+?{")


def alternation(patterns: Iterable[str]) -> str:
    """The source of an expression that matches what any of ``patterns`` does, the longest first."""
    choices = [f"(?:{each})" if _has_choices(each) else each for each in patterns]
    return _branch(sorted(dict.fromkeys(choices), key=len, reverse=True))


def _branch(patterns: list[str]) -> str:
    alike: dict[str, list[str]] = defaultdict(list)
    others = list[str]()
    for pattern in patterns:
        if _begins_plainly(pattern):
            alike[pattern[0]].append(pattern[1:])
        else:
            others.append(pattern)
    plain = [
        first + (rests[0] if len(rests) == 1 else f"(?:{_branch(rests)})")
        for first, rests in alike.items()
    ]
    # An empty pattern matches always, so it comes last.
    return "|".join([*plain, *sorted(others, key=len, reverse=True)])


def _begins_plainly(pattern: str) -> bool:
    return bool(pattern) and pattern[0] not in _SPECIAL and pattern[1:2] not in _REPEATING


def _has_choices(pattern: str) -> bool:
    """Whether ``pattern`` is itself a choice outside of any brackets."""
    depth = 0
    for at, letter in enumerate(pattern):
        depth += (letter in "([") - (letter in ")]")
        if letter == "|" and depth == 0 and pattern[at - 1] != "\\":
            return True
    return False
