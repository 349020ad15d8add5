"""Requests and answers of the API over HTTP: credential, timeouts and caps, and nothing of models.

A call that is refused with 401 did not happen, so it is made once more after a new login, whatever
it is. No other call is repeated here.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from pydantic import SecretStr

from bot.api.calls import BLOCKING, Call, prepare
from bot.api.corrections import Table
from bot.api.credential import Credential
from bot.api.decoding import decode
from bot.api.models.members import Login
from bot.api.refusals import Answer, refusal
from bot.api.routes import LOGIN_MEMBER, Route
from bot.errors import Malformed, NotSent, TimedOut, Unreachable
from config.settings import AliveAI

ANSWER_BYTES = 32 * 1024 * 1024
SLOW_SECONDS = 120.0
BLOCKING_SECONDS = 90.0
"""The service holds a blocking request for 40 seconds at most, by its documentation."""


@dataclass(frozen=True, slots=True)
class Form:
    """The parts of an upload."""

    name: str
    content: bytes
    content_type: str


@contextmanager
def reaching(route: str) -> Iterator[None]:
    """Turns what the HTTP library raises into our errors."""
    try:
        yield
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
        raise NotSent(route, type(error).__name__) from error
    except (httpx.TimeoutException, TimeoutError) as error:
        raise TimedOut(route, type(error).__name__) from error
    except (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL) as error:
        raise Unreachable(route, type(error).__name__) from error


class Transport:
    """Speaks HTTP with the API as one account; streamed answers come through ``streams``."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        streams: httpx.AsyncClient,
        settings: AliveAI,
        table: Table,
    ) -> None:
        self._http = http
        self._streams = streams
        self._settings = settings
        self._table = table
        self.credential = Credential(settings, self._log_in)

    async def exchange(self, route: Route[Any], call: Call, form: Form | None = None) -> Answer:
        """The whole answer to one call, whatever its status.

        Raises:
            Malformed: It is larger than any answer should be.
            Unreachable: No answer came, or ``TimedOut``: not in time.
        """
        with reaching(route.operation):
            async with asyncio.timeout(self._patience(route, call)):
                async with self.answering(route, call, form) as response:
                    return await self._read(route, response)

    async def check(self, route: Route[Any], response: httpx.Response) -> None:
        """Raises what the status of ``response`` stands for, if it is an error."""
        if not response.is_success:
            raise refusal(route.operation, await self._read(route, response))

    async def _read(self, route: Route[Any], response: httpx.Response) -> Answer:
        body = bytearray()
        async for piece in response.aiter_bytes():
            body += piece
            if len(body) > ANSWER_BYTES:
                raise Malformed(route.operation, ["more bytes than an answer may have"])
        headers = {name.lower(): value for name, value in response.headers.items()}
        text = bytes(body)
        if response.is_error:
            text = self.credential.hide(text)
        return Answer(response.status_code, headers, text)

    @asynccontextmanager
    async def answering(
        self, route: Route[Any], call: Call, form: Form | None = None
    ) -> AsyncIterator[httpx.Response]:
        """The answer as it begins to arrive; its body is the caller's to read."""
        used = await self.credential.header() if route.needs_credential else None
        response = await self._send(route, call, form, used)
        try:
            if response.status_code == 401 and used and await self.credential.renew(used):
                await response.aclose()
                fresh = await self.credential.header()
                response = await self._send(route, call, form, fresh)
            yield response
        finally:
            await response.aclose()

    async def _send(
        self, route: Route[Any], call: Call, form: Form | None, authorization: str | None
    ) -> httpx.Response:
        headers = {"Authorization": authorization} if authorization else {}
        if call.blocks:
            headers[BLOCKING] = "true"
        client = self._streams if route.streams else self._http
        request = client.build_request(
            call.method,
            self._settings.url + call.path,
            params=list(call.query),
            headers=headers,
            timeout=self._silence(route, call),
            **_content(call, form),
        )
        return await client.send(request, stream=True)

    async def _log_in(self, login: Login) -> SecretStr:
        row = self._table.get(LOGIN_MEMBER, LOGIN_MEMBER)
        answer = await self.exchange(row, prepare(row, path={}, query={}, body=login))
        return decode(LOGIN_MEMBER, answer).access_token

    def _silence(self, route: Route[Any], call: Call) -> httpx.Timeout:
        ordinary = self._settings.timeout_seconds
        longest = self._settings.idle_seconds if route.streams else self._patience(route, call)
        return httpx.Timeout(ordinary, read=longest, write=max(ordinary, longest), pool=None)

    def _patience(self, route: Route[Any], call: Call) -> float:
        ordinary = self._settings.timeout_seconds
        if call.blocks:
            return max(ordinary, BLOCKING_SECONDS)
        return max(ordinary, SLOW_SECONDS) if route.slow or route.is_upload else ordinary


def _content(call: Call, form: Form | None) -> dict[str, Any]:
    if form is None:
        return {"json": call.body}
    return {
        "data": {"name": form.name},
        "files": {"image": (form.name, form.content, form.content_type)},
    }
