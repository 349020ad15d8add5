"""The shipped lists of words: where they lie and how a list is read.

A list is a text file in ``bot/terms``: ``#`` begins a comment, ``[name]`` begins a section, terms
are separated by lines or commas. ``small|tiny girl|boy`` stands for all four pairs; ``_`` is a
space within one choice. Lists by topic lie in ``bot/terms`` itself. What differs by language lies
in one file a language, all with the same sections (``spaced/en.txt`` explains them), those whose
words do not stand apart in ``unspaced``. Each file is read once, when it is first needed.
"""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from itertools import product

_TERMS = files("bot").joinpath("terms")


@cache
def sections(name: str) -> dict[str, tuple[str, ...]]:
    """The sections of ``bot/terms/<name>.txt`` with their terms, choices spelled out."""
    found = _read(name)
    shortened = [line.split(":", 1) for line in found.get("short", ())]
    return {
        section: tuple(
            each for line in lines for term in _terms(line) for each in _written(term, shortened)
        )
        for section, lines in found.items()
    }


@cache
def languages() -> tuple[str, ...]:
    """The names of the files of languages whose words stand apart, as ``spaced/en``."""
    return _names("spaced")


@cache
def spoken(section: str) -> tuple[str, ...]:
    """The terms of ``section`` in all languages whose words stand apart."""
    return tuple(term for name in languages() for term in sections(name).get(section, ()))


@cache
def unspaced(section: str) -> tuple[str, ...]:
    """The regular expressions of ``section`` in all languages whose words do not stand apart."""
    lines = (line for name in _names("unspaced") for line in _read(name).get(section, ()))
    return tuple(part.strip() for line in lines for part in line.split(", ") if part.strip())


def everywhere(section: str) -> tuple[str, ...]:
    """The terms of ``section`` in every language."""
    return spoken(section) + unspaced(section)


@cache
def numbers(section: str, language: str) -> tuple[tuple[int, tuple[str, ...]], ...]:
    """The number words in ``section`` of a language, by value."""
    split = (line.split(":", 1) for line in _read(language).get(section, ()))
    return tuple((int(value), tuple(_terms(words))) for value, words in split)


@cache
def pairs(name: str) -> tuple[tuple[str, str], ...]:
    """The lines ``key: value`` of a file, in order."""
    split = (line.split(":", 1) for lines in _read(name).values() for line in lines)
    return tuple((key.strip(), value.strip()) for key, value in split)


@cache
def _names(folder: str) -> tuple[str, ...]:
    found = (each.name for each in _TERMS.joinpath(folder).iterdir())
    return tuple(f"{folder}/{name[:-4]}" for name in sorted(found) if name.endswith(".txt"))


@cache
def _read(name: str) -> dict[str, list[str]]:
    """The lines of each section."""
    lines = _TERMS.joinpath(f"{name}.txt").read_text("utf-8").splitlines()
    found: dict[str, list[str]] = {}
    section = found.setdefault("", [])
    for line in map(str.strip, lines):
        if line.startswith("[") and line.endswith("]"):
            section = found.setdefault(line[1:-1], [])
        elif line and not line.startswith("#"):
            section.append(line)
    return found


def _written(term: str, shortened: list[list[str]]) -> list[str]:
    """``term``, and the ways to write it with words shortened as ``[short]`` lists them."""
    found = [term]
    for long, shorts in shortened:
        for each in tuple(found):
            if f" {long} " in f" {each} ":
                found += [
                    f" {each} ".replace(f" {long} ", f" {short.strip()} ").strip()
                    for short in shorts.split(",")
                ]
    return found


def _terms(line: str) -> Iterator[str]:
    for term in filter(None, map(str.strip, line.split(","))):
        choices = [word.split("|") for word in term.split()]
        for words in product(*choices):
            yield " ".join(words).replace("_", " ")
