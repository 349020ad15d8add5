"""Fetches media: signed addresses on the API's file host, without our credentials.

A signature in the address and a credential in a header contradict each other for the storage, and
a redirect would carry the credential away. So this has an HTTP client of its own that knows none.
"""

import asyncio
from typing import Literal
from urllib.parse import urljoin

import httpx

from bot.api.hosts import MediaHosts
from bot.api.models.media import Download
from bot.api.pictures import sniff
from bot.api.refusals import Answer, refusal
from bot.api.transport import reaching
from bot.errors import Malformed, Missing, OverLimit

OPERATION = "download_media"
"""What errors name, as no row of the documentation does this."""

REDIRECTS = 5
DOWNLOAD_SECONDS = 300.0
SILENCE_SECONDS = 30.0

Kind = Literal["IMAGE", "VIDEO"]

_STARTS = {"IMAGE": ("image/",), "VIDEO": ("video/",), None: ("image/", "video/")}


async def download(
    http: httpx.AsyncClient, hosts: MediaHosts, url: str, *, limit: int, kind: Kind | None
) -> Download:
    """The file at ``url``, of ``limit`` bytes at most.

    Raises:
        Missing: It is gone or its signature has expired; a fresh address may help.
        Malformed: The address leads elsewhere, or the file is not of ``kind``.
        OverLimit: It is larger than ``limit``.
        Unreachable: No answer came, or ``TimedOut``: not in time.
        Refused: Any other error status.
    """
    with reaching(OPERATION):
        async with asyncio.timeout(DOWNLOAD_SECONDS):
            for _ in range(REDIRECTS + 1):
                if not hosts.allow(url):
                    raise Malformed(OPERATION, ["address on a foreign host"])
                async with http.stream("GET", url, timeout=SILENCE_SECONDS) as response:
                    if not response.has_redirect_location:
                        return await _read(response, limit, kind)
                    url = urljoin(url, response.headers["Location"])
    raise Malformed(OPERATION, ["too many redirects"])


async def _read(response: httpx.Response, limit: int, kind: Kind | None) -> Download:
    if response.status_code in {403, 404, 410}:
        raise Missing(OPERATION, response.status_code, "gone or expired")
    if response.status_code != 200:
        raise refusal(OPERATION, Answer(response.status_code, dict(response.headers), b""))
    if int(response.headers.get("Content-Length", "0")) > limit:
        raise OverLimit("media bytes", limit)
    content = bytearray()
    async for piece in response.aiter_bytes():
        content += piece
        if len(content) > limit:
            raise OverLimit("media bytes", limit)
    declared = response.headers.get("Content-Type", "")
    return Download(bytes(content), content_type(bytes(content[:64]), declared, kind))


def content_type(start: bytes, declared: str, kind: Kind | None) -> str:
    """What a file is, by its first bytes, else by its header; ``Malformed`` if not ``kind``."""
    said = declared.partition(";")[0].strip().lower()
    actual = sniff(start) or said
    # A vector picture is a document that can run scripts.
    if actual == "image/svg+xml" or not actual.startswith(_STARTS[kind]):
        raise Malformed(OPERATION, [f"content type {said or 'unsaid'}"])
    return actual
