"""The load: an AI service in a process of its own, whose tokens come at a steady rate.

``python -m benchmarks.tokens`` opens one, prints its address, and ends with its standard input. It
speaks just enough of the API for chats, as cheaply as it can, so that it never is the narrow place:
``POST /chats/{id}/messages`` streams a reply of as many tokens as the last number of the message
says, each in a packet of its own, 25 ms apart, and ``GET /chats/{id}`` holds it when it is whole.
``GET /benchmark`` tells when each reply began.
"""

import asyncio
import json
import re
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache

import httpx

from sandbox.aliveai.prose import Scene, reply, tokens

RATE = 40.0
TICK = 0.01
LONGEST = 4000


@cache
def words() -> tuple[str, ...]:
    """Tokens of a long English reply; every reply is the beginning of it."""
    scene = Scene("Mira", "Keeper of a lighthouse, fond of storms.", "Alice", "")
    found: list[str] = []
    for number in range(1000):
        found += tokens(reply(scene, "Tell me a long story", f"{number}") + "\n\n")
        if len(found) >= LONGEST:
            break
    return tuple(found[:LONGEST])


@cache
def ends() -> tuple[int, ...]:
    """The length of the text after each token, in characters."""
    lengths, total = [], 0
    for word in words():
        total += len(word)
        lengths.append(total)
    return tuple(lengths)


@dataclass(frozen=True, slots=True)
class Began:
    """A reply: ``at`` is when its first token came, on the machine's steady clock."""

    chat: str
    at: float
    length: int

    def sent(self, number: int) -> float:
        """When token ``number``, from 0, was sent."""
        return self.at + number / RATE


@dataclass(frozen=True, slots=True)
class Load:
    """An open token server."""

    url: str

    async def began(self) -> list[Began]:
        """The replies so far, and nothing about later ones."""
        async with httpx.AsyncClient() as client:
            rows = (await client.get(f"{self.url}/benchmark", timeout=60)).json()
        return [Began(*row) for row in rows]


@asynccontextmanager
async def loaded() -> AsyncIterator[Load]:
    """Start a token server in a process of its own."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.tokens"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    if not (process.stdin and process.stdout):
        raise RuntimeError("a process without the pipes it was given")
    try:
        yield Load((await process.stdout.readline()).decode().strip())
    finally:
        process.stdin.close()
        await process.wait()


@dataclass(slots=True)
class _Reply:
    """One reply on its way."""

    transport: asyncio.WriteTransport
    began: Began
    sent: int = 0

    def tick(self, now: float, chunks: list[bytes], end: bytes) -> bool:
        """Send what is due; whether there will be more."""
        due = min(self.began.length, int((now - self.began.at) * RATE) + 1)
        while self.sent < due:
            self.transport.write(chunks[self.sent])
            self.sent += 1
        if self.sent < self.began.length and not self.transport.is_closing():
            return True
        self.transport.write(end)
        return False


@dataclass(slots=True)
class _Service:
    """All replies of the server."""

    replies: list[_Reply] = field(default_factory=list)
    began: list[Began] = field(default_factory=list)
    chunks: list[bytes] = field(default_factory=lambda: [_event(token=one) for one in words()])
    end: bytes = b""

    def begin(self, transport: asyncio.WriteTransport, chat: str, length: int) -> None:
        reply = _Reply(transport, Began(chat, time.monotonic(), length))
        ids = {"chatId": chat, "userMessageId": f"u{chat}", "assistantMessageId": f"a{chat}"}
        transport.write(STREAMING + _event("init", **ids))
        self.began.append(reply.began)
        self.replies.append(reply)

    def held(self, chat: str) -> list[dict[str, object]]:
        """The messages of a chat; a reply is there once it is written, whoever heard it."""
        now = time.monotonic()
        over = [one for one in self.began if one.chat == chat and now >= one.sent(one.length)]
        return [
            {
                "messageId": f"a{chat}",
                "messageType": "CHARACTER",
                "candidates": [{"candidateId": "c", "message": "".join(words()[: one.length])}],
            }
            for one in over[-1:]
        ]

    async def run(self) -> None:
        end = b"0\r\n\r\n"
        while True:
            now = time.monotonic()
            over = [one for one in self.replies if not one.tick(now, self.chunks, b"")]
            for one in over:
                text = "".join(words()[: one.began.length])
                one.transport.write(_event("complete", message=text) + end)
                self.replies.remove(one)
            await asyncio.sleep(TICK)


STREAMING = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n"
)


def _event(kind: str = "token", **fields: str) -> bytes:
    line = json.dumps({"type": kind, **fields}).encode() + b"\n"
    return b"%x\r\n%s\r\n" % (len(line), line)


class _Connection(asyncio.Protocol):
    """Reads requests, one after another, and answers them."""

    def __init__(self, service: _Service) -> None:
        self._service = service
        self._rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)  # noqa: S101 - narrows the type
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._rest += data
        for head, body in self._requests():
            self._answer(head, body)

    def _requests(self) -> Iterator[tuple[str, bytes]]:
        while b"\r\n\r\n" in self._rest:
            head, _, rest = self._rest.partition(b"\r\n\r\n")
            found = re.search(rb"content-length: *(\d+)", head, re.IGNORECASE)
            length = int(found[1]) if found else 0
            if len(rest) < length:
                return
            self._rest = rest[length:]
            yield head.decode(), rest[:length]

    def _answer(self, head: str, body: bytes) -> None:
        method, path = head.split(" ", 2)[:2]
        parts = path.strip("/").split("/")
        if method == "POST" and parts[0] == "chats":
            length = int(re.findall(r"\d+", json.loads(body)["userMessage"])[-1])
            self._service.begin(self._transport, parts[1], min(length, LONGEST))
            return
        told: object = {"chatId": parts[-1], "messages": self._service.held(parts[-1])}
        if parts[0] == "benchmark":
            told = [[one.chat, one.at, one.length] for one in self._service.began]
        content = json.dumps(told).encode()
        head_ = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
        self._transport.write(f"{head_}{len(content)}\r\n\r\n".encode() + content)


async def _serve() -> None:
    service = _Service()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Connection(service), "127.0.0.1", backlog=1000)
    ticking = loop.create_task(service.run())
    host, port = server.sockets[0].getsockname()
    sys.stdout.write(f"http://{host}:{port}\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)
    ticking.cancel()


if __name__ == "__main__":
    asyncio.run(_serve())
