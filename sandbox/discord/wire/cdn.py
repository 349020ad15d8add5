"""The CDN: attachments behind signed addresses, avatars, emojis."""

import asyncio
import base64
import struct
import zlib
from urllib.parse import unquote

from aiohttp import web

from sandbox.discord.shapes.files import is_valid
from sandbox.discord.wire.faults import CDN_FILE, Faults
from sandbox.discord.wire.transcript import Exchange, Transcript
from sandbox.discord.world import World

GONE = "This content is no longer available."


class Cdn:
    """Serves what the world keeps; ``routes`` are mounted under the CDN's address."""

    def __init__(self, world: World, transcript: Transcript, faults: Faults) -> None:
        self._world, self._transcript, self._faults = world, transcript, faults

    def routes(self, prefix: str) -> list[web.RouteDef]:
        file = prefix + "/{kind:attachments|ephemeral-attachments}/{channel}/{file}/{name}"
        return [
            web.get(file, self._file),
            web.get(prefix + "/{kind:avatars|emojis|icons|embed}/{rest:.+}", self._picture),
        ]

    async def _file(self, request: web.Request) -> web.Response:
        fault = self._faults.hit(CDN_FILE)
        if fault and fault.delay:
            await asyncio.sleep(fault.delay)
        if fault and fault.fails:
            self._note(request, fault.status)
            return web.Response(status=fault.status or 500, text=GONE)
        found = self._world.files.get(int(request.match_info["file"]))
        query = request.query
        kind, channel, name = (request.match_info[key] for key in ("kind", "channel", "name"))
        path = f"/{kind}/{channel}/{request.match_info['file']}/{unquote(name)}"
        signed = is_valid(
            path,
            query.get("ex", "0"),
            query.get("is", "0"),
            query.get("hm", ""),
            self._world.clock.now(),
        )
        status = 200 if found and signed else 404
        self._note(request, status)
        if found is None or not signed:
            return web.Response(status=404, text=GONE)
        return web.Response(body=found.content, headers={"Content-Type": found.content_type})

    async def _picture(self, request: web.Request) -> web.Response:
        name = request.match_info["rest"].rpartition("/")[2].partition(".")[0]
        self._note(request, 200)
        source = self._world.images.get(name)
        if isinstance(source, bytes):
            return web.Response(body=source, content_type="image/png")
        if source and source.startswith("data:"):
            head, _, body = source.partition(",")
            kind = head.removeprefix("data:").partition(";")[0]
            return web.Response(body=base64.b64decode(body), content_type=kind)
        if source:
            raise web.HTTPFound(source)
        return web.Response(body=swatch(name), content_type="image/png")

    def _note(self, request: web.Request, status: int) -> None:
        now = self._world.clock.now()
        path = request.path
        self._transcript.add(Exchange(now, "CDN", "GET", "", path, status=status, reply=""))


def swatch(name: str) -> bytes:
    """A small one-colour PNG that stands for an account without a picture of its own."""
    colour = zlib.crc32(name.encode()).to_bytes(4, "big")[:3]
    side = 16
    rows = (b"\0" + colour * side) * side

    def chunk(kind: bytes, body: bytes) -> bytes:
        summed = zlib.crc32(kind + body)
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", summed)

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )
