"""The client of the AI API: one row of the table in, one typed reply out."""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import aclosing, asynccontextmanager, suppress
from functools import partial
from types import MappingProxyType
from typing import Any, Self, TypeVar
from urllib.parse import quote

import httpx

from bot.api import routes
from bot.api.calls import Call, Values, fill, prepare
from bot.api.corrections import Table, load_corrections
from bot.api.decoding import decode
from bot.api.downloads import Kind, download
from bot.api.hosts import MediaHosts
from bot.api.models.base import Request
from bot.api.models.events import ChatEvent, Complete, PromptState
from bot.api.models.media import Download, Uploaded, UploadFile
from bot.api.models.prompts import PromptContainer, UserEvent
from bot.api.ndjson import Records, RecordTooLongError, ReplyReader
from bot.api.progress import Progress, Snapshot
from bot.api.retries import persist
from bot.api.routes import Route
from bot.api.transport import Form, Transport, reaching
from bot.api.watching import Sleep, Watch, account_events
from bot.api.wire import Wire
from bot.errors import ApiError, Missing, StreamBroken
from config.settings import AliveAI

R = TypeVar("R")

REPLY_BYTES = 8 * 1024 * 1024
"""The most that one streamed chat reply may bring."""

_NOTHING: Mapping[str, Any] = MappingProxyType({})


