"""One gateway socket: an outbox that keeps the order, compression, the frame limit."""

import asyncio
import zlib

from aiohttp import web

MOST_FRAMES = 120
FRAME_SECONDS = 60.0


class Closing(Exception):
    """The socket is to be closed with ``code``."""

    def __init__(self, code: int) -> None:
        super().__init__(str(code))
        self.code = code


class Socket:
    """Sends frames in order; ``compress`` gives one zlib stream per connection."""

    def __init__(
        self,
        raw: web.WebSocketResponse,
        transport: asyncio.Transport | None,
        *,
        compress: bool,
    ) -> None:
        self._raw, self._transport = raw, transport
        self._outbox: asyncio.Queue[str] = asyncio.Queue()
        self._stream = zlib.compressobj() if compress else None
        self._opened, self._frames = 0.0, 0

    def send(self, frame: str) -> None:
        """Queue a frame; the writer sends it."""
        self._outbox.put_nowait(frame)

    async def write(self) -> None:
        """Send what is queued until the socket ends."""
        while not self._raw.closed:
            frame = await self._outbox.get()
            try:
                await self._write_one(frame)
            except ConnectionError:
                return

    def count(self, now: float) -> None:
        """Hold the client to 120 frames a minute.

        Raises:
            Closing: 4008 above that.
        """
        if now - self._opened > FRAME_SECONDS:
            self._opened, self._frames = now, 0
        self._frames += 1
        if self._frames > MOST_FRAMES:
            raise Closing(4008)

    async def close(self, code: int | None) -> None:
        """Close with ``code``; None cuts the connection without a word."""
        if code is not None:
            await self._raw.close(code=code)
        elif self._transport:
            self._transport.abort()

    async def _write_one(self, frame: str) -> None:
        if self._stream is None:
            await self._raw.send_str(frame)
            return
        packed = self._stream.compress(frame.encode()) + self._stream.flush(zlib.Z_SYNC_FLUSH)
        await self._raw.send_bytes(packed)
