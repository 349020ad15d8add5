"""Draws people: an abstract bust in flat shapes with soft light, and a posing figure.

Sizes are shares of the picture, so the same code draws a thumbnail and a poster.
"""

from PIL import Image, ImageDraw, ImageFilter

from sandbox.aliveai.painting import mix
from sandbox.aliveai.themes import Colour, Person

Box = tuple[float, float, float, float]


def bust(image: Image.Image, person: Person, *, close: bool) -> Image.Image:
    """``image`` with the person before it; ``close`` fills the picture with the face."""
    width, height = image.size
    head = min(width, height) * (0.27 if close else 0.2)
    middle = (width, height * (0.9 if close else 1.04))
    layer = Image.new("RGBA", (width * 2, height * 2))
    _draw(ImageDraw.Draw(layer), person, middle, head * 2, height * 2)
    layer = layer.resize(image.size, Image.Resampling.LANCZOS)
    shadow = Image.new("RGBA", image.size, (10, 8, 24, 0))
    shadow.putalpha(layer.getchannel("A").point([v // 2 for v in range(256)]))
    shadow = shadow.filter(ImageFilter.GaussianBlur(width / 40))
    out = Image.alpha_composite(image.convert("RGBA"), shadow)
    return Image.alpha_composite(out, layer).convert("RGB")


def _oval(x: float, y: float, wide: float, high: float) -> Box:
    return x - wide, y - high, x + wide, y + high


def _draw(
    draw: ImageDraw.ImageDraw,
    person: Person,
    middle: tuple[float, float],
    head: float,
    bottom: float,
) -> None:
    x, y = middle
    if person.long_hair:
        back = _oval(x, y + head * 0.45, head * 1.12, head * 1.95)
        draw.rounded_rectangle(back, radius=head * 1.05, fill=mix(person.hair, (0, 0, 0), 0.18))
    _body(draw, person, middle, head, bottom)
    draw.ellipse(_oval(x, y - head * 0.16, head * 0.97, head * 1.1), fill=person.hair)
    draw.ellipse(_oval(x, y + head * 0.04, head * 0.82, head * 1.06), fill=person.skin)
    _cheeks(draw, person, middle, head)
    _features(draw, person, middle, head)
    _fringe(draw, person, middle, head)


def _body(
    draw: ImageDraw.ImageDraw,
    person: Person,
    middle: tuple[float, float],
    head: float,
    bottom: float,
) -> None:
    x, y = middle
    shade = mix(person.skin, (70, 30, 30), 0.22)
    shoulder = y + head * 1.62
    body = (x - head * 1.9, shoulder, x + head * 1.9, bottom + head * 3)
    draw.rounded_rectangle(body, radius=head * 1.0, fill=person.cloth)
    lit = mix(person.cloth, (255, 255, 255), 0.14)
    draw.chord(
        _oval(x - head * 0.95, shoulder + head * 2.1, head * 0.8, head * 2), 180, 300, fill=lit
    )
    draw.ellipse(_oval(x, shoulder + head * 0.08, head * 0.78, head * 0.42), fill=person.skin)
    neck = (x - head * 0.36, y + head * 0.7, x + head * 0.36, shoulder + head * 0.1)
    draw.rounded_rectangle(neck, radius=head * 0.2, fill=shade)


def _cheeks(
    draw: ImageDraw.ImageDraw, person: Person, middle: tuple[float, float], head: float
) -> None:
    x, y = middle
    blush = mix(person.skin, (236, 110, 110), 0.22)
    for side in (-1, 1):
        draw.ellipse(
            _oval(x + side * head * 0.46, y + head * 0.36, head * 0.19, head * 0.12), fill=blush
        )


def _features(
    draw: ImageDraw.ImageDraw, person: Person, middle: tuple[float, float], head: float
) -> None:
    x, y = middle
    dark = mix(person.hair, (20, 10, 10), 0.55)
    line = max(1, round(head * 0.045))
    for side in (-1, 1):
        eye = x + side * head * 0.34
        white = _oval(eye, y + head * 0.1, head * 0.17, head * 0.1)
        draw.ellipse(white, fill=(250, 248, 244))
        draw.ellipse(_oval(eye, y + head * 0.1, head * 0.088, head * 0.098), fill=person.eyes)
        draw.ellipse(_oval(eye, y + head * 0.1, head * 0.042, head * 0.048), fill=(18, 14, 18))
        spark = _oval(eye - head * 0.03, y + head * 0.07, head * 0.018, head * 0.02)
        draw.ellipse(spark, fill=(255, 255, 255))
        draw.arc(_oval(eye, y + head * 0.12, head * 0.19, head * 0.14), 190, 350, dark, line)
        brow = _oval(eye, y - head * 0.04, head * 0.21, head * 0.14)
        draw.arc(brow, 205, 335, dark, line)
    nose: Colour = mix(person.skin, (120, 50, 40), 0.35)
    draw.arc(_oval(x, y + head * 0.36, head * 0.1, head * 0.07), 20, 160, nose, line)
    lip = mix(person.skin, (178, 48, 62), 0.62)
    draw.chord(_oval(x, y + head * 0.6, head * 0.22, head * 0.13), 8, 172, fill=lip)
    draw.chord(_oval(x, y + head * 0.645, head * 0.2, head * 0.07), 188, 352, fill=lip)


def _fringe(
    draw: ImageDraw.ImageDraw, person: Person, middle: tuple[float, float], head: float
) -> None:
    x, y = middle
    for side, wide in ((-1, 0.58), (1, 0.5)):
        lock = _oval(x + side * head * (0.94 - wide), y - head * 0.66, head * wide, head * 0.4)
        draw.ellipse(lock, fill=person.hair)
    draw.ellipse(_oval(x + head * 0.1, y - head * 0.9, head * 0.3, head * 0.26), fill=person.hair)
    lit = mix(person.hair, (255, 255, 255), 0.2)
    shine = _oval(x - head * 0.05, y - head * 0.32, head * 0.7, head * 0.78)
    draw.arc(shine, 215, 292, lit, max(1, round(head * 0.07)))
    if not person.long_hair:
        return
    for side in (-1, 1):
        lock = _oval(x + side * head * 0.9, y + head * 0.4, head * 0.19, head * 1.1)
        draw.ellipse(lock, fill=person.hair)


def posing(image: Image.Image, limbs: tuple[tuple[float, float], ...], colour: Colour) -> None:
    """A stick figure in rounded strokes; ``limbs`` is a walk of points in shares of the size."""
    width, height = image.size
    draw = ImageDraw.Draw(image)
    points = [(x * width, y * height) for x, y in limbs]
    thick = max(2, round(width * 0.07))
    draw.line(points[1:], fill=colour, width=thick, joint="curve")
    for x, y in points[1:]:
        draw.ellipse(_oval(x, y, thick / 2, thick / 2), fill=colour)
    draw.ellipse(_oval(*points[0], width * 0.085, width * 0.085), fill=colour)
