"""Pictures as bytes: what is taken in, what becomes smaller, which part is masked."""

import io

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from bot import images
from bot.errors import BadFile

SIZE = (90, 60)


def png(size: tuple[int, int] = SIZE, **options: object) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, "navy").save(file, "PNG", **options)
    return file.getvalue()


def white(mask: bytes) -> set[tuple[int, int]]:
    """Where a mask is white, as cells of a grid of three by three."""
    picture = Image.open(io.BytesIO(mask))
    width, height = picture.size
    centres = {
        (x, y): (width * (2 * x + 1) // 6, height * (2 * y + 1) // 6)
        for x in range(3)
        for y in range(3)
    }
    return {cell for cell, place in centres.items() if picture.getpixel(place) == 255}


@pytest.mark.parametrize(
    ("region", "cells"),
    [("1", {(0, 0)}), ("5 9", {(1, 1), (2, 2)}), ("top", {(0, 0), (1, 0), (2, 0)})],
)
def test_a_region_is_white_and_the_rest_black(region: str, cells: set[tuple[int, int]]) -> None:
    mask = images.mask_of(region, SIZE)
    assert images.size_of(mask) == SIZE
    assert white(mask) == cells


def test_a_rectangle_goes_around_all_parts_of_a_region() -> None:
    assert images.area_of("1 5", SIZE) == (0, 0, 60, 40)


def test_a_grid_is_drawn_on_a_picture_of_a_sane_size() -> None:
    assert max(images.size_of(images.with_grid(png((3000, 2000))))) == images.GRID_SIDE


def test_what_a_file_says_beside_its_pixels_is_left_behind_but_for_its_description() -> None:
    about = PngInfo()
    about.add_text("Description", "a harbour")
    about.add_text("Author", "somebody")
    clean, size = images.checked(png(pnginfo=about))
    assert size == SIZE
    assert Image.open(io.BytesIO(clean)).info == {"Description": "a harbour"}


@pytest.mark.parametrize(
    ("content", "problem"),
    [(b"text", "type"), (png()[:80], "broken"), (png((9000, 40)), "dimensions")],
)
def test_what_cannot_be_taken_in_is_named(content: bytes, problem: str) -> None:
    with pytest.raises(BadFile) as refused:
        images.checked(content)
    assert refused.value.problem == problem
