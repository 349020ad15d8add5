"""What each kind of edit does to a picture: always visible, always still the same picture.

A change takes the source, the words, a seed and a second picture (mask, face) if there is one,
and returns a new image. The table's keys are what recipes name.
"""

from collections.abc import Callable
from random import Random

from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageOps

from sandbox.aliveai.figures import bust
from sandbox.aliveai.painting import landscape, mix
from sandbox.aliveai.themes import CLOTH, HAIR, HOURS, Colour, theme_of

Change = Callable[[Image.Image, str, int, Image.Image | None], Image.Image]


def _tint(words: str, seed: int) -> Colour:
    named = [(CLOTH | HAIR)[word] for word in words.lower().split() if word in CLOTH | HAIR]
    return named[0] if named else HOURS[theme_of(words, seed).hour].sky[1]


def _veiled(image: Image.Image, colour: Colour, share: float) -> Image.Image:
    return Image.blend(image, Image.new("RGB", image.size, colour), share)


def repaint(source: Image.Image, words: str, seed: int, mask: Image.Image | None) -> Image.Image:
    """A new light over the whole picture, and what the words name coming into it from below."""
    if mask:
        return fill_in(source, words, seed, mask)
    theme = theme_of(words, seed)
    scene = landscape(theme, seed, *source.size)
    if theme.person:
        scene = bust(scene, theme.person, close=False)
    fade = ImageOps.invert(Image.linear_gradient("L")).resize(source.size)
    fade = fade.point([max(0, min(210, 330 - 2 * v)) for v in range(256)])
    toned = _veiled(source, _tint(words, seed), 0.16)
    return Image.composite(
        toned, scene, ImageOps.invert(fade.transpose(Image.Transpose.FLIP_TOP_BOTTOM))
    )


def fill_in(source: Image.Image, words: str, seed: int, mask: Image.Image | None) -> Image.Image:
    """Something new where the mask is light, or in an oval in the middle without one."""
    scene = landscape(theme_of(words, seed), seed, *source.size)
    hole = mask.convert("L") if mask else _oval_mask(source)
    soft = hole.filter(ImageFilter.GaussianBlur(max(1, source.width / 120)))
    return Image.composite(scene, source, soft)


def _oval_mask(source: Image.Image) -> Image.Image:
    mask = Image.new("L", source.size)
    width, height = source.size
    box = (width * 0.2, height * 0.25, width * 0.8, height * 0.7)
    ImageDraw.Draw(mask).ellipse(box, fill=255)
    return mask


def enlarge(source: Image.Image, words: str, seed: int, other: Image.Image | None) -> Image.Image:
    """Twice the size, and sharper."""
    del words, seed, other
    large = source.resize((source.width * 2, source.height * 2), Image.Resampling.LANCZOS)
    return large.filter(ImageFilter.UnsharpMask(radius=2, percent=120))


def enhance(source: Image.Image, words: str, seed: int, other: Image.Image | None) -> Image.Image:
    """Richer colours, more contrast, a soft vignette."""
    del words, seed, other
    rich = ImageEnhance.Contrast(ImageEnhance.Color(source).enhance(1.35)).enhance(1.12)
    edge = Image.radial_gradient("L").resize(source.size)
    edge = edge.point([max(0, v - 120) for v in range(256)])
    rich.paste(Image.new("RGB", source.size, (8, 8, 16)), (0, 0), edge)
    return rich


def highlight(source: Image.Image, words: str, seed: int, other: Image.Image | None) -> Image.Image:
    """A spotlight where a face would be, in a colour of the words."""
    del other
    width, height = source.size
    mask = Image.new("L", source.size)
    rng = Random(seed)
    reach, middle = min(width, height) * rng.uniform(0.22, 0.3), (width * 0.5, height * 0.44)
    box = [c + d for d in (-reach, reach) for c in middle]
    ImageDraw.Draw(mask).ellipse(box, fill=255)
    mask = mask.filter(ImageFilter.GaussianBlur(reach / 4))
    lit = ImageEnhance.Brightness(_veiled(source, _tint(words, seed), 0.12)).enhance(1.22)
    return Image.composite(lit, ImageEnhance.Brightness(source).enhance(0.86), mask)


def swap(source: Image.Image, words: str, seed: int, other: Image.Image | None) -> Image.Image:
    """The second picture's middle, in an oval, over the first one's."""
    face = other or ImageOps.mirror(source)
    soft = _oval_mask(source).filter(ImageFilter.GaussianBlur(max(1, source.width / 60)))
    return highlight(Image.composite(face, source, soft), words, seed, None)


def collage(source: Image.Image, words: str, seed: int, other: Image.Image | None) -> Image.Image:
    """Front and back of an outfit, side by side on paper."""
    del words, other
    width, height = source.size
    paper = Image.new("RGB", (width, height), mix((244, 240, 232), HOURS["day"].sky[1], 0.06))
    part = source.crop((round(width * 0.15), round(height * 0.4), round(width * 0.85), height))
    part.thumbnail((round(width * 0.42), round(height * 0.6)))
    top = (height - part.height) // 2
    paper.paste(part, (round(width * 0.05), top))
    back = ImageEnhance.Brightness(ImageOps.mirror(part)).enhance(0.82)
    paper.paste(back, (round(width * 0.53), top))
    ImageDraw.Draw(paper).line((width / 2, top, width / 2, top + part.height), (190, 184, 176), 2)
    return ImageEnhance.Color(paper).enhance(Random(seed).uniform(0.95, 1.1))


CHANGES: dict[str, Change] = {
    "repaint": repaint,
    "fill in": fill_in,
    "enlarge": enlarge,
    "enhance": enhance,
    "highlight": highlight,
    "swap": swap,
    "collage": collage,
}
