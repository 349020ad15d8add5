"""Serves the client's own table of routes: one responder for each row, no path written twice.

Around each responder stand the same steps: record, fault, credential, validation, answer.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from aiohttp import web

from bot.api.routes import ROUTES, Route
from sandbox.aliveai import files, validation
from sandbox.aliveai.calls import DOWNLOAD, UNKNOWN, Calls, Received
from sandbox.aliveai.members import check_credential
from sandbox.aliveai.problems import Problem, answer
from sandbox.aliveai.world import Call, File, Responder, World

Row = Route[Any]
Serve = Callable[[web.Request], Awaitable[web.StreamResponse]]

LARGEST_BODY = 64 * 1024 * 1024
"""Bytes of an upload, at most."""


class Dispatch:
    """Turns rows and responders into an application. ``moved`` has rows that are elsewhere."""

    def __init__(
        self, world: World, responders: Mapping[str, Responder], moved: Mapping[str, str]
    ) -> None:
        self.calls = Calls()
        self._world = world
        self._responders = responders
        self._moved = moved

    def application(self) -> web.Application:
        """An application that serves every row, and says loudly what no row serves."""
        app = web.Application(client_max_size=LARGEST_BODY, middlewares=[self._unknown])
        for row in map(self._placed, ROUTES):
            method = "GET" if row.method == "WS" else row.method
            app.router.add_route(method, row.path.partition("?")[0], partial(self._serve, row))
        app.router.add_get(files.PATH, self._download)
        return app

    def _placed(self, row: Row) -> Row:
        method, _, path = self._moved.get(row.operation, row.path).rpartition(" ")
        return replace(row, method=method or row.method, path=path)

    @web.middleware
    async def _unknown(self, request: web.Request, handler: Serve) -> web.StreamResponse:
        try:
            return await handler(request)
        except web.HTTPError as error:
            status = error.status
            self.calls.add(_received(UNKNOWN, request)).status = status
            self._world.bell.ring()
            return answer(Problem(status), request.path, self._world.dialect)

    async def _download(self, request: web.Request) -> web.StreamResponse:
        received = self.calls.add(_received(DOWNLOAD, request))
        self._world.bell.ring()
        response: web.StreamResponse
        try:
            spoilt = await self._spoilt(DOWNLOAD, request)
            response = spoilt or await files.download(self._world, request)
        except Problem as problem:
            response = answer(problem, request.path, self._world.dialect)
        received.status = response.status
        self._world.bell.ring()
        return response

    async def _serve(self, row: Row, request: web.Request) -> web.StreamResponse:
        received = self.calls.add(_received(row.operation, request))
        try:
            response = await self._answered(row, request, received)
        except Problem as problem:
            response = answer(problem, request.path, self._world.dialect)
        received.status = response.status
        self._world.bell.ring()
        return response

    async def _answered(
        self, row: Row, request: web.Request, received: Received
    ) -> web.StreamResponse:
        received.body = await _body(request)
        received.path = dict(request.match_info)
        received.query = validation.typed(row.operation, _query(request))
        self._world.bell.ring()
        if spoilt := await self._spoilt(row.operation, request):
            return spoilt
        if row.needs_credential:
            check_credential(self._world, request)
        call = self._call(received, request)
        result = await self._responders[row.operation](call)
        lost = self._world.faults.take(row.operation, "lose answer", "withhold")
        if lost and lost.act == "withhold":
            await asyncio.Event().wait()
        if lost:
            return _cut(request)
        if isinstance(result, web.StreamResponse):
            return result
        if result is None:
            return web.Response(status=self._world.dialect.void_answer)
        return web.json_response(result)

    def _call(self, received: Received, request: web.Request) -> Call:
        body = {name: value for name, value in received.body.items() if value is not None}
        operation = received.operation
        validation.check(operation, "path", received.path)
        if not operation.startswith("ws_"):
            validation.check(operation, "query", received.query)
        if not any(isinstance(value, File) for value in body.values()):
            validation.check(operation, "body", body)
        return Call(self._world, operation, received.path, received.query, body, request)

    async def _spoilt(self, operation: str, request: web.Request) -> web.Response | None:
        fault = self._world.faults.take(operation, "refuse", "garble", "stall", "slow", "hang up")
        match fault and fault.act:
            case "refuse" if fault:
                raise Problem(fault.status, fault.text, headers=fault.headers)
            case "garble":
                return web.Response(text="<html>It works!</html>", content_type="text/html")
            case "stall":
                await asyncio.Event().wait()
            case "slow" if fault:
                await asyncio.sleep(fault.seconds)
            case "hang up":
                return _cut(request)
        return None


def _cut(request: web.Request) -> web.Response:
    if request.transport:
        request.transport.abort()
    return web.Response()


def _received(operation: str, request: web.Request) -> Received:
    prefix = request.headers.get("Authorization", "").partition(" ")[0]
    return Received(operation, request.method, request.path, credential=prefix)


def _query(request: web.Request) -> dict[str, list[str]]:
    return {name: request.query.getall(name) for name in request.query}


async def _body(request: web.Request) -> dict[str, Any]:
    if request.content_type == "multipart/form-data":
        parts = await request.post()
        return {name: _part(part) for name, part in parts.items()}
    text = await request.read()
    if not text:
        return {}
    if request.content_type != "application/json":
        raise Problem(415, "The content type is not supported")
    try:
        body = json.loads(text)
    except ValueError:
        raise Problem(400, "The body is no JSON") from None
    if not isinstance(body, dict):
        raise Problem(400, "The body is no JSON object")
    return body


def _part(part: str | bytes | bytearray | web.FileField) -> object:
    if isinstance(part, web.FileField):
        return File(part.filename, part.content_type, part.file.read())
    return part if isinstance(part, str) else File("", "", bytes(part))
