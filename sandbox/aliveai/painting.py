"""Paints landscapes: sky, light, clouds and one of nine grounds, all from a theme and a seed.

Shapes are drawn at twice the size and reduced, which is the only antialiasing there is.
"""

import math
from collections.abc import Callable
from random import Random

from PIL import Image, ImageDraw, ImageFilter, ImageOps

from sandbox.aliveai.themes import HOURS, Colour, Ground, Hour, Theme

Brush = Callable[[Image.Image, Hour, Random], None]


def landscape(theme: Theme, seed: int, width: int, height: int) -> Image.Image:
    """A finished landscape of ``width`` by ``height`` pixels."""
    rng = Random(f"landscape {seed}")
    hour = HOURS[theme.hour]
    large = gradient(hour.sky, width * 2, height * 2)
    if hour.stars:
        _stars(large, rng)
    _light(large, hour, rng)
    _clouds(large, hour, rng)
    GROUNDS[theme.ground](large, hour, rng)
    return large.resize((width, height), Image.Resampling.LANCZOS)


def gradient(colours: tuple[Colour, Colour, Colour], width: int, height: int) -> Image.Image:
    """Three colours from top to bottom."""
    ramp = Image.linear_gradient("L").resize((width, height))
    return ImageOps.colorize(ramp, black=colours[0], mid=colours[1], white=colours[2], midpoint=140)


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """``one`` with a ``share`` (0..1) of ``other``."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def glow(image: Image.Image, centre: tuple[float, float], radius: float, colour: Colour) -> None:
    """A soft light that fades out at ``radius`` pixels."""
    size = max(2, round(radius * 2))
    veil = Image.radial_gradient("L").resize((size, size))
    veil = veil.point([round(max(0.0, 1 - v / 180) ** 2 * 235) for v in range(256)])
    corner = (round(centre[0] - radius), round(centre[1] - radius))
    image.paste(Image.new("RGB", (size, size), colour), corner, veil)


def _stars(image: Image.Image, rng: Random) -> None:
    draw = ImageDraw.Draw(image)
    width, height = image.size
    for _ in range(140):
        x, y = rng.random() * width, (rng.random() ** 1.5) * height * 0.7
        size = rng.choice((1, 1, 1, 2, 3)) * width / 900
        shade = rng.randint(150, 255)
        draw.ellipse((x - size, y - size, x + size, y + size), fill=(shade, shade, 255))


def _light(image: Image.Image, hour: Hour, rng: Random) -> None:
    width, height = image.size
    centre = (width * rng.uniform(0.2, 0.8), height * rng.uniform(0.16, 0.4))
    radius = min(width, height) * rng.uniform(0.06, 0.1)
    glow(image, centre, radius * 6, hour.light)
    box = [c + d for d in (-radius, radius) for c in centre]
    ImageDraw.Draw(image).ellipse(box, fill=hour.light)


def _clouds(image: Image.Image, hour: Hour, rng: Random) -> None:
    width, height = image.size
    veil = Image.new("L", (width // 8, height // 8))
    draw = ImageDraw.Draw(veil)
    for _ in range(rng.randint(3, 6)):
        x, y = rng.random() * veil.width, veil.height * rng.uniform(0.08, 0.45)
        for _ in range(9):
            wide = veil.width * rng.uniform(0.04, 0.16)
            px, py = x + rng.gauss(0, veil.width * 0.11), y + rng.gauss(0, veil.height * 0.012)
            draw.ellipse((px - wide, py - wide * 0.22, px + wide, py + wide * 0.22), fill=150)
    veil = veil.filter(ImageFilter.GaussianBlur(max(1, veil.width / 90))).resize(image.size)
    image.paste(Image.new("RGB", image.size, mix(hour.sky[2], (255, 255, 255), 0.45)), (0, 0), veil)


def ridge(width: int, level: float, rough: float, rng: Random) -> list[tuple[float, float]]:
    """A hilly line around ``level`` pixels, ``rough`` pixels high, from left to right."""
    waves = [(rng.uniform(0.6, 1.4) * 2**n, rng.uniform(0, 7), rough / 2.1**n) for n in range(6)]
    return [
        (x, level + sum(high * math.sin(often * x / width * 6 + at) for often, at, high in waves))
        for x in range(0, width + 8, max(2, width // 200))
    ]


def _land(image: Image.Image, line: list[tuple[float, float]], colour: Colour) -> None:
    width, height = image.size
    ImageDraw.Draw(image).polygon([(0, height), *line, (width, height)], fill=colour)


def _hills(image: Image.Image, hour: Hour, rng: Random, *, rough: float, layers: int = 4) -> None:
    width, height = image.size
    for layer in range(layers):
        share = layer / max(1, layers - 1)
        level = height * (0.52 + 0.34 * share)
        _land(
            image,
            ridge(width, level, height * rough * (1 - share * 0.5), rng),
            mix(hour.far, hour.near, share),
        )


def _sea(image: Image.Image, hour: Hour, rng: Random) -> None:
    width, height = image.size
    _land(image, ridge(width, height * 0.6, height * 0.02, rng), mix(hour.far, hour.sky[1], 0.3))
    top = round(height * 0.62)
    water = ImageOps.flip(image.crop((0, 2 * top - height, width, top)))
    tint = Image.new("RGB", water.size, mix(hour.sky[0], hour.near, 0.3))
    image.paste(Image.blend(water, tint, 0.55), (0, top))
    draw = ImageDraw.Draw(image)
    for _ in range(160):
        depth = rng.random() ** 1.4
        x, y = rng.random() * width, top + depth * (height - top)
        long, colour = width * (0.01 + 0.07 * depth), mix(hour.light, hour.sky[1], rng.random())
        draw.line((x, y, x + long, y), fill=colour, width=max(1, round(depth * width / 300)))


def _shore(image: Image.Image, hour: Hour, rng: Random) -> None:
    """A lighthouse on its rock before the sea."""
    _sea(image, hour, rng)
    width, height = image.size
    x, foot = width * rng.uniform(0.36, 0.64), height * 0.8
    tall, wide = height * rng.uniform(0.36, 0.42), min(width, height) * 0.075
    rock = mix(hour.near, (20, 16, 24), 0.35)
    slope = [(x - wide * 5, height), (x - wide * 2, foot), (x + wide * 2.2, foot)]
    edge = ridge(width, height * 0.93, height * 0.012, rng)
    draw = ImageDraw.Draw(image)
    draw.polygon([*slope, (x + wide * 6, height)], fill=rock)
    _land(image, edge, rock)
    _tower(draw, hour, (x, foot), tall, wide)
    glow(image, (x, foot - tall * 1.05), wide * 7, mix(hour.light, (255, 236, 160), 0.6))
    draw.ellipse(_round(x, foot - tall * 1.05, wide * 0.34), fill=(255, 250, 220))


def _tower(
    draw: ImageDraw.ImageDraw, hour: Hour, foot: tuple[float, float], tall: float, wide: float
) -> None:
    """White and red bands that grow narrower, a gallery, a lantern room and its roof."""
    x, y = foot
    paint = (mix((244, 240, 236), hour.near, 0.22), mix((196, 48, 52), hour.near, 0.22))
    for band in range(5):
        low, high = band / 5, (band + 1) / 5
        below, above = wide * (1 - 0.4 * low), wide * (1 - 0.4 * high)
        bottom, top = y - tall * low, y - tall * high
        corners = [(x - below, bottom), (x - above, top), (x + above, top), (x + below, bottom)]
        draw.polygon(corners, fill=paint[band % 2])
    dark, top, half = mix(hour.near, (16, 14, 22), 0.5), y - tall, wide * 0.55
    draw.rectangle((x - wide * 0.85, top - wide * 0.16, x + wide * 0.85, top), fill=dark)
    draw.rectangle((x - half, top - wide * 1.3, x + half, top), fill=mix(dark, hour.light, 0.3))
    roof = [(x - wide * 0.75, top - wide * 1.3), (x, top - wide * 2.3)]
    draw.polygon([*roof, (x + wide * 0.75, top - wide * 1.3)], fill=paint[1])


def _round(x: float, y: float, radius: float) -> tuple[float, float, float, float]:
    return x - radius, y - radius, x + radius, y + radius


def _mountains(image: Image.Image, hour: Hour, rng: Random) -> None:
    width, height = image.size
    draw = ImageDraw.Draw(image)
    for layer in range(3):
        colour = mix(hour.far, hour.near, layer / 3)
        for _ in range(5 - layer):
            x, wide = rng.random() * width, width * rng.uniform(0.28, 0.5)
            top, foot = height * (0.3 + 0.11 * layer + rng.uniform(0, 0.1)), height * 0.86
            draw.polygon([(x - wide, foot), (x, top), (x + wide, foot)], fill=colour)
            lit = mix(colour, hour.light, 0.25)
            draw.polygon([(x, top), (x + wide * 0.18, foot), (x - wide, foot)], fill=lit)
            cap = wide * 0.2
            snow = mix((255, 255, 255), hour.sky[1], 0.25)
            edge = top + (foot - top) * 0.2
            draw.polygon(
                [(x, top), (x + cap, edge), (x + cap * 0.3, edge * 0.97), (x - cap, edge)],
                fill=snow,
            )
    _hills(image, hour, rng, rough=0.03, layers=2)


def _forest(image: Image.Image, hour: Hour, rng: Random) -> None:
    width, height = image.size
    draw = ImageDraw.Draw(image)
    for layer in range(4):
        share = layer / 3
        level = height * (0.56 + 0.13 * layer)
        colour = mix(mix(hour.far, (60, 110, 90), 0.4), hour.near, share)
        _land(image, ridge(width, level, height * 0.02, rng), colour)
        for x in range(0, width, max(6, round(width * (0.03 + 0.03 * share)))):
            tall = height * rng.uniform(0.05, 0.12) * (1 + share)
            foot, wide = level + height * 0.04, tall * 0.26
            for part in range(3):
                low, span = foot - tall * part * 0.3, wide * (1 - part * 0.24)
                draw.polygon([(x - span, low), (x, low - tall * 0.5), (x + span, low)], fill=colour)


def _city(image: Image.Image, hour: Hour, rng: Random) -> None:
    width, height = image.size
    draw = ImageDraw.Draw(image)
    for layer in range(3):
        colour = mix(hour.far, hour.near, layer / 2)
        x = -width * 0.05
        while x < width:
            wide = width * rng.uniform(0.06, 0.13)
            top = height * (rng.uniform(0.34, 0.62) + 0.1 * layer)
            draw.rectangle((x, top, x + wide, height), fill=colour)
            _windows(draw, (x, top, x + wide, height), layer, rng)
            x += wide * rng.uniform(0.9, 1.15)


def _windows(
    draw: ImageDraw.ImageDraw, box: tuple[float, float, float, float], layer: int, rng: Random
) -> None:
    left, top, right, bottom = box
    pane = max(2.0, (right - left) / 9)
    y = top + pane
    while y < bottom:
        x = left + pane
        while x < right - pane:
            if rng.random() < 0.2 + 0.12 * layer:
                shade = rng.choice(((255, 214, 130), (255, 236, 190), (150, 210, 240)))
                draw.rectangle((x, y, x + pane * 0.8, y + pane * 1.2), fill=shade)
            x += pane * 2
        y += pane * 2.6


def _desert(image: Image.Image, hour: Hour, rng: Random) -> None:
    width, height = image.size
    sand = (226, 170, 110)
    for layer in range(4):
        colour = mix(mix(sand, hour.far, 0.45 - 0.1 * layer), hour.near, 0.12 * layer)
        line = ridge(width, height * (0.56 + 0.11 * layer), height * 0.035, rng)
        _land(image, line, colour)
        crest = [(x, y + height * 0.012) for x, y in line]
        ImageDraw.Draw(image).line(
            crest, fill=mix(colour, hour.light, 0.35), width=max(1, width // 200)
        )


def _meadow(image: Image.Image, hour: Hour, rng: Random) -> None:
    width, height = image.size
    green = Hour(hour.sky, mix(hour.far, (110, 160, 90), 0.5), (44, 92, 52), hour.light)
    _hills(image, green, rng, rough=0.025)
    draw = ImageDraw.Draw(image)
    for _ in range(260):
        depth = rng.random()
        x, y = rng.random() * width, height * (0.8 + 0.2 * depth)
        size = width * (0.002 + 0.008 * depth)
        petal = rng.choice(((250, 210, 90), (236, 104, 120), (246, 244, 250), (170, 120, 220)))
        draw.ellipse((x - size, y - size, x + size, y + size), fill=petal)


def _snow(image: Image.Image, hour: Hour, rng: Random) -> None:
    cold = Hour(hour.sky, mix(hour.far, (220, 232, 246), 0.4), (236, 242, 250), hour.light)
    _hills(image, cold, rng, rough=0.035)
    draw = ImageDraw.Draw(image)
    width, height = image.size
    for _ in range(220):
        x, y, size = rng.random() * width, rng.random() * height, width * rng.uniform(0.001, 0.006)
        draw.ellipse((x - size, y - size, x + size, y + size), fill=(250, 252, 255))


def _space(image: Image.Image, hour: Hour, rng: Random) -> None:
    width, height = image.size
    image.paste(gradient(((6, 6, 22), (26, 18, 62), (12, 10, 34)), width, height))
    _stars(image, rng)
    _stars(image, rng)
    for _ in range(4):
        shade = (rng.randint(60, 200), rng.randint(40, 120), rng.randint(120, 230))
        spot = (rng.random() * width, rng.random() * height)
        glow(image, spot, min(width, height) * rng.uniform(0.3, 0.6), mix(shade, (10, 8, 30), 0.35))
    radius = min(width, height) * rng.uniform(0.2, 0.3)
    centre = (width * rng.uniform(0.3, 0.7), height * rng.uniform(0.5, 0.75))
    ball = gradient((hour.sky[2], hour.sky[1], hour.sky[0]), round(radius * 2), round(radius * 2))
    disc = Image.new("L", ball.size)
    ImageDraw.Draw(disc).ellipse((0, 0, *ball.size), fill=255)
    glow(image, centre, radius * 1.5, hour.sky[1])
    image.paste(ball, (round(centre[0] - radius), round(centre[1] - radius)), disc)
    tilt = (centre[0] - radius * 1.7, centre[1] - radius * 0.3)
    ring = (*tilt, centre[0] + radius * 1.7, centre[1] + radius * 0.3)
    ImageDraw.Draw(image).arc(ring, 8, 172, fill=hour.light, width=max(2, width // 160))


GROUNDS: dict[Ground, Brush] = {
    "sea": _sea,
    "shore": _shore,
    "mountains": _mountains,
    "forest": _forest,
    "city": _city,
    "desert": _desert,
    "meadow": _meadow,
    "snow": _snow,
    "space": _space,
}
