"""Pictures as bytes: checked before they are taken in, made smaller, masked by region.

The only place that decodes pictures. Everything here is work for a processor and blocks; callers
run it in a thread. What is wrong with a file is ``BadFile`` with a word for what.
"""

import io
import warnings
from collections.abc import Callable
from typing import Any

from PIL import ExifTags, Image, ImageDraw, ImageFont, ImageOps, UnidentifiedImageError
from PIL.PngImagePlugin import PngInfo

from bot.errors import BadFile

FORMATS = ("PNG", "JPEG", "WEBP")
LONGEST_SIDE = 8192
MOST_PIXELS = 40_000_000
"""Width times height; beyond it decoding alone takes hundreds of megabytes."""

LEAST_SIDE = 32

QUALITIES = (90, 80, 65, 45)
"""JPEG qualities that are tried, best first, each also at half the size at last."""

REGIONS = {
    "top left": (0, 0, 1, 1), "top": (0, 0, 3, 1), "top right": (2, 0, 3, 1),
    "left": (0, 0, 1, 3), "center": (1, 1, 2, 2), "right": (2, 0, 3, 3),
    "bottom left": (0, 2, 1, 3), "bottom": (0, 2, 3, 3), "bottom right": (2, 2, 3, 3),
    "left half": (0, 0, 1.5, 3), "right half": (1.5, 0, 3, 3),
    "upper half": (0, 0, 3, 1.5), "lower half": (0, 1.5, 3, 3), "everything": (0, 0, 3, 3),
}  # fmt: skip
"""Parts of a picture on a grid of three by three: left, top, right, bottom."""


CELLS = {
    "1": (0, 0, 1, 1), "2": (1, 0, 2, 1), "3": (2, 0, 3, 1),
    "4": (0, 1, 1, 2), "5": (1, 1, 2, 2), "6": (2, 1, 3, 2),
    "7": (0, 2, 1, 3), "8": (1, 2, 2, 3), "9": (2, 2, 3, 3),
}  # fmt: skip
"""The parts of that grid one by one; a region may be several of them, like "1 2 5"."""

GRID_SIDE = 1024
"""Pixels that the longer side of a picture with a grid has at most."""


def checked(content: bytes) -> tuple[bytes, tuple[int, int]]:
    """A still picture, whole and of a sane size, without anything but its pixels; and its size.

    Position, camera and thumbnails are left behind, what it says of itself stays; the picture is
    turned upright.

    Raises:
        BadFile: It is no picture ("type"), moves ("animated"), is broken ("broken"), or is too
            large or small ("dimensions").
    """
    opened = _opened(content)
    said = opened.info.get("Description") or opened.getexif().get(ExifTags.Base.ImageDescription)
    picture = ImageOps.exif_transpose(opened)
    mode = "RGBA" if "A" in picture.getbands() or "transparency" in picture.info else "RGB"
    clean = Image.new(mode, picture.size)
    clean.paste(picture.convert(mode))
    about = PngInfo()
    if said:
        about.add_itxt("Description", str(said))
    return _written(clean, "PNG", pnginfo=about), clean.size


def size_of(content: bytes) -> tuple[int, int]:
    """Width and height in pixels.

    Raises:
        BadFile: As ``checked``.
    """
    return _opened(content).size


def mask_of(region: str, size: tuple[int, int]) -> bytes:
    """A mask of ``size`` that is white in a region and black elsewhere."""
    mask = Image.new("L", size, 0)
    for area in _areas(region, size):
        mask.paste(255, area)
    return _written(mask, "PNG")


def area_of(region: str, size: tuple[int, int]) -> tuple[int, int, int, int]:
    """The left, top, right and bottom of the rectangle around a region, in pixels."""
    lefts, tops, rights, bottoms = zip(*_areas(region, size), strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def with_grid(content: bytes) -> bytes:
    """The picture as a JPEG with the grid and the numbers of its parts on it.

    Raises:
        BadFile: As ``checked``.
    """
    drawn = ImageOps.exif_transpose(_opened(content)).convert("RGB")
    drawn.thumbnail((GRID_SIDE, GRID_SIDE))
    pen = ImageDraw.Draw(drawn)
    font = ImageFont.load_default(max(12, min(drawn.size) // 12))
    for cell in CELLS:
        left, top, right, bottom = area_of(cell, drawn.size)
        pen.rectangle((left, top, right - 1, bottom - 1), outline="white", width=2)
        place = ((left + right) / 2, (top + bottom) / 2)
        pen.text(place, cell, "white", font, anchor="mm", stroke_width=3, stroke_fill="black")
    return _written(drawn, "JPEG", quality=85)


def _areas(region: str, size: tuple[int, int]) -> list[tuple[int, int, int, int]]:
    """The rectangles of a region: one of ``REGIONS``, or several of ``CELLS``."""
    parts = [REGIONS[region]] if region in REGIONS else [CELLS[each] for each in region.split()]
    across, down = size[0] / 3, size[1] / 3
    return [
        (round(left * across), round(top * down), round(right * across), round(bottom * down))
        for left, top, right, bottom in parts
    ]


def shrunk(content: bytes, limit: int) -> bytes | None:
    """The picture as a JPEG of ``limit`` bytes at most; ``None`` if it is none or cannot be."""
    try:
        picture = _opened(content, still=False).convert("RGB")
    except BadFile:
        return None
    for scale in (1, 2, 4):
        smaller = picture.resize((max(1, picture.width // scale), max(1, picture.height // scale)))
        for quality in QUALITIES:
            written = _written(smaller, "JPEG", quality=quality)
            if len(written) <= limit:
                return written
    return None


def _opened(content: bytes, *, still: bool = True) -> Image.Image:
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        picture = _tried("type", lambda: Image.open(io.BytesIO(content), formats=FORMATS))
        _check_size(*picture.size)
        if still and getattr(picture, "is_animated", False):
            raise BadFile("animated")
        _tried("broken", picture.load)
    return picture


def _tried(problem: str, work: Callable[[], object]) -> Image.Image:
    try:
        return work()  # type: ignore[return-value] # load's own value is not used
    except Image.DecompressionBombError as error:
        raise BadFile("dimensions") from error
    except Image.DecompressionBombWarning as error:
        raise BadFile("dimensions") from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise BadFile(problem) from error


def _check_size(width: int, height: int) -> None:
    fits = min(width, height) >= LEAST_SIDE and max(width, height) <= LONGEST_SIDE
    if not fits or width * height > MOST_PIXELS:
        raise BadFile("dimensions")


def _written(picture: Image.Image, form: str, **options: Any) -> bytes:
    file = io.BytesIO()
    picture.save(file, form, **options)
    return file.getvalue()
