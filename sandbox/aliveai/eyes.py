"""What the vision model sees in a picture: the words it was made from, or else its colours.

An uploaded PNG or JPEG that carries a description of itself (a ``Description`` text, or the EXIF
image description) is described by it, which lets a test upload a picture "of" something.
"""

import io

from PIL import ExifTags, Image

from sandbox.aliveai.recipes import Edited, Preview, Recipe, Still, Uploaded, first_picture
from sandbox.aliveai.world import World

NAMES: dict[str, tuple[int, int, int]] = {
    "black": (20, 20, 20), "white": (240, 240, 240), "grey": (128, 128, 128),
    "red": (190, 50, 50), "orange": (220, 130, 60), "yellow": (225, 205, 90),
    "green": (70, 130, 80), "blue": (60, 100, 180), "purple": (120, 70, 150),
    "pink": (225, 150, 180), "brown": (120, 80, 55),
}  # fmt: skip


def describe(recipe: Recipe) -> str:
    """A clause that describes the medium."""
    picture = first_picture(recipe)
    match picture:
        case Still():
            return picture.caption or picture.words
        case Edited():
            seen = describe(picture.source)
            return f"{seen}, {picture.words}" if picture.words else seen
        case Preview():
            return describe(picture.of)
        case Uploaded():
            return _described(picture)


def describe_address(world: World, address: str) -> str:
    """What is at an address of ours; of any other address only the file's name is known."""
    name = address.partition("?")[0].rpartition("/")[2].rpartition(".")[0]
    if medium := world.state.media.get(name):
        return describe(medium.recipe)
    return " ".join(name.replace("-", " ").replace("_", " ").split()) or "somebody in soft light"


def _described(upload: Uploaded) -> str:
    if not upload.content_type.startswith("image/"):
        return "a moving picture"
    image = Image.open(io.BytesIO(upload.content))
    said = image.info.get("Description") or image.getexif().get(ExifTags.Base.ImageDescription)
    if said:
        return str(said)
    shape = "a wide picture" if image.width > image.height else "an upright picture"
    return f"{shape} in {_colour(image, (0.5, 0.8))} before {_colour(image, (0.5, 0.15))}"


def _colour(image: Image.Image, spot: tuple[float, float]) -> str:
    small = image.convert("RGB").resize((9, 9))
    pixel = small.getpixel((round(spot[0] * 8), round(spot[1] * 8)))
    rgb = pixel if isinstance(pixel, tuple) else (0, 0, 0)
    return min(NAMES, key=lambda name: _far(rgb, NAMES[name]))


def _far(one: tuple[float, ...], other: tuple[int, int, int]) -> float:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))
