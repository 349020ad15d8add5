"""Streamed chat replies, over a real connection and as pure decoding."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import aclosing
from itertools import pairwise
from json import dumps
from typing import Any

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from bot.api import Api, routes
from bot.api.models.chats import SendMessage
from bot.api.models.events import ChatEvent, Complete, Init, Token
from bot.api.ndjson import Records, RecordTooLongError, ReplyReader
from bot.errors import GenerationFailed, Missing, NotSent, StreamBroken
from tests.api.conftest import Opening
from tests.api.server import Scripted, says, streams

INIT = {
    "type": "init",
    "chatId": "c1",
    "userMessageId": "m1",
    "userCandidateId": "u1",
    "assistantMessageId": "m2",
    "assistantCandidateId": "a2",
}
MESSAGE = {
    "messageId": "m2",
    "selectedCandidateId": "a1",
    "candidates": [
        {"candidateId": "a1", "message": "Older.", "media": None},
        {"candidateId": "a2", "message": "Hello!", "media": None},
    ],
    "messageType": "CHARACTER",
}
PATH = "/chats/c1/messages"


def lines(*records: dict[str, Any]) -> bytes:
    return b"".join(dumps(record, ensure_ascii=False).encode() + b"\n" for record in records)


def replies(api: Api) -> AsyncIterator[ChatEvent]:
    body = SendMessage(user_message="Hi")
    return api.stream(routes.SEND_CHAT_MESSAGE, path={"chatId": "c1"}, body=body)


async def test_a_reply_streams_to_its_end(api: Api, server: Scripted) -> None:
    token = {"type": "token", "token": "Hel"}
    server.on(
        "POST",
        PATH,
        streams(lines(INIT), lines(token), lines({"type": "complete", "message": MESSAGE})),
    )
    init, first, complete = [event async for event in replies(api)]
    assert init == Init("c1", "m1", "u1", "m2", "a2")
    assert first == Token("Hel")
    assert isinstance(complete, Complete)
    assert complete.text == "Hello!"
    assert complete.message is not None
    assert complete.message.message_id == "m2"
    assert server.asked[0].body == b'{"userMessage":"Hi"}'


async def test_a_regeneration_sends_no_body(api: Api, server: Scripted) -> None:
    server.on("POST", "/chats/c1/messages/m2/regenerate", streams(lines({"type": "complete"})))
    path = {"chatId": "c1", "messageId": "m2"}
    events = [event async for event in api.stream(routes.REGENERATE_CHAT_MESSAGE, path=path)]
    assert events == [Complete(None, "")]
    assert server.asked[0].body == b""


@pytest.mark.parametrize("breaks", [True, False])
async def test_a_reply_without_its_end_is_broken_and_keeps_its_text(
    api: Api, server: Scripted, breaks: bool
) -> None:
    pieces = lines(INIT, {"type": "token", "token": "Hel"}, {"type": "token", "token": "lo"})
    server.on("POST", PATH, streams(pieces, breaks=breaks))
    with pytest.raises(StreamBroken) as caught:
        async for _ in replies(api):
            pass
    assert caught.value.partial == "Hello"
    assert len(server.asked) == 1


async def test_a_reply_that_falls_silent_is_broken(opening: Opening, server: Scripted) -> None:
    never = asyncio.Event()

    async def silent(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(lines({"type": "token", "token": "Hel"}))
        await never.wait()
        return response

    server.on("POST", PATH, silent)
    async with opening(idle_seconds=0.05) as api:
        with pytest.raises(StreamBroken) as caught:
            async for _ in replies(api):
                pass
    never.set()
    assert caught.value.partial == "Hel"


async def test_an_error_event_fails_the_reply(api: Api, server: Scripted) -> None:
    server.on("POST", PATH, streams(lines(INIT, {"type": "error", "message": "out of memory"})))
    with pytest.raises(GenerationFailed) as caught:
        async for _ in replies(api):
            pass
    assert caught.value.message == "out of memory"


async def test_a_refused_reply_raises_before_any_event(api: Api, server: Scripted) -> None:
    server.on("POST", PATH, says({"title": "Not Found"}, status=404))
    with pytest.raises(Missing):
        async for _ in replies(api):
            pass


async def test_closing_the_iterator_closes_the_connection(api: Api, server: Scripted) -> None:
    gone = asyncio.Event()

    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            while True:
                await response.write(lines({"type": "token", "token": "la"}))
                await asyncio.sleep(0)
        finally:
            gone.set()

    server.on("POST", PATH, endless)
    async with aclosing(replies(api)) as events:  # type: ignore[type-var]
        async for _ in events:
            break
    await asyncio.wait_for(gone.wait(), 5)


@pytest.mark.parametrize("name", ["token", "content", "text", "delta"])
def test_a_token_is_found_under_every_likely_name(name: str) -> None:
    assert ReplyReader("r").read(dumps({"type": "token", name: "x"}).encode()) == Token("x")


@pytest.mark.parametrize("name", ["message", "error", "detail"])
def test_an_error_is_found_under_every_likely_name(name: str) -> None:
    with pytest.raises(GenerationFailed, match="sorry"):
        ReplyReader("r").read(dumps({"type": "error", name: "sorry"}).encode())


@pytest.mark.parametrize(
    "complete",
    [
        {"message": {**MESSAGE, "selectedCandidateId": "a2"}},
        {"message": "Hello!"},
        {"text": "Hello!"},
        {"content": "Hello!"},
        {**MESSAGE, "selectedCandidateId": "a2"},
        {"messageId": "m2", "message": "Hello!"},
        {},
    ],
)
def test_the_end_is_read_in_every_likely_shape(complete: dict[str, Any]) -> None:
    reader = ReplyReader("r")
    reader.read(lines({"type": "token", "token": "Hello!"}).strip())
    event = reader.read(dumps({"type": "complete", **complete}).encode())
    assert isinstance(event, Complete)
    assert event.text == "Hello!"


def test_what_the_api_stored_wins_over_the_tokens() -> None:
    reader = ReplyReader("r")
    reader.read(b'{"type": "token", "token": "Helo"}')
    event = reader.read(dumps({"type": "complete", "message": MESSAGE}).encode())
    assert isinstance(event, Complete)
    assert event.text == "Older."


@pytest.mark.parametrize("record", [b"", b"nonsense", b"[1]", b'{"type": "ping"}', b"[" * 100_000])
def test_unknown_records_are_passed_over(record: bytes) -> None:
    assert ReplyReader("r").read(record) is None


def split(pieces: list[bytes], cap: int) -> list[bytes | str]:
    """Records as fed in these pieces; the last one says if the cap was met."""
    records, found = Records(cap), list[bytes | str]()
    try:
        for piece in pieces:
            found.extend(records.feed(piece))
        found.extend(records.end())
    except RecordTooLongError:
        found.append("too long")
    return found


PIECES = st.lists(
    st.sampled_from(
        [
            b"\n",
            b"\r\n",
            b"\n\n",
            b" ",
            b'{"a": 1}',
            "\u2028\u0085é".encode(),
            b"\xff\xfe",
            b"x" * 9,
        ]
    )
    | st.binary(max_size=6),
    max_size=30,
)


@given(PIECES, st.lists(st.integers(0, 200), max_size=12), st.integers(1, 40))
def test_records_do_not_depend_on_how_the_bytes_were_cut(
    content: list[bytes], cuts: list[int], cap: int
) -> None:
    whole = b"".join(content)
    places = sorted({0, len(whole), *(cut for cut in cuts if cut < len(whole))})
    pieces = [whole[a:b] for a, b in pairwise(places)]
    assert split(pieces, cap) == split([whole], cap)


TEXTS = st.text(st.characters(codec="utf-8"), min_size=1)


@given(st.lists(TEXTS, max_size=8), st.booleans())
def test_text_survives_whatever_it_holds(texts: list[str], ended: bool) -> None:
    body = lines(*({"type": "token", "token": text} for text in texts))
    reader = ReplyReader("r")
    for record in split([body if ended else body.rstrip(b"\n")], 10_000):
        assert isinstance(record, bytes)
        reader.read(record)
    assert (
        reader.partial == "".join(texts).encode("utf-8", "replace").decode()
        or max("".join(texts)) >= "\ud800"
    )


async def test_tokens_that_gathered_are_read_at_once(api: Api, server: Scripted) -> None:
    pauses: list[int] = []

    def gather() -> float:
        pauses.append(1)
        return 0.02

    tokens = [lines({"type": "token", "token": f"{number} "}) for number in range(500)]
    server.on("POST", PATH, streams(*tokens, lines({"type": "complete", "message": MESSAGE})))
    body = SendMessage(user_message="Hi")
    reading = api.stream(routes.SEND_CHAT_MESSAGE, path={"chatId": "c1"}, body=body, gather=gather)
    events = [event async for event in reading]
    assert [event.text for event in events[:-1] if isinstance(event, Token)] == [
        f"{number} " for number in range(500)
    ]
    assert isinstance(events[-1], Complete)
    assert len(pauses) < 100


async def test_replies_one_after_another_share_a_connection(api: Api, server: Scripted) -> None:
    seen: set[object] = set()

    async def answer(request: web.Request) -> web.StreamResponse:
        seen.add(request.transport)
        return web.Response(body=lines({"type": "complete", "message": MESSAGE}))

    server.on("POST", PATH, answer)
    for _ in range(3):
        assert len([event async for event in replies(api)]) == 1
    assert len(seen) == 1


async def test_a_service_that_is_not_there_was_sent_nothing(opening: Opening) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        async with opening(url=f"http://127.0.0.1:{taken.getsockname()[1]}") as api:
            with pytest.raises(NotSent):
                async for _ in replies(api):
                    pass
