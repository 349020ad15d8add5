"""Films a clip: H.264 in MP4, a slow pan and zoom over its picture, with a soft chord if it sounds.

The frames are crops of the one picture, so a video visibly belongs to what it was made from.
"""

import io
import math
from array import array
from fractions import Fraction

import av
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.video.stream import VideoStream
from PIL import Image

from sandbox.aliveai.pictures import captioned, draw
from sandbox.aliveai.recipes import Clip

SAMPLES = 44100
"""Audio samples per second."""


def film(clip: Clip, scale: float = 1.0) -> bytes:
    """The clip as a playable MP4 file; ``scale`` shrinks the frames."""
    first = draw(clip.first, scale)
    last = draw(clip.last, scale) if clip.last else first
    size = _even(first, clip.size * scale)
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=clip.rate, options={"preset": "veryfast"})
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        sound = container.add_stream("aac", rate=SAMPLES) if clip.sound else None
        _shoot(container, stream, clip, (first, last), size)
        if sound:
            _play(container, sound, clip)
    return out.getvalue()


def _even(image: Image.Image, short: float) -> tuple[int, int]:
    share = short / min(image.size)
    width, height = (max(16, round(side * share / 2) * 2) for side in image.size)
    return width, height


def _shoot(
    container: OutputContainer,
    stream: VideoStream,
    clip: Clip,
    ends: tuple[Image.Image, Image.Image],
    size: tuple[int, int],
) -> None:
    frames = max(2, round(clip.seconds * clip.rate))
    for number in range(frames):
        at = number / (frames - 1)
        image = _crop(ends[0], at, clip, size)
        if ends[1] is not ends[0]:
            image = Image.blend(image, _crop(ends[1], 1 - at, clip, size), at)
        image = captioned(image, clip.caption)
        frame = av.VideoFrame.from_image(image)  # type: ignore[no-untyped-call]  # PyAV's own gap
        frame.pts, frame.time_base = number, Fraction(1, clip.rate)
        container.mux(stream.encode(frame))
    container.mux(stream.encode())


def _crop(image: Image.Image, at: float, clip: Clip, size: tuple[int, int]) -> Image.Image:
    ease = (1 - math.cos(at * math.pi)) / 2
    zoom = 1 - (0.08 + 0.03 * clip.motion) * ease
    turn = (clip.seed % 360) / 57.3
    width, height = image.width * zoom, image.height * zoom
    left = (image.width - width) * (0.5 + 0.4 * math.cos(turn) * ease)
    top = (image.height - height) * (0.5 + 0.4 * math.sin(turn) * ease)
    box = (left, top, left + width, top + height)
    return image.resize(size, Image.Resampling.BILINEAR, box=box)


def _play(container: OutputContainer, stream: AudioStream, clip: Clip) -> None:
    root = 196 * 2 ** (clip.seed % 12 / 12)
    block = 1024
    for start in range(0, round(clip.seconds * SAMPLES), block):
        tones = array("h", (_tone(root, (start + n) / SAMPLES) for n in range(block)))
        frame = av.AudioFrame(format="s16", layout="mono", samples=block)
        frame.sample_rate, frame.pts = SAMPLES, start
        frame.planes[0].update(tones.tobytes())
        container.mux(stream.encode(frame))
    container.mux(stream.encode())


def _tone(root: float, time: float) -> int:
    chord = sum(math.sin(2 * math.pi * root * part * time) for part in (1, 1.25, 1.5))
    swell = 0.5 + 0.5 * math.sin(time * 1.6)
    return round(1400 * chord * swell)
