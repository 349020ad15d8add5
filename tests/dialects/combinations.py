"""Which dialects are played: each value once, each pair of values once, or all combinations.

A choice is some members of ``Dialect`` with a value each; the others have their defaults.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, replace
from itertools import combinations, product
from typing import Any, Literal, get_args, get_origin, get_type_hints

from sandbox.aliveai import Dialect

Choice = dict[str, Any]
Values = Mapping[str, Sequence[Any]]

OPEN: Values = {
    "character_type": ("CHARACTER", "ASSISTANT", "AI"),
    "media_type": ("MEDIA", "IMAGE"),
    "no_credit_status": (402, 403, 422),
    "queue_full_status": (400, 409, 429),
    "missing_status": (404, 400, 410),
    "error_type": ("UNKNOWN", "MODERATED"),
}
"""What members without a closed set of values may be, the default first."""


def values() -> Values:
    """The values of every member, the default first."""
    kinds = get_type_hints(Dialect)
    return {
        each.name: _values(each.name, kinds[each.name], each.default) for each in fields(Dialect)
    }


def _values(name: str, kind: Any, default: Any) -> Sequence[Any]:
    if get_origin(kind) is Literal:
        known: Sequence[Any] = get_args(kind)
    else:
        known = (False, True) if kind is bool else OPEN[name]
    return [default, *(value for value in known if value != default)]


def singles(among: Values) -> list[Choice]:
    """The defaults, then each other value once beside the defaults of all other members."""
    others = ({name: value} for name, known in among.items() for value in known[1:])
    return [{}, *others]


def pairwise(among: Values) -> list[Choice]:
    """Choices in which each two values of two members meet at least once.

    Greedy: a choice begins with a pair that is still to be met, and each further member takes the
    value that meets most of them. Not the smallest set there is, but a small one, always the same.
    """
    waiting = dict.fromkeys(_pairs(among))
    chosen = []
    while waiting:
        choice = dict(next(iter(waiting)))
        for name in [each for each in among if each not in choice]:
            met = {value: _met(choice, name, value, waiting) for value in among[name]}
            choice[name] = max(among[name], key=met.__getitem__)
        for pair in combinations(sorted(choice.items(), key=lambda item: item[0]), 2):
            waiting.pop(pair, None)
        chosen.append(choice)
    return chosen


def _pairs(among: Values) -> Iterator[tuple[tuple[str, Any], ...]]:
    for one, other in combinations(sorted(among), 2):
        for left, right in product(among[one], among[other]):
            yield (one, left), (other, right)


def _met(choice: Choice, name: str, value: Any, waiting: Mapping[Any, None]) -> int:
    others = choice.items()
    return sum(tuple(sorted([(name, value), each], key=str)) in waiting for each in others)


def everything(among: Values) -> Iterator[Choice]:
    """Every combination of these members' values."""
    for chosen in product(*among.values()):
        yield dict(zip(among, chosen, strict=True))


def dialect(choice: Choice) -> Dialect:
    """The dialect of a choice."""
    return replace(Dialect(), **choice)


def name_of(choice: Choice) -> str:
    """A choice in one line: what differs from the defaults."""
    usual = Dialect()
    told = [f"{name}={value}" for name, value in choice.items() if value != getattr(usual, name)]
    return ",".join(told) or "defaults"
