"""Files on their way in: limits, types and picture sizes read from the first bytes."""

import mimetypes
import struct

from sandbox.discord.model import Upload
from sandbox.discord.refusal import refuse

MOST_FILES = 10


def check(uploads: tuple[Upload, ...], limit: int) -> None:
    """Refuse a file above ``limit`` bytes, as Discord does (40005)."""
    if any(len(one.content) > limit for one in uploads):
        raise refuse(40005)


def content_type(upload: Upload) -> str:
    """What the file says it is, else what its name says."""
    if upload.content_type not in {"", "application/octet-stream"}:
        return upload.content_type
    return mimetypes.guess_type(upload.filename)[0] or "application/octet-stream"


def pixels(content: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG, GIF, JPEG or WebP; None for anything else."""
    if content[:8] == b"\x89PNG\r\n\x1a\n" and len(content) >= 24:
        width, height = struct.unpack(">II", content[16:24])
        return width, height
    if content[:6] in {b"GIF87a", b"GIF89a"} and len(content) >= 10:
        width, height = struct.unpack("<HH", content[6:10])
        return width, height
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP" and len(content) >= 30:
        return _webp(content)
    if content[:2] == b"\xff\xd8":
        return _jpeg(content)
    return None


def _webp(content: bytes) -> tuple[int, int] | None:
    kind = content[12:16]
    if kind == b"VP8X":
        return (
            int.from_bytes(content[24:27], "little") + 1,
            int.from_bytes(content[27:30], "little") + 1,
        )
    if kind == b"VP8L":
        bits = int.from_bytes(content[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    width, height = struct.unpack("<HH", content[26:30])
    return width & 0x3FFF, height & 0x3FFF


def _jpeg(content: bytes) -> tuple[int, int] | None:
    """Walk the segments to the start of frame, which holds the size."""
    at = 2
    while at + 9 < len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    return None
