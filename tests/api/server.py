"""A local server that answers as a test says, and remembers what it was asked."""

from collections import defaultdict, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Asked:
    """One request as it arrived."""

    method: str
    path: str
    query: list[tuple[str, str]]
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Scripted:
    """Answers by method and path, each in turn; the last one stays."""

    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    _answers: dict[tuple[str, str], deque[Handler]] = field(
        default_factory=lambda: defaultdict(deque)
    )

    @property
    def ws_url(self) -> str:
        return self.url.replace("http", "ws", 1)

    def on(self, method: str, path: str, *handlers: Handler) -> None:
        self._answers[method, path].extend(handlers)

    def times(self, method: str, path: str) -> int:
        return sum((one.method, one.path) == (method, path) for one in self.asked)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        socket = request.headers.get("Upgrade", "").lower() == "websocket"
        method = "WS" if socket else request.method
        # A form is read by the handler: its stream can be read but once.
        apart = socket or request.content_type.startswith("multipart/")
        body = b"" if apart else await request.read()
        raw_path = request.raw_path.partition("?")[0]
        self.asked.append(Asked(method, raw_path, [*request.query.items()], request.headers, body))
        waiting = self._answers[method, raw_path]
        if not waiting:
            return json({"title": f"nothing scripted for {method} {raw_path}"}, status=404)
        handler = waiting.popleft() if len(waiting) > 1 else waiting[0]
        return await handler(request)


@asynccontextmanager
async def serving() -> AsyncIterator[Scripted]:
    scripted = Scripted()
    app = web.Application(client_max_size=64 * 1024 * 1024)
    app.router.add_route("*", "/{anything:.*}", scripted.answer)
    async with TestServer(app) as server:
        scripted.url = f"http://{server.host}:{server.port}"
        yield scripted


def json(content: Any, *, status: int = 200, **headers: str) -> web.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return web.json_response(content, status=status, headers=named)


def says(
    content: Any = None, *, status: int = 200, text: str | None = None, **headers: str
) -> Handler:
    """An answer with JSON, or with plain ``text``, or empty with status 204."""

    async def handle(_: web.Request) -> web.Response:
        if text is not None:
            return web.Response(text=text, status=status)
        if status == 204:
            return web.Response(status=204)
        return json(content, status=status, **headers)

    return handle


def streams(
    *pieces: bytes, breaks: bool = False, content_type: str = "application/x-ndjson"
) -> Handler:
    """An answer in these pieces; ``breaks`` cuts the connection after them."""

    async def handle(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": content_type})
        await response.prepare(request)
        for piece in pieces:
            await response.write(piece)
        if breaks and request.transport:
            request.transport.abort()
        return response

    return handle


def cuts() -> Handler:
    """No answer: the connection breaks after the request was read."""

    async def handle(request: web.Request) -> web.StreamResponse:
        if request.transport:
            request.transport.abort()
        return web.Response()

    return handle


def socket(*frames: dict[str, Any] | str | bytes) -> Handler:
    """A socket that sends these frames and closes."""

    async def handle(request: web.Request) -> web.StreamResponse:
        channel = web.WebSocketResponse()
        await channel.prepare(request)
        for frame in frames:
            if isinstance(frame, dict):
                await channel.send_json(frame)
            elif isinstance(frame, bytes):
                await channel.send_bytes(frame)
            else:
                await channel.send_str(frame)
        await channel.close()
        return channel

    return handle
