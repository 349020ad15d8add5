"""What a medium is made of, before anybody looks at it.

Media are pure functions of their recipe, so nothing is drawn until it is downloaded and every
download of one medium is the same. An edit's recipe holds its source's, which is how an edited
picture visibly derives from what it was made of.
"""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["IMAGE", "VIDEO"]
Look = Literal["scene", "face", "pose"]


@dataclass(frozen=True)
class Still:
    """A picture from words alone; ``width`` and ``height`` are pixels at full scale."""

    seed: int
    words: str
    caption: str
    width: int = 720
    height: int = 1280
    look: Look = "scene"


@dataclass(frozen=True)
class Uploaded:
    """Somebody's own file, kept as it came."""

    content: bytes
    content_type: str


@dataclass(frozen=True)
class Edited:
    """A picture made from another one; ``change`` names a row of ``edits.CHANGES``."""

    source: "Picture"
    change: str
    seed: int
    words: str
    caption: str
    other: "Picture | None" = None


@dataclass(frozen=True)
class Preview:
    """An unfinished picture; ``progress`` is in percent."""

    of: "Picture"
    progress: float


@dataclass(frozen=True)
class Clip:
    """A video of ``seconds`` at ``rate`` frames per second, panning over its first picture.

    ``motion`` goes from 0 (calm) to 6; ``size`` is the shorter side in pixels at full scale.
    """

    first: "Picture"
    last: "Picture | None"
    caption: str
    seconds: float = 5
    rate: int = 16
    motion: int = 2
    size: int = 480
    sound: bool = False
    seed: int = 0


Picture = Still | Uploaded | Edited | Preview
Recipe = Picture | Clip


def first_picture(recipe: Recipe) -> Picture:
    """The picture that stands for a medium: a video's first one, or the picture itself."""
    return recipe.first if isinstance(recipe, Clip) else recipe
