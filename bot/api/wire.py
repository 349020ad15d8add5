"""The wire of streamed replies: an HTTP transport that reads only while somebody asks for more.

A streamed reply arrives in very many small pieces, and reading them one by one is the most that
it costs. Here the socket rests between two reads, and what came meanwhile is one piece. That, and
a parser written in C, take a fifth of the processor time of the library's own transport
(docs/streaming.md). It carries streamed rows alone: they are POSTs, which nothing below repeats.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, contextmanager
from types import TracebackType
from typing import Self

import aiohttp
import httpx
from yarl import URL

KEPT_SECONDS = 5.0
"""How long a connection is kept for the next reply."""


class Wire(httpx.AsyncBaseTransport):
    """Carries the requests of an ``httpx.AsyncClient``; open it as the client is opened."""

    def __init__(self) -> None:
        self._opened = AsyncExitStack()
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=KEPT_SECONDS),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
        )
        self._session = await self._opened.enter_async_context(session)
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        self._session = None
        await self._opened.aclose()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send ``request`` and return its answer as soon as it begins."""
        if self._session is None:
            raise httpx.ConnectError("closed", request=request)
        limits = request.extensions.get("timeout", {})
        with _worded():
            answer = await self._session.request(
                request.method,
                URL(str(request.url), encoded=True),
                headers=request.headers.multi_items(),
                skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
                data=await request.aread() or None,
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(
                    total=None, sock_connect=limits.get("connect"), sock_read=limits.get("read")
                ),
            )
        return httpx.Response(answer.status, headers=answer.raw_headers, stream=_Body(answer))


class _Body(httpx.AsyncByteStream):
    """What is left of an answer."""

    def __init__(self, answer: aiohttp.ClientResponse) -> None:
        self._answer = answer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _worded():
            while piece := await self._answer.content.readany():
                if socket := self._socket:
                    socket.pause_reading()
                yield piece
                if socket := self._socket:
                    socket.resume_reading()

    async def aclose(self) -> None:
        """Let the connection go: for another reply if this one was read to its end."""
        if socket := self._socket:
            socket.resume_reading()
        self._answer.release()

    @property
    def _socket(self) -> asyncio.ReadTransport | None:
        """What to read from; the library lets go of it at the end of the answer."""
        connection = self._answer.connection
        socket = connection.transport if connection else None
        return None if socket is None or socket.is_closing() else socket


@contextmanager
def _worded() -> Iterator[None]:
    """Turns this library's errors into those that the client promises."""
    try:
        yield
    except aiohttp.ConnectionTimeoutError as error:
        raise httpx.ConnectTimeout(str(error)) from error
    except aiohttp.ClientConnectorError as error:
        raise httpx.ConnectError(str(error)) from error
    except (aiohttp.ServerTimeoutError, TimeoutError) as error:
        raise httpx.ReadTimeout(str(error)) from error
    except (aiohttp.InvalidURL, ValueError) as error:
        raise httpx.InvalidURL(str(error)) from error
    except (aiohttp.ClientError, OSError) as error:
        raise httpx.RemoteProtocolError(type(error).__name__) from error