class Api:
    """The AI API as one account sees it; made by ``open``.

    All methods raise ``ApiError`` or one of its kinds, see ``bot.errors``; which ones beyond
    ``Unreachable``, ``TimedOut``, ``Refused`` and ``Malformed`` is said where it matters.
    """

    def __init__(
        self,
        settings: AliveAI,
        *,
        http: httpx.AsyncClient,
        streams: httpx.AsyncClient,
        files: httpx.AsyncClient,
        media_hosts: frozenset[str],
        table: Table,
        sleep: Sleep,
    ) -> None:
        self._settings = settings
        self._transport = Transport(http, streams, settings, table)
        self._files = files
        self._hosts = MediaHosts.of(settings.url, media_hosts)
        self._table = table
        self._sleep = sleep

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        settings: AliveAI,
        *,
        media_hosts: frozenset[str] = frozenset(),
        sleep: Sleep = asyncio.sleep,
    ) -> AsyncIterator[Self]:
        """The client, until the block ends.

        Args:
            settings: Addresses, credentials, corrections of routes, timeouts.
            media_hosts: Hosts beside the API's own domain that media may come from.
            sleep: Waits that many seconds; between retries and polls.

        Raises:
            SettingsError: The corrections of routes are wrong.
        """
        table = load_corrections(settings)
        # It logs addresses, and those of media carry signatures.
        logging.getLogger("httpx").setLevel(logging.WARNING)
        async with _http() as http, _http(Wire()) as streams, _http() as files:
            yield cls(
                settings,
                http=http,
                streams=streams,
                files=files,
                media_hosts=media_hosts,
                table=table,
                sleep=sleep,
            )

    async def call(
        self,
        route: Route[R],
        *,
        path: Mapping[str, str] = _NOTHING,
        query: Values = _NOTHING,
        body: Request | None = None,
    ) -> R:
        """The reply of a row; ``None`` for rows without one.

        Rows that change nothing are called up to three times; all others once.

        Raises:
            Invalid: A value breaks a documented limit; with status 0, nothing was sent.
            Missing: Also for an empty or null answer of a row that has a reply.
        """
        row, call = self._prepared(route, path, query, body)
        return await persist(partial(self._once, row, call), safe=row.safe, sleep=self._sleep)

    async def stream(
        self,
        route: Route[ChatEvent],
        *,
        path: Mapping[str, str],
        body: Request | None = None,
        gather: Callable[[], float] | None = None,
    ) -> AsyncGenerator[ChatEvent, None]:
        """A chat reply as it is written; close the iterator to stop reading.

        Tokens cost least when many are read at once: ``gather`` says how many seconds to let
        them come in before each further look.

        Raises:
            GenerationFailed: The reply ended with an error event.
            StreamBroken: It ended, or fell silent, without its ``Complete``.
        """
        row, call = self._prepared(route, path, _NOTHING, body)
        reader = ReplyReader(route.operation)
        with reaching(route.operation):
            async with self._transport.answering(row, call) as response:
                await self._transport.check(row, response)
                try:
                    async with aclosing(_records(response, gather)) as records:
                        async for record in records:
                            if event := reader.read(record):
                                yield event
                            if isinstance(event, Complete):
                                return
                except (httpx.HTTPError, httpx.StreamError, RecordTooLongError) as error:
                    raise StreamBroken(route.operation, reader.partial) from error
        raise StreamBroken(route.operation, reader.partial)

    def watch(self, prompt_id: str, *, wants: Kind) -> AsyncGenerator[PromptState, None]:
        """Where a generation stands, each change once, until it is done.

        Has no time limit of its own: a queue may be long. A medium of another kind than ``wants``,
        such as the source of a video, is no result.

        Raises:
            GenerationFailed: It ended with an error or without a result.
            Missing: It is neither finished nor in the queue.
        """
        row = self._row(routes.WS_PROMPT_EVENTS)
        watch = Watch(
            prompt_id=prompt_id,
            address=self._settings.ws_url + fill(row, {"promptId": prompt_id}),
            progress=Progress(wants),
            look=partial(self._look, prompt_id),
            credential=self._transport.credential,
            poll_seconds=self._settings.poll_seconds,
            sleep=self._sleep,
        )
        return watch.states()

    def watch_account(self, user_id: str) -> AsyncGenerator[UserEvent, None]:
        """Changes of the account's queue, without end, over as many connections as it takes.

        The documentation wants a bearer token here, so this needs a login rather than a key.

        Raises:
            Unreachable: Several connections in a row brought nothing.
        """
        row = self._row(routes.WS_USER_EVENTS)
        address = self._settings.ws_url + fill(row, {"userId": user_id})
        return account_events(
            lambda token: f"{address}?token={quote(token, safe='')}",
            self._transport.credential,
            row.operation,
            lambda: self._sleep(self._settings.poll_seconds),
        )

    async def upload(self, name: str, content: bytes, content_type: str) -> Uploaded:
        """Puts a file into the account; never repeated. The API documents no limits."""
        route = routes.UPLOAD_FILE
        row, call = self._prepared(route, {}, {}, UploadFile(name=name, image=content))
        form = Form(name, content, content_type)
        return decode(row, await self._transport.exchange(row, call, form))

    async def download(self, url: str, *, limit: int, kind: Kind | None = None) -> Download:
        """A medium of ``limit`` bytes at most, from an address that the API gave.

        Raises:
            Missing: It is gone or the address has expired; a fresh one may help.
            OverLimit: It is larger.
        """
        fetch = partial(download, self._files, self._hosts, url, limit=limit, kind=kind)
        return await persist(fetch, safe=True, sleep=self._sleep)

    def _row(self, route: Route[R]) -> Route[R]:
        return self._table.get(route, route)

    def _prepared(
        self, route: Route[R], path: Mapping[str, str], query: Values, body: Request | None
    ) -> tuple[Route[R], Call]:
        row = self._row(route)
        call = prepare(
            row,
            path=path,
            query=query,
            body=body,
            server_id=self._settings.server_id,
            blocking=self._settings.blocking,
        )
        return row, call

    async def _once(self, row: Route[R], call: Call) -> R:
        return decode(row, await self._transport.exchange(row, call))

    async def _look(self, prompt_id: str) -> Snapshot:
        """One poll of a generation: the prompt, and unless it has media, the queue."""
        container: PromptContainer | None = None
        with suppress(Missing):
            container = await self.call(routes.GET_PROMPT, path={"promptId": prompt_id})
        if container and container.medias:
            return Snapshot(container)
        try:
            pending = await self.call(routes.GET_PENDING_PROMPTS)
        except ApiError:
            return Snapshot(container)
        entries = {entry.prompt_id: entry for entry in pending.queue}
        return Snapshot(container, entries.get(prompt_id), queue_known=True)


async def _records(
    response: httpx.Response, gather: Callable[[], float] | None
) -> AsyncGenerator[bytes, None]:
    """The NDJSON records of an answer, as they come."""
    records = Records()
    received = 0
    async for piece in response.aiter_bytes():
        received += len(piece)
        if received > REPLY_BYTES:
            raise RecordTooLongError
        for record in records.feed(piece):
            yield record
        if gather and (pause := gather()):
            await asyncio.sleep(pause)
    for record in records.end():
        yield record


def _http(wire: Wire | None = None) -> httpx.AsyncClient:
    # Not from the environment: a proxy variable must not redirect credentials. No limit on
    # connections: a call must not wait for another's.
    limits = httpx.Limits(max_keepalive_connections=50)
    return httpx.AsyncClient(trust_env=False, limits=limits, transport=wire)
