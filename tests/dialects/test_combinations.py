"""The choice of dialects: nothing that a dialect can say is left unplayed."""

from dataclasses import fields
from itertools import combinations, product

from sandbox.aliveai import Dialect
from tests.dialects.combinations import dialect, everything, pairwise, singles, values


def test_every_member_has_a_default_and_another_value() -> None:
    known = values()
    assert known.keys() == {each.name for each in fields(Dialect)}
    for name, some in known.items():
        assert some[0] == getattr(Dialect(), name)
        assert len(set(map(str, some))) == len(some) > 1


def test_each_value_is_played_once() -> None:
    played = [getattr(dialect(choice), name) for name, some in values().items()
              for choice in singles({name: some})]  # fmt: skip
    assert played == [value for some in values().values() for value in some]


def test_each_two_values_meet() -> None:
    known = values()
    chosen = pairwise(known)
    for one, other in combinations(known, 2):
        met = {(choice[one], choice[other]) for choice in chosen}
        assert met == set(product(known[one], known[other]))
    largest = max(len(known[one]) * len(known[other]) for one, other in combinations(known, 2))
    assert len(chosen) <= 3 * largest


def test_all_combinations_are_all_of_them() -> None:
    assert (
        len(list(everything({"notes": (True, False), "errors": ("problem", "plain", "page")}))) == 6
    )
