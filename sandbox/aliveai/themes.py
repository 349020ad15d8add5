"""From the words of a prompt to what is drawn: the hour, the ground, the person, the colours.

Only the choice is here, as plain facts; ``painting`` and ``figures`` draw them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Literal, TypeVar

Name = TypeVar("Name", bound=str)
Colour = tuple[int, int, int]
Ground = Literal["sea", "shore", "mountains", "forest", "city", "desert", "meadow", "snow", "space"]


@dataclass(frozen=True)
class Hour:
    """The light of a time of day: sky from the top down, far and near land, sun or moon."""

    sky: tuple[Colour, Colour, Colour]
    far: Colour
    near: Colour
    light: Colour
    stars: bool = False


HOURS: dict[str, Hour] = {
    "dawn": Hour(
        ((72, 92, 158), (214, 140, 168), (255, 214, 176)),
        far=(150, 116, 160), near=(58, 48, 92), light=(255, 240, 214),
    ),
    "day": Hour(
        ((64, 132, 214), (142, 196, 238), (226, 240, 246)),
        far=(126, 164, 190), near=(42, 84, 74), light=(255, 252, 232),
    ),
    "sunset": Hour(
        ((56, 36, 104), (224, 92, 96), (255, 190, 104)),
        far=(142, 70, 112), near=(38, 22, 54), light=(255, 226, 150),
    ),
    "night": Hour(
        ((8, 12, 38), (26, 36, 86), (70, 84, 140)),
        far=(44, 54, 104), near=(10, 14, 34), light=(238, 240, 255), stars=True,
    ),
    "aurora": Hour(
        ((6, 14, 40), (18, 96, 104), (124, 214, 164)),
        far=(30, 70, 96), near=(8, 18, 34), light=(226, 255, 240), stars=True,
    ),
}  # fmt: skip

HOUR_WORDS: dict[str, str] = {
    "dawn": "dawn sunrise morning pastel spring",
    "day": "day noon sunny summer bright blue daylight beach",
    "sunset": "sunset dusk evening golden autumn warm orange",
    "night": "night moon moonlight midnight dark stars neon rain storm noir",
    "aurora": "aurora northern magic fantasy mystic glowing emerald",
}
GROUND_WORDS: dict[Ground, str] = {
    "sea": "sea ocean beach coast lake water boat island harbour wave waves pool",
    "shore": "lighthouse lighthouses beacon shore seaside cape",
    "mountains": "mountain mountains alps peak cliff viking canyon hills valley norway",
    "forest": "forest wood woods tree trees jungle garden park elf",
    "city": "city street town skyline cyberpunk neon rooftop cafe office urban tokyo london",
    "desert": "desert dune dunes sand egypt sahara oasis",
    "meadow": "meadow field flowers grass farm countryside picnic spring",
    "snow": "snow winter ice ski frozen arctic christmas",
    "space": "space planet galaxy stars cosmos astronaut spaceship mars alien",
}
PERSON_WORDS = (
    "woman man person portrait face hair eyes wearing  lady gentleman knight queen "
    "king wizard elf viking warrior chef doctor nurse pilot astronaut detective dancer singer "
    "model she he her his selfie character smile smiling redhead blonde brunette librarian "
    "captain "
)
HAIR: dict[str, Colour] = {
    "blonde": (226, 188, 110), "blond": (226, 188, 110), "golden": (226, 188, 110),
    "brunette": (92, 58, 38), "brown": (92, 58, 38), "black": (32, 28, 34),
    "red": (168, 62, 34), "redhead": (168, 62, 34), "ginger": (196, 96, 42),
    "silver": (190, 194, 204), "white": (226, 226, 230), "grey": (150, 152, 160),
    "pink": (226, 124, 168), "blue": (72, 104, 186), "purple": (126, 78, 164),
    "green": (72, 136, 96),
}  # fmt: skip
EYES: dict[str, Colour] = {
    "brown": (92, 58, 38), "blue": (64, 118, 190), "green": (72, 136, 96),
    "hazel": (142, 104, 52), "grey": (112, 122, 134), "amber": (186, 128, 44),
}  # fmt: skip
CLOTH: dict[str, Colour] = {
    "red": (176, 40, 52), "blue": (44, 78, 150), "green": (44, 110, 80), "black": (36, 36, 44),
    "white": (232, 230, 224), "yellow": (222, 178, 62), "gold": (200, 160, 70),
    "purple": (104, 58, 140), "pink": (214, 110, 150), "orange": (218, 112, 48),
    "silver": (160, 168, 180), "armour": (132, 138, 150), "armor": (132, 138, 150),
    "leather": (98, 62, 40), "denim": (62, 88, 128),
}  # fmt: skip
SKIN: tuple[Colour, ...] = (
    (250, 220, 196), (240, 204, 176), (226, 180, 146), (196, 146, 110), (152, 104, 76),
    (110, 74, 56),
)  # fmt: skip


@dataclass(frozen=True)
class Person:
    hair: Colour
    long_hair: bool
    cloth: Colour
    skin: Colour
    eyes: Colour


@dataclass(frozen=True)
class Theme:
    """Everything a picture shows; ``hour`` names a row of ``HOURS``."""

    hour: str
    ground: Ground
    person: Person | None


def theme_of(words: str, seed: int) -> Theme:
    """Read ``words``; what they do not say is drawn from ``seed``."""
    rng = Random(f"theme {seed}")
    said = re.findall(r"[a-z]+", words.lower())
    hour = _named(HOUR_WORDS, said) or rng.choice(list(HOUR_WORDS))
    grounds: list[Ground] = list(GROUND_WORDS)
    ground, elsewhere = _named(GROUND_WORDS, said), rng.choice(grounds)
    person = _person(said, rng) if set(PERSON_WORDS.split()) & set(said) else None
    return Theme(hour, ground or elsewhere, person)


def _named(table: Mapping[Name, str], said: list[str]) -> Name | None:
    rows = [(name, set(words.split())) for name, words in table.items()]
    hits = [name for word in said for name, words in rows if word in words]
    return hits[0] if hits else None


def _person(said: list[str], rng: Random) -> Person:
    hair = _before("hair", HAIR, said) or rng.choice(list(HAIR.values())[:9])
    masculine = {"man", "male", "he", "his", "gentleman", "king", "bearded"} & set(said)
    return Person(
        hair=hair,
        long_hair=not masculine,
        cloth=_first(CLOTH, said, skip_before="hair") or rng.choice(list(CLOTH.values())),
        skin=rng.choice(SKIN),
        eyes=_before("eyes", EYES, said) or rng.choice(list(EYES.values())),
    )


def _before(noun: str, table: dict[str, Colour], said: list[str]) -> Colour | None:
    for word, following in zip(said, [*said[1:], ""], strict=True):
        if word in table and (following == noun or word in {"blonde", "redhead", "brunette"}):
            return table[word]
    return None


def _first(table: dict[str, Colour], said: list[str], *, skip_before: str) -> Colour | None:
    for word, following in zip(said, [*said[1:], ""], strict=True):
        if word in table and following not in {skip_before, "eyes"}:
            return table[word]
    return None
