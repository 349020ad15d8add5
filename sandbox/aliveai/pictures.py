"""Draws any picture recipe, and writes the prompt's words under it so that people know theirs."""

import io
from random import Random

import av
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from sandbox.aliveai.edits import CHANGES
from sandbox.aliveai.figures import bust, posing
from sandbox.aliveai.painting import landscape
from sandbox.aliveai.recipes import Edited, Picture, Preview, Still, Uploaded
from sandbox.aliveai.themes import theme_of

LARGEST = 2160
"""Pixels of the longer side, beyond which nothing is enlarged."""


def png(image: Image.Image) -> bytes:
    """The image as a PNG file."""
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=4)
    return out.getvalue()


def draw(picture: Picture, scale: float = 1.0) -> Image.Image:
    """The picture as RGB pixels; ``scale`` shrinks everything that is drawn from words."""
    match picture:
        case Still():
            return _still(picture, scale)
        case Uploaded():
            return _upload(picture)
        case Preview():
            return _preview(picture, scale)
        case Edited():
            return _edited(picture, scale)


def _still(still: Still, scale: float) -> Image.Image:
    width, height = (max(16, round(side * scale)) for side in (still.width, still.height))
    theme = theme_of(still.words, still.seed)
    image = landscape(theme, still.seed, width, height)
    if still.look == "pose":
        posing(image, _limbs(Random(f"pose {still.seed}")), (250, 246, 238))
    elif theme.person:
        image = bust(image, theme.person, close=still.look == "face")
    return captioned(image, still.caption)


def _limbs(rng: Random) -> tuple[tuple[float, float], ...]:
    lean = rng.uniform(-0.12, 0.12)
    return (
        (0.5 + lean, 0.24),
        (0.5 + lean, 0.36),
        (rng.uniform(0.2, 0.35), rng.uniform(0.38, 0.55)),
        (0.5 + lean, 0.36),
        (rng.uniform(0.65, 0.8), rng.uniform(0.38, 0.55)),
        (0.5 + lean, 0.36),
        (0.5, 0.6),
        (rng.uniform(0.34, 0.48), 0.84),
        (0.5, 0.6),
        (rng.uniform(0.52, 0.66), 0.84),
    )


def _upload(upload: Uploaded) -> Image.Image:
    if upload.content_type.startswith("image/"):
        return Image.open(io.BytesIO(upload.content)).convert("RGB")
    with av.open(io.BytesIO(upload.content), "r") as container:
        frame = next(container.decode(video=0))
    picture: Image.Image = frame.to_image()  # type: ignore[no-untyped-call]  # PyAV's own gap
    return picture


def _preview(preview: Preview, scale: float) -> Image.Image:
    whole = draw(preview.of, scale)
    rough = max(1.0, (100 - preview.progress) / 8)
    small = whole.resize(tuple(max(4, round(side / rough)) for side in whole.size))  # type: ignore[arg-type]  # two sides in, two out
    return small.resize((whole.width // 2, whole.height // 2), Image.Resampling.BILINEAR)


def _edited(edited: Edited, scale: float) -> Image.Image:
    source = draw(edited.source, scale)
    other = draw(edited.other, scale).resize(source.size) if edited.other else None
    changed = CHANGES[edited.change](source, edited.words, edited.seed, other)
    changed.thumbnail((LARGEST, LARGEST))
    return captioned(changed, edited.caption)


def captioned(image: Image.Image, caption: str) -> Image.Image:
    """``image`` with ``caption`` on a frosted strip along its lower edge, two lines at most."""
    if not caption or image.width < 64:
        return image
    size = max(9, image.width // 30)
    font = ImageFont.load_default(size)
    lines = _wrapped(caption, font, image.width - size * 2)
    high = round(size * 1.35 * len(lines) + size)
    top = image.height - high
    strip = image.crop((0, top, image.width, image.height)).filter(
        ImageFilter.GaussianBlur(size / 2)
    )
    strip = Image.blend(strip, Image.new("RGB", strip.size, (12, 12, 22)), 0.62)
    image.paste(strip, (0, top))
    pen = ImageDraw.Draw(image)
    for number, line in enumerate(lines):
        pen.text((size, top + size * (0.4 + 1.35 * number)), line, (246, 244, 250), font)
    return image


def _wrapped(text: str, font: ImageFont.ImageFont | ImageFont.FreeTypeFont, room: int) -> list[str]:
    lines = [""]
    for word in " ".join(text.split()).split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) <= room or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    if len(lines) > 2:
        return [lines[0], lines[1] + " …"]
    return lines
